"""Consent: what people agreed to, and the one door that everybody asks before data are kept, read, scored or sent."""

from profiles.consent.answers import PREFERENCE_UPDATED, RECORD
from profiles.consent.door import (
    OF_NOBODY,
    QUIET,
    UNREACHABLE,
    Because,
    Permission,
    Signals,
    allows,
    permission,
    standing_of,
)
from profiles.consent.tcf import MOST_CHARACTERS as TC_CHARACTERS
from profiles.consent.tcf_reading import answers_of

__all__ = [
    "OF_NOBODY",
    "PREFERENCE_UPDATED",
    "QUIET",
    "RECORD",
    "TC_CHARACTERS",
    "UNREACHABLE",
    "Because",
    "Permission",
    "Signals",
    "allows",
    "answers_of",
    "permission",
    "standing_of",
]
