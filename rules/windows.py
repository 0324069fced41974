"""Lengths of time as rules write them: `45s`, `10m`, `2h`, `30d`, `2w`."""

from __future__ import annotations

from typing import Final

from rules.errors import RuleError

UNITS: Final = {
    "s": ("second", 1.0),
    "m": ("minute", 60.0),
    "h": ("hour", 3_600.0),
    "d": ("day", 86_400.0),
    "w": ("week", 604_800.0),
}
LONGEST: Final = 3_660 * 86_400.0
"""Ten years: a longer window is a slip of the pen."""

REMEDY: Final = "write a whole number and a unit: 45s, 10m, 2h, 30d or 2w"


def window(text: str) -> float:
    """The seconds in a window such as `10m`; `RuleError` where the text is none."""
    digits, unit = text[:-1], text[-1:]
    if unit not in UNITS or not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        raise RuleError("", f"{text!r} is no length of time", REMEDY)
    seconds = int(digits) * UNITS[unit][1]
    if not 0 < seconds <= LONGEST:
        raise RuleError("", f"{text!r} is not between one second and ten years", REMEDY)
    return seconds


def spoken(text: str) -> str:
    """The window in words: `10 minutes`."""
    count, name = int(text[:-1]), UNITS[text[-1]][0]
    return f"{count} {name}" + ("" if count == 1 else "s")
