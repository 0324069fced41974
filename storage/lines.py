"""Text of one line: what every database keeps, and every log and list shows as it is."""

from __future__ import annotations

import re
from typing import Final

LINE: Final = r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]*\Z"
"""Refuses control characters, separators of lines, marks that turn the direction of all that follows, byte order marks
and halves of characters."""

_LINE = re.compile(LINE)


def is_line(text: str) -> bool:
    """Whether a text is one line, as names and ids have to be. An empty one is."""
    return _LINE.match(text) is not None
