"""Manifests: which revision of each piece of content a release holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

Name: TypeAlias = tuple[str, str]
"""Kind and key."""

Manifest: TypeAlias = Mapping[Name, str]
"""Kind and key -> digest of the revision."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What one manifest has that another has not, in the order of the names."""

    added: tuple[Name, ...] = ()
    removed: tuple[Name, ...] = ()
    changed: tuple[Name, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def diff(old: Manifest, new: Manifest) -> Difference:
    """What going from `old` to `new` adds, removes and changes."""
    return Difference(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        changed=tuple(sorted(name for name in old.keys() & new.keys() if old[name] != new[name])),
    )


def digest_of(manifest: Manifest) -> str:
    """The name of exactly this set of revisions, whatever their order."""
    lines = sorted(f"{kind}/{key}\t{digest}\n" for (kind, key), digest in manifest.items())
    return sha256("".join(lines).encode()).hexdigest()
