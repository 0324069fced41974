"""What can go wrong with a rule, with data and help."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from rules.values import Finding

SHORT: Final = 60
"""Characters of a value that are shown; a longer name is nobody's slip of the pen."""


class RuleError(Exception):
    """A rule that may not be used: where (JSON pointer, RFC 6901), what is wrong, what would be right."""

    def __init__(self, pointer: str, message: str, remedy: str = "", code: str = "malformed") -> None:
        self.pointer = pointer
        self.message = message
        self.remedy = remedy
        self.code = code
        place = f"at {pointer}: " if pointer else ""
        super().__init__(f"{place}{message}{f'; {remedy}' if remedy else ''}")

    @property
    def finding(self) -> Finding:
        """The same, as a value for a report."""
        return Finding(self.pointer, self.message, self.remedy, code=self.code)


def shown(value: object) -> str:
    """The value as it is written, where that is short; else what it is."""
    if isinstance(value, str):
        return repr(value) if len(value) <= SHORT else f"{value[:SHORT]!r}…"
    if value is None or isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 10**SHORT):
        return str(value)
    return {int: "a number of many digits", list: "a list", dict: "an object"}.get(type(value), type(value).__name__)


def meant(name: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?` where a known name is near, else the known names where they are few, else nothing."""
    names = sorted(known)
    near = get_close_matches(name[:SHORT], names, n=1) or [k for k in names if k.casefold() == name.casefold()]
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known: {', '.join(names)}" if 0 < len(names) <= 12 else ""
