"""Consent: what people agreed to, and the one door that everybody asks before data are kept, read, scored or sent."""

from profiles.consent.answers import RECORD
from profiles.consent.door import NOTHING_ALLOWED, OF_NOBODY, QUIET, Because, Permission, Signals, allows
from profiles.consent.tcf import TC_CHARACTERS
from profiles.consent.tcf_reading import tc_answers

__all__ = [
    "NOTHING_ALLOWED",
    "OF_NOBODY",
    "QUIET",
    "RECORD",
    "TC_CHARACTERS",
    "Because",
    "Permission",
    "Signals",
    "allows",
    "tc_answers",
]
