"""TC strings written bit by bit, as the specification lays them out: the other direction of what we decode."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

DAY = 864_000
"""A day in tenths of a second."""


def number(value: int, width: int) -> str:
    return format(value, f"0{width}b")


def ones(places: Collection[int], width: int) -> str:
    return "".join("1" if place in places else "0" for place in range(1, width + 1))


def letters(text: str) -> str:
    return "".join(number(ord(letter) - ord("A"), 6) for letter in text)


def ranges(entries: Sequence[tuple[int, int]]) -> str:
    told = number(len(entries), 12)
    for first, last in entries:
        told += "0" + number(first, 16) if first == last else "1" + number(first, 16) + number(last, 16)
    return told


def vendors(ids: Collection[int] | Sequence[tuple[int, int]]) -> str:
    """A set of ids as a field of bits, or a list of ranges as ranges."""
    if isinstance(ids, list):
        return number(max((last for _, last in ids), default=0), 16) + "1" + ranges(ids)
    most = max(ids, default=0)  # type: ignore[type-var]
    return number(most, 16) + "0" + ones(ids, most)  # type: ignore[arg-type]


def packed(bits: str) -> str:
    bits += "0" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class Written:
    """A TC string to be written."""

    consents: Collection[int] = ()
    interests: Collection[int] = ()
    vendor_consents: Collection[int] | Sequence[tuple[int, int]] = frozenset()
    vendor_interests: Collection[int] | Sequence[tuple[int, int]] = frozenset()
    restrictions: Sequence[tuple[int, int, Sequence[tuple[int, int]]]] = ()
    disclosed: Collection[int] | Sequence[tuple[int, int]] | None = frozenset({7})
    publisher: tuple[Collection[int], Collection[int], Sequence[bool], Sequence[bool]] | None = None
    policy: int = 5
    version: int = 2
    day: int = 20_500
    """Days since 1970: 2026-02-16."""
    service_specific: bool = True
    features: Collection[int] = ()
    more: list[str] = field(default_factory=list)

    def core(self) -> str:
        at = number(self.day * DAY, 36)
        head = number(self.version, 6) + at + at + number(300, 12) + number(9, 12) + number(2, 6) + letters("EN")
        head += number(120, 12) + number(self.policy, 6) + ("1" if self.service_specific else "0") + "0"
        told = ones(self.features, 12) + ones(self.consents, 24) + ones(self.interests, 24) + "0" + letters("AT")
        told += vendors(self.vendor_consents) + vendors(self.vendor_interests) + number(len(self.restrictions), 12)
        for purpose, kind, entries in self.restrictions:
            told += number(purpose, 6) + number(kind, 2) + ranges(entries)
        return packed(head + told)

    def text(self) -> str:
        segments = [self.core()]
        if self.disclosed is not None:
            segments.append(packed(number(1, 3) + vendors(self.disclosed)))
        if self.publisher is not None:
            consents, interests, custom, custom_interests = self.publisher
            own = "".join("1" if one else "0" for one in [*custom, *custom_interests])
            bits = number(3, 3) + ones(consents, 24) + ones(interests, 24) + number(len(custom), 6) + own
            segments.append(packed(bits))
        return ".".join([*segments, *self.more])
