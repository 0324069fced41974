"""What a reason says, by language. Reasons are read by customers, so they speak as the page around them does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentences:
    """One language: `{names}` are the items that a reason names, `{times}` is two or more."""

    bought: str
    picked: str
    looked_at: str
    both: str
    popular: str
    once: str
    often: str


FALLBACK = "en"

SENTENCES: Mapping[str, Sentences] = {
    "en": Sentences(
        bought="because you bought {names}",
        picked="because you picked {names}",
        looked_at="because you looked at {names}",
        both=" and ",
        popular="popular this month",
        once="you bought it before",
        often="you bought it {times} times",
    ),
    "de": Sentences(
        bought="weil Sie {names} gekauft haben",
        picked="weil Sie {names} ausgesucht haben",
        looked_at="weil Sie {names} angesehen haben",
        both=" und ",
        popular="beliebt in diesem Monat",
        once="schon einmal gekauft",
        often="schon {times}-mal gekauft",
    ),
}
"""Every language that reasons are written in, by its code."""


def language_of(locale: str) -> str:
    """The language to tell reasons in: that of the locale (`de` for `de-AT`), English where it is not written."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in SENTENCES else FALLBACK
