"""What people are known by: the kinds of names, and whom each may join."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of name. `users` is how many user ids may come together in one person through a name of this kind."""

    name: str
    """What its aliases start with: `email:9f2c…`."""
    summary: str
    users: int
    hashed: bool = True
    """Kept as a keyed hash only."""


KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("user", "The id of a user; an `alias` call joins any two", users=1_000, hashed=False),
        Kind("anon", "An anonymous id; one that had another user leads to the new one from then on", 1, hashed=False),
        Kind("email", "A verified e-mail address: one person may have several accounts by it", users=3),
        Kind("phone", "A verified phone number: a household may share it", users=1),
        Kind("device", "The id of a device, or its advertising id: a household may share it", users=1),
        Kind("external", "An id in another system, by its type and collection", users=1),
    )
}
"""Kind -> what it is, the surest first."""

RANK: Final = {name: place for place, name in enumerate(KINDS)}

ASKED_BY: Final = ("user:", "anon:")
"""Starts of the names by which pages ask for a person: the others have no hot copy."""

MOST_NAMES: Final = 1_000
"""Names of one person. Whoever has more is no person: further ones begin people of their own."""


def kind_of(alias: str) -> Kind:
    """The kind that a name is of."""
    return KINDS[alias[: alias.index(":")]]


def pair_of(one: str, other: str) -> tuple[str, str]:
    """Two names in the order in which their link is kept: the surer first, then by the alphabet."""
    first, second = sorted((one, other), key=lambda alias: (RANK[alias[: alias.index(":")]], alias))
    return first, second
