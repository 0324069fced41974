"""Moments in requests, as regular expressions for the API's document: what matches is a date that there is."""

from __future__ import annotations

from typing import Final

EARLIEST: Final = 1971
"""The first year that may be asked for: calendars and time zones go wrong beyond."""
LATEST: Final = 2199
"""The last one."""

_DAY = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
_TIME = r"(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?)?"
_FOURTH = "(0[48]|[2468][048]|[13579][26])"


def _of_years(every: str, leap: str) -> str:
    return rf"^(({every})-{_DAY}|({leap})-02-29){_TIME}\Z"


ANY_MOMENT: Final = _of_years("[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9]", f"[0-9]{{2}}{_FOURTH}|{_FOURTH}00")
"""A date, or a date and time, with or without its offset."""

MOMENT: Final = _of_years("197[1-9]|19[89][0-9]|2[01][0-9]{2}", f"197[26]|198[048]|199[26]|2000|2[01]{_FOURTH}")
"""The same of the years that may be asked for."""
