"""Manifests: which revision of each piece of content a release holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256, shake_256
from typing import Final, TypeAlias

Name: TypeAlias = tuple[str, str]
"""Kind and key."""

Manifest: TypeAlias = Mapping[Name, str]
"""Kind and key -> digest of the revision."""

Changes: TypeAlias = Mapping[Name, tuple[str | None, str | None]]
"""Kind and key -> the digest before and the digest after, None for nothing; the two always differ."""

WEIGHT: Final = 256
"""Bytes of a total: sums of so many bits cannot be steered towards one another by choosing entries."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What one manifest has that another has not, in the order of the names."""

    added: tuple[Name, ...] = ()
    removed: tuple[Name, ...] = ()
    changed: tuple[Name, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def changes_of(old: Manifest, new: Manifest) -> Changes:
    """What is other in `new` than in `old`."""
    names = dict.fromkeys([*old, *new])
    return {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}


def changed(manifest: Manifest, changes: Changes) -> Manifest:
    """A manifest after these changes, in the order of the names."""
    fresh = {name: after for name, (_, after) in changes.items() if after is not None}
    gone = {name for name, (_, after) in changes.items() if after is None}
    made = {**{name: digest for name, digest in manifest.items() if name not in gone}, **fresh}
    return made if fresh.keys() <= manifest.keys() else dict(sorted(made.items()))


def difference_of(changes: Changes) -> Difference:
    """The names of these changes, by what happens to them."""
    return Difference(
        added=tuple(sorted(name for name, (before, _) in changes.items() if before is None)),
        removed=tuple(sorted(name for name, (_, after) in changes.items() if after is None)),
        changed=tuple(sorted(name for name, both in changes.items() if None not in both)),
    )


def diff(old: Manifest, new: Manifest) -> Difference:
    """What going from `old` to `new` adds, removes and changes."""
    return difference_of(changes_of(old, new))


def total_after(total: int, changes: Changes) -> int:
    """The total of a manifest with the total `total` after these changes; the work is in proportion to the changes.

    A total is the sum of the hashes of all entries, modulo 2 ** (8 * WEIGHT): it knows no order, and what was added
    can be taken away. https://cseweb.ucsd.edu/~daniele/papers/IncHash.html
    """
    for name, (before, after) in changes.items():
        if before is not None:
            total -= _weight(name, before)
        if after is not None:
            total += _weight(name, after)
    return total % (1 << 8 * WEIGHT)


def digest_of_total(total: int) -> str:
    """The name of the set of revisions with this total."""
    return sha256(total.to_bytes(WEIGHT, "big")).hexdigest()


def digest_of(manifest: Manifest) -> str:
    """The name of exactly this set of revisions, whatever their order, and however it came about."""
    return digest_of_total(total_after(0, changes_of({}, manifest)))


def _weight(name: Name, digest: str) -> int:
    kind, key = name
    return int.from_bytes(shake_256(f"{kind}/{key}\t{digest}\n".encode()).digest(WEIGHT), "big")
