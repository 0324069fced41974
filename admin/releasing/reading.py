"""Reading a whole state: that of a release which was published, or of one that waits, over what is served.

Whoever reads with a release reads everything from one `State`: what a piece names is of the same release.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from admin.releasing.overlay import Load, Name
from layouts import Manifest
from modules import UnknownContent


@dataclass(frozen=True, slots=True)
class Held:
    """What a state holds under one name."""

    kind: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class State:
    """A state of all content. `held` tells what it holds under some names, `whole` all of it, `load` reads bodies."""

    held: Callable[[Iterable[Name]], Manifest]
    whole: Callable[[], Manifest]
    load: Load

    def digest(self, kind: str, key: str) -> str:
        """The digest under a name. Raises `UnknownContent` with what is near."""
        found = self.held([(kind, key)]).get((kind, key))
        if found is None:
            raise UnknownContent(kind, key, [other for its, other in self.whole() if its == kind])
        return found

    def page(self, kind: str, after: str, limit: int) -> list[Held]:
        """What it holds of a kind in the order of the keys, from the first behind `after`."""
        keys = sorted(key for its, key in self.whole() if its == kind and key > after)[:limit]
        found = self.held([(kind, key) for key in keys])
        return [Held(kind, key, found[(kind, key)]) for key in keys]

    def bodies(self, names: Iterable[Name]) -> Mapping[Name, bytes]:
        """The bytes under these names; those of which it holds nothing are left out."""
        found = self.held(names)
        read = self.load(set(found.values()))
        return {name: read[digest] for name, digest in found.items()}
