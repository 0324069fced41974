"""What an export takes out: the drafts, what is served, or what a release holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from engine import NothingPublished
from modules import KINDS
from service.house import House


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which state, and which of it; no kinds or keys mean all. A key may hold * for any letters."""

    published: bool = False
    release: str | None = None
    kinds: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    def has(self, kind: str, key: str) -> bool:
        """Whether a piece of content is wanted."""
        return (not self.kinds or kind in self.kinds) and (
            not self.keys or any(fnmatchcase(key, pattern) for pattern in self.keys)
        )


def exported(house: House, wanted: Wanted) -> Mapping[tuple[str, str], bytes]:
    """The exact bytes of what is wanted, in the order of kinds. Raises `NothingPublished` and `UnknownRelease`."""
    manifest = manifest_of(house, wanted)
    order = {kind: number for number, kind in enumerate(KINDS)}
    names = sorted((name for name in manifest if wanted.has(*name)), key=lambda name: (order[name[0]], name[1]))
    bodies = house.contents.content({manifest[name] for name in names})
    return {name: bodies[manifest[name]] for name in names}


def manifest_of(house: House, wanted: Wanted) -> Mapping[tuple[str, str], str]:
    """Digest by kind and key of the wanted state, whole."""
    if wanted.release:
        return house.releases.manifest(wanted.release)
    if wanted.published:
        served = house.releases.published()
        if served is None:
            raise NothingPublished
        return house.releases.manifest(served.id)
    return house.contents.manifest()
