"""Package sizes of the demo data, made readable."""

from __future__ import annotations

import re

UNITS = {
    "OZ": "oz", "O": "oz", "Z": "oz", "OZS": "oz", "FL OZ": "fl oz", "LB": "lb", "L": "L", "ML": "ml", "CT": "ct",
    "PK": "pack", "PKS": "pack", "SQ FT": "sq ft", "FT": "ft", "LOAD": "loads", "LOADS": "loads", "LD": "loads",
    "PT": "pt", "QT": "qt", "GA": "gal", "GAL": "gal", "GALON": "gal", "PC": "pc", "PCS": "pc", "DZ": "dozen",
    "DOZ": "dozen", "STEM": "stems", "STEMS": "stems", "BAR": "bars", "IN": "in",
}  # fmt: skip

FRACTIONS = {"1/2": "½", "1/4": "¼", "3/4": "¾"}

_NUMBER = r"\d+ \d/\d|1/2|1/4|3/4|\d*\.?\d+"
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_ONE = re.compile(rf"(?:[A-Z]\s+)?(?!\d{{5}})({_NUMBER})\s*({_UNIT})\b")
_EACH = re.compile(rf"(\d{{1,2}})(?: PK)?\s?[/-]\s?({_NUMBER})\s*({_UNIT})\b")

CASE_POUNDS, CASE_COUNT = 9, 9
"""From here on a size of loose goods is that of the case they came in, not of what a customer takes."""


def readable_size(raw: str, *, loose: bool = False) -> str:
    """A size as a customer reads it: `12/12 OZ` is 12 × 12 oz, `1/2 GAL` is ½ gal.

    Empty where the data say nothing readable, and for the case that `loose` goods came in.
    """
    text = " ".join(raw.split())
    if not text:
        return ""
    if text in FRACTIONS or text in UNITS:
        return _alone(text)
    one = _ONE.fullmatch(text) or None
    if one is None:
        several = _EACH.match(text)
        if several:
            return "" if loose else f"{several[1]} × {_amount(several[2])} {UNITS[several[3]]}"
        one = _ONE.match(text)
    if one is None or one[0] == "1 CT" or (loose and _is_case(one[1], one[2])):
        return ""
    return _with_unit(_amount(one[1]), UNITS[one[2]])


def _alone(unit: str) -> str:
    return {"DZ": "1 dozen", "CTN": "carton", "LB": "1 lb"}.get(unit, f"1 {UNITS[unit]}" if unit in UNITS else "")


def _with_unit(amount: str, unit: str) -> str:
    return f"{amount}-pack" if unit == "pack" else f"{amount} {unit}"


def _is_case(number: str, unit: str) -> bool:
    amount = float(number) if number.replace(".", "", 1).isdigit() else 0
    return (unit == "LB" and amount > CASE_POUNDS) or (unit == "CT" and amount >= CASE_COUNT)


def _amount(number: str) -> str:
    if number in FRACTIONS:
        return FRACTIONS[number]
    whole, _, part = number.partition(" ")
    if part:
        top, _, bottom = part.partition("/")
        return f"{float(whole) + int(top) / int(bottom):.4g}"
    return f"{float(number):.4g}"
