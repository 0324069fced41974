"""TC strings of IAB Europe's Transparency and Consent Framework, decoded bit by bit.

The format is "Consent string and vendor list formats v2" of IAB Tech Lab, up to TCF 2.3: a core string, the vendors
that were disclosed, the publisher's own purposes. Segments of other kinds are passed over.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final

from rules import Instant

TC_CHARACTERS: Final = 8_192
"""The longest TC string that is read."""
PURPOSES: Final = 24
MOST_RESTRICTIONS: Final = 24 * 4


class TcStringError(ValueError):
    """Text that is no TC string of version 2."""


class Restriction(IntEnum):
    """What a publisher lays down for some vendors and one purpose."""

    NOT_ALLOWED = 0
    REQUIRE_CONSENT = 1
    REQUIRE_LEGITIMATE_INTEREST = 2
    UNDEFINED = 3


@dataclass(frozen=True, slots=True)
class Vendors:
    """A set of vendors as ranges, first and last: a string of a few bytes can name 65,535 of them."""

    ranges: tuple[tuple[int, int], ...] = ()

    def __contains__(self, vendor: int) -> bool:
        return any(first <= vendor <= last for first, last in self.ranges)


@dataclass(frozen=True, slots=True)
class PublisherTc:
    """What the publisher asks for itself."""

    consents: frozenset[int]
    legitimate_interests: frozenset[int]
    custom_consents: frozenset[int] = frozenset()
    custom_legitimate_interests: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class TcString:
    """A decoded TC string."""

    created: Instant
    updated: Instant
    cmp: int
    cmp_version: int
    screen: int
    language: str
    vendor_list: int
    policy: int
    service_specific: bool
    special_features: frozenset[int]
    consents: frozenset[int]
    legitimate_interests: frozenset[int]
    purpose_one_treatment: bool
    publisher_country: str
    vendor_consents: Vendors
    vendor_legitimate_interests: Vendors
    restrictions: tuple[tuple[int, Restriction, Vendors], ...]
    disclosed: Vendors | None = field(default=None, kw_only=True)
    """None: the string does not tell."""
    publisher: PublisherTc | None = field(default=None, kw_only=True)


def decode(text: str) -> TcString:
    """The TC string in a text. Raises `TcStringError`."""
    if len(text) > TC_CHARACTERS:
        raise TcStringError(f"is longer than {TC_CHARACTERS} characters")
    core, *segments = text.strip().split(".")
    decoded = _core(_Bits(core))
    for segment in segments:
        bits = _Bits(segment)
        kind = bits.number(3)
        if kind == 1:
            decoded = replace(decoded, disclosed=_vendors(bits))
        elif kind == 3:
            decoded = replace(decoded, publisher=_publisher(bits))
    return decoded


class _Bits:
    """The bits of one segment, read from left to right."""

    def __init__(self, text: str) -> None:
        try:
            data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            raise TcStringError("is not base64url") from None
        if not data or not text.replace("-", "").replace("_", "").isalnum():
            raise TcStringError("is not base64url")
        self._value = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def number(self, width: int) -> int:
        """The next bits as a number."""
        if width > self._left:
            raise TcStringError("is cut short")
        self._left -= width
        return (self._value >> self._left) & ((1 << width) - 1)

    def flag(self) -> bool:
        """The next bit."""
        return self.number(1) == 1

    def ones(self, width: int) -> frozenset[int]:
        """The places of the next bits that are set, counted from 1."""
        bits = self.number(width)
        return frozenset(place + 1 for place in range(width) if bits >> (width - 1 - place) & 1)

    def letters(self) -> str:
        """The next two letters, of six bits each."""
        return "".join(chr(ord("A") + self.number(6)) for _ in range(2))


def _core(bits: _Bits) -> TcString:
    version = bits.number(6)
    if version != 2:
        raise TcStringError(f"is of version {version}, not 2")
    head = {
        "created": bits.number(36) / 10,
        "updated": bits.number(36) / 10,
        "cmp": bits.number(12),
        "cmp_version": bits.number(12),
        "screen": bits.number(6),
    }
    language, vendor_list, policy = bits.letters(), bits.number(12), bits.number(6)
    service_specific, _own_texts = bits.flag(), bits.flag()
    return TcString(
        **head,  # type: ignore[arg-type]  # numbers, each of its own field
        language=language,
        vendor_list=vendor_list,
        policy=policy,
        service_specific=service_specific,
        special_features=bits.ones(12),
        consents=bits.ones(PURPOSES),
        legitimate_interests=bits.ones(PURPOSES),
        purpose_one_treatment=bits.flag(),
        publisher_country=bits.letters(),
        vendor_consents=_vendors(bits),
        vendor_legitimate_interests=_vendors(bits),
        restrictions=tuple(_restrictions(bits)),
    )


def _vendors(bits: _Bits) -> Vendors:
    most = bits.number(16)
    if bits.flag():
        return _ranges(bits)
    return Vendors(tuple((vendor, vendor) for vendor in sorted(bits.ones(most))))


def _ranges(bits: _Bits) -> Vendors:
    found: list[tuple[int, int]] = []
    for _ in range(bits.number(12)):
        is_range, first = bits.flag(), bits.number(16)
        last = bits.number(16) if is_range else first
        if last < first:
            raise TcStringError("has a range that ends before it begins")
        found.append((first, last))
    return Vendors(tuple(found))


def _restrictions(bits: _Bits) -> Iterator[tuple[int, Restriction, Vendors]]:
    count = bits.number(12)
    if count > MOST_RESTRICTIONS:
        raise TcStringError(f"has more than {MOST_RESTRICTIONS} restrictions")
    for _ in range(count):
        yield bits.number(6), Restriction(bits.number(2)), _ranges(bits)


def _publisher(bits: _Bits) -> PublisherTc:
    consents, interests = bits.ones(PURPOSES), bits.ones(PURPOSES)
    custom = bits.number(6)
    return PublisherTc(consents, interests, bits.ones(custom), bits.ones(custom))
