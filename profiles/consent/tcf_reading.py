"""What a TC string says of our purposes, for a vendor or for the publisher itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from profiles.consent.tcf import Restriction, TcString, TcStringError, decode
from rules import Basis, Instant, Purpose

TCF_2_3: Final = 5
"""The policy version of TCF 2.3, from which on a string must say whom it disclosed."""
SINCE_2_3: Final[Instant] = 1_772_323_200.0
"""2026-03-01: strings that were made since then must, whatever policy they name."""
NO_INTEREST: Final = frozenset({1, 3, 4, 5, 6})
"""Purposes for which TCF takes no legitimate interest: 1 never did, 3 to 6 since 2.2."""


def tc_answers(text: str, purposes: Mapping[str, Purpose], vendor: int | None) -> dict[str, bool]:
    """Purpose -> yes or no, of those that say which purposes of TCF they take. A string that cannot be read, or is not
    valid, says yes to nothing.

    `vendor` is our number in the Global Vendor List; None: we are the publisher.
    """
    mapped = {key: one for key, one in purposes.items() if one.tcf}
    if not mapped:
        return {}
    string = read(text)
    if string is None or flaw_of(string):
        return dict.fromkeys(mapped, False)
    return {key: all(_taken(string, number, one.basis, vendor) for number in one.tcf) for key, one in mapped.items()}


@lru_cache(maxsize=4_096)
def read(text: str) -> TcString | None:
    """The string decoded, None where it is none; a visitor sends the same one with every call."""
    try:
        return decode(text)
    except TcStringError:
        return None


def flaw_of(string: TcString) -> str:
    """Why a string that can be read says nothing; empty where it is valid."""
    if not string.service_specific:
        return "is not service-specific: global strings are invalid since TCF 2.2"
    if string.disclosed is None and (string.policy >= TCF_2_3 or string.updated >= SINCE_2_3):
        return "does not say which vendors were disclosed, as TCF 2.3 asks"
    return ""


def _taken(string: TcString, purpose: int, basis: Basis, vendor: int | None) -> bool:
    """Whether the person lets us have this purpose of TCF, on our basis."""
    interest = basis is Basis.LEGITIMATE_INTEREST
    if vendor is None:
        return _taken_by_publisher(string, purpose, interest)
    if string.disclosed is not None and vendor not in string.disclosed:
        return False
    for number, restriction, vendors in string.restrictions:
        if number == purpose and vendor in vendors:
            if restriction is Restriction.NOT_ALLOWED:
                return False
            # A basis that the publisher does not let us use is no basis.
            if interest and restriction is Restriction.REQUIRE_CONSENT:
                return False
            if not interest and restriction is Restriction.REQUIRE_LEGITIMATE_INTEREST:
                return False
    if interest:
        allowed = purpose in string.legitimate_interests and purpose not in NO_INTEREST
        return allowed and vendor in string.vendor_legitimate_interests
    return purpose in string.consents and vendor in string.vendor_consents


def _taken_by_publisher(string: TcString, purpose: int, interest: bool) -> bool:
    own = string.publisher
    if interest:
        return purpose not in NO_INTEREST and purpose in (
            string.legitimate_interests if own is None else own.legitimate_interests
        )
    return purpose in (string.consents if own is None else own.consents)
