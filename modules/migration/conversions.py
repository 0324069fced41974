"""Conversions: a value of one kind of field as a value of another.

A conversion loses nothing where the way back gives the same value. Whatever loses something is done only where an
editor says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from typing import Final, TypeAlias, cast

from modules.field import Field
from modules.kinds.texts import TAG
from modules.kinds.values import amount_of, moment_of
from modules.migration.mapping import NOTHING, Nothing
from rules import Json

Convert: TypeAlias = Callable[[Json], "Json | Nothing"]

_HOLE = re.compile(r"(\{\{.*?\}\})", re.DOTALL)
_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_PARAGRAPH = re.compile(r"\s*</p>\s*<p[^>]*>\s*", re.IGNORECASE)


def _rich(value: Json) -> Json | Nothing:
    """Each paragraph as one; merge fields stay as they are."""
    pieces = [p if p.startswith("{{") else escape(p, quote=False) for p in _HOLE.split(str(value))]
    paragraphs = re.split(r"\n{2,}", "".join(pieces))
    return "".join(f"<p>{words.replace(chr(10), '<br>')}</p>" for words in paragraphs)


def _plain(value: Json) -> Json | Nothing:
    words = _PARAGRAPH.sub("\n\n", _BREAK.sub("\n", str(value)))
    return "".join(p if p.startswith("{{") else unescape(TAG.sub("", p)) for p in _HOLE.split(words))


def _written(value: Json) -> Json | Nothing:
    """A number or a yes or no as JSON writes it; a whole number without a point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value)


def _number(value: Json) -> Json | Nothing:
    try:
        found = json.loads(str(value).strip())
    except ValueError:
        return NOTHING
    return found if amount_of(found) is not None else NOTHING


def _boolean(value: Json) -> Json | Nothing:
    return {"true": True, "yes": True, "false": False, "no": False}.get(str(value).strip().lower(), NOTHING)


def _moment(value: Json) -> Json | Nothing:
    text = str(value).strip()
    return text if moment_of(text) is not None else NOTHING


def _same(value: Json) -> Json | Nothing:
    return value


def _label(value: Json) -> Json | Nothing:
    return cast("dict[str, str]", value)["label"]


CONVERSIONS: Final[Mapping[tuple[str, str], Convert]] = {
    ("text", "richtext"): _rich,
    ("richtext", "text"): _plain,
    ("number", "text"): _written,
    ("text", "number"): _number,
    ("boolean", "text"): _written,
    ("text", "boolean"): _boolean,
    ("datetime", "text"): _same,
    ("text", "datetime"): _moment,
    ("choice", "text"): _same,
    ("text", "choice"): _same,
    ("number", "choice"): _written,
    ("choice", "number"): _number,
    ("boolean", "choice"): _written,
    ("choice", "boolean"): _boolean,
    ("reference", "text"): _same,
    ("text", "reference"): _same,
    ("link", "text"): _label,
}
"""Kind and kind -> how a value of the one becomes one of the other; a pair that is not here has no way."""


def converted(value: Json, old: Field, new: Field) -> tuple[Json | Nothing, bool]:
    """The value as the new field holds it, NOTHING where there is no way; and whether all of it was kept."""
    if old.kind is new.kind and old.many == new.many:
        return value, True
    singles = cast("list[Json]", value) if old.many else [value]
    made = [_single(one, old.kind.name, new.kind.name) for one in singles]
    if any(one is NOTHING for one, _ in made):
        return NOTHING, False
    kept = all(whole for _, whole in made)
    values = [one for one, _ in made]
    if new.many:
        return list(dict.fromkeys(cast("list[str]", values))), kept
    return (values[0], kept and len(values) == 1) if values else (NOTHING, True)


def _single(value: Json, old: str, new: str) -> tuple[Json | Nothing, bool]:
    if old == new:
        return value, True
    convert, back = CONVERSIONS.get((old, new)), CONVERSIONS.get((new, old))
    if convert is None:
        return NOTHING, False
    made = convert(value)
    if made is NOTHING:
        return NOTHING, False
    return made, back is not None and _equal(back(made), value)


def _equal(one: Json | Nothing, other: Json) -> bool:
    # In Python 1 is True and 1.0; only the latter says the same.
    return one is not NOTHING and one == other and isinstance(one, bool) == isinstance(other, bool)


def name_of(value: Json) -> str:
    """How a single value is named in `values`: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def fitted(value: Json, field: Field) -> Json:
    """The value within the limits of the field: cut at its end, or moved to the nearest limit."""
    least, most = field.minimum, field.maximum
    if isinstance(value, list) and most is not None:
        return value[: int(most)]
    if isinstance(value, str) and field.kind.name == "text" and most is not None and "{{" not in value:
        return value[: int(most)]
    amount = amount_of(value)
    if amount is None:
        return value
    if most is not None and amount > most:
        return _written_back(most)
    return _written_back(least) if least is not None and amount < least else value


def _written_back(limit: float) -> Json:
    return int(limit) if limit.is_integer() else limit
