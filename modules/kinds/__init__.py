"""The table of field kinds. A new kind is one entry here and the file that holds it."""

from __future__ import annotations

from collections.abc import Mapping

from modules.field import FieldKind
from modules.kinds.groups import ITEMS, LIST
from modules.kinds.links import IMAGE, LINK
from modules.kinds.texts import RICHTEXT, TEXT
from modules.kinds.values import BOOLEAN, CHOICE, DATETIME, NUMBER, REFERENCE

FIELD_KINDS: Mapping[str, FieldKind] = {
    kind.name: kind for kind in (TEXT, RICHTEXT, NUMBER, BOOLEAN, DATETIME, CHOICE, IMAGE, LINK, REFERENCE, LIST, ITEMS)
}
"""Kind name -> what a field of that kind is, may hold, and yields."""
