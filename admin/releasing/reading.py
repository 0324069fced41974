"""Reading a whole state: that of a release which was published, or of one that waits, over what is served.

Whoever reads with a release reads everything from one `State`: what a piece names is of the same release.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias, cast

from admin.releasing.overlay import Load, Name, Overlay
from layouts import Manifest
from modules import ContentStore, Reference, UnknownContent, digest_of, parse_type, read_json, references_of

Named: TypeAlias = Mapping[Name, Sequence[Reference]]
"""What content names, by its own name."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a state holds under one name."""

    kind: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class State:
    """A state of all content. `held` tells what it holds under some names, `keys` all that it holds of a kind, `load`
    reads bodies, and `references` tells what they name, each given by its name and digest."""

    held: Callable[[Iterable[Name]], Manifest]
    keys: Callable[[str], Sequence[str]]
    load: Load
    references: Callable[[Manifest], Named]

    def digest(self, kind: str, key: str) -> str:
        """The digest under a name. Raises `UnknownContent` with what is near."""
        found = self.held([(kind, key)]).get((kind, key))
        if found is None:
            raise UnknownContent(kind, key, self.keys(kind))
        return found

    def page(self, kind: str, after: str, limit: int) -> list[Held]:
        """What it holds of a kind in the order of the keys, from the first behind `after`."""
        keys = sorted(key for key in self.keys(kind) if key > after)[:limit]
        found = self.held([(kind, key) for key in keys])
        return [Held(kind, key, found[(kind, key)]) for key in keys]

    def bodies(self, names: Iterable[Name]) -> Mapping[Name, bytes]:
        """The bytes under these names; those of which it holds nothing are left out."""
        found = self.held(names)
        read = self.load(set(found.values()))
        return {name: read[digest] for name, digest in found.items()}


def keys_of(manifest: Manifest, kind: str) -> list[str]:
    """The keys of what a manifest holds of a kind."""
    return [key for its, key in manifest if its == kind]


def drafts_of(store: ContentStore) -> State:
    """The drafts, but for those that are archived: no release would hold them."""
    return State(store.held, store.known, store.content, store.references)


def overlaid(store: ContentStore, overlay: Overlay, served: Manifest) -> State:
    """What would be served with this overlay. What bodies name that nobody saved yet is read out of them."""
    manifest, load = overlay.manifest(served), overlay.load(store.content)
    composed = {name: digest_of(content) for name, content in overlay.fresh.items()}

    def held(names: Iterable[Name]) -> Manifest:
        return {name: manifest[name] for name in names if name in manifest}

    def references(wanted: Manifest) -> Named:
        fresh = {name: overlay.fresh[name] for name, digest in wanted.items() if composed.get(name) == digest}
        saved = store.references({name: digest for name, digest in wanted.items() if name not in fresh})
        return {**saved, **_named_in(fresh, state)}

    state = State(held, partial(keys_of, manifest), load, references)
    return state


def _named_in(contents: Mapping[Name, bytes], state: State) -> Named:
    """What modules of a state name: only they have locales, so only they are composed."""
    read: dict[Name, Any] = {name: read_json(content) for name, content in contents.items()}
    wanted = {("types", body["type"]) for body in read.values()}
    types = {key: parse_type(key, cast("Any", read_json(body)), trusted=True)
             for (_, key), body in state.bodies(wanted).items()}  # fmt: skip
    return {(kind, key): references_of(kind, key, body, types) for (kind, key), body in read.items()}
