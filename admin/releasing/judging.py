"""Judging what would be served: as content, as slots with what stands in, and rendered in every channel."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from admin.releasing.overlay import Name, Overlay
from admin.releasing.rendering import Trial
from admin.releasing.resolving import dangling, left_behind
from engine import Catalogue, compile_catalogue, overlay, slot_findings, validate, validate_changes
from layouts import Manifest
from modules import KINDS, LOOKED_AT, ContentStore
from rules import Finding

Contents: TypeAlias = Mapping[Name, bytes]
Check: TypeAlias = Callable[[Contents], Sequence[Finding]]

MOST_WHOLE: Final = 1_000
"""Pieces of content that are judged whole for who asks; of more, what changes and what depends on it. A piece takes
about 2 ms in benchmarks/publishing.py, and all are judged twice: as they are, and as they would be."""


def no_more(_: Contents) -> Sequence[Finding]:
    """What is checked beyond the content itself: nothing."""
    return ()


def no_catalogue() -> Catalogue | None:
    """What is served, where nobody has it compiled."""
    return None


@dataclass(slots=True)
class Judge:
    """Finds what is wrong with what would be served. `more` checks sound content in ways that the engine does not know;
    `current` gives the catalogue that is served, if it is at hand: a change of it is judged alone.
    """

    store: ContentStore
    trial: Trial
    more: Check = no_more
    current: Callable[[], Catalogue | None] = no_catalogue
    known: dict[str | None, frozenset[Finding]] = field(default_factory=dict)

    def errors(self, over: Overlay, served: Manifest) -> list[Finding]:
        """What forbids to publish it. The work is in proportion to what changes, where what is served is at hand."""
        base = self._base(over)
        found = self._whole(over, served) if base is None else self._change(over, served, base)
        return [one for one in found if one.severity == "error"]

    def judge(self, over: Overlay, served: Manifest) -> tuple[list[Finding], Set[Finding]]:
        """All that is wrong, notes too, and which of it is so already with what is served; pointers begin with
        `/kind/key`. Without errors it may be published."""
        base = self._base(over) if len(served) > MOST_WHOLE else None
        if base is None:
            found = self._whole(over, served)
            return found, self._before(over.onto, served) if found else frozenset()
        return self._change(over, served, base), frozenset(slot_findings(base))

    def _base(self, over: Overlay) -> Catalogue | None:
        current = self.current()
        return current if current is not None and current.release == over.onto else None

    def _whole(self, over: Overlay, served: Manifest) -> list[Finding]:
        manifest, load = dict(over.manifest(served)), over.load(self.store.content)
        bodies = load({digest for (kind, _), digest in manifest.items() if KINDS[kind].is_json})
        contents = {name: _seen(name, digest, bodies) for name, digest in manifest.items()}
        found = [*validate(contents, notes=True)]
        if not _fails(found):
            found += self.more(contents)
        if _fails(found):
            return found
        made = compile_catalogue("check", manifest, lambda digests: {digest: bodies[digest] for digest in digests})
        return found + list(self._beyond(over, served, made, slot_findings(made)))

    def _change(self, over: Overlay, served: Manifest, base: Catalogue) -> list[Finding]:
        load, after = over.load(self.store.content), {name: digest for name, (_, digest) in over.changes.items()}
        bodies = load({digest for (kind, _), digest in after.items() if digest and KINDS[kind].is_json})
        contents = {name: _seen(name, digest, bodies) if digest else None for name, digest in after.items()}
        found = [*validate_changes(base, contents, load, users=self._users(served), notes=True)]
        if not _fails(found):
            found += self.more({name: body for name, body in contents.items() if body is not None})
        if _fails(found):
            return found
        made = overlay(base, after, load, "check")
        planned_anew = [key for key, plan in made.plans.items() if base.plans.get(key) is not plan]
        return found + list(self._beyond(over, served, made, slot_findings(made, planned_anew)))

    def _beyond(self, over: Overlay, served: Manifest, made: Catalogue, slots: Iterable[Finding]) -> Iterator[Finding]:
        """What shows only when all of it stands together."""
        manifest = over.manifest(served)
        yield from dangling(over, manifest, over.load(self.store.content), made.types)
        yield from left_behind(over, manifest, self.store)
        yield from slots
        yield from self.trial.findings(made, over.changes)

    def _users(self, served: Manifest) -> Callable[[Collection[Name]], Iterable[Name]]:
        def users(names: Collection[Name]) -> Iterable[Name]:
            return {(use.kind, use.key) for name in names for use in self.store.users(*name, within=served)}

        return users

    def _before(self, onto: str | None, served: Manifest) -> Set[Finding]:
        """What is wrong already with what is served: a release is not to blame for it."""
        if onto not in self.known:
            found = frozenset(self._whole(Overlay(onto, {}), served)) if onto else frozenset()
            self.known = {onto: found}
        return self.known[onto]


def _seen(name: Name, digest: str, bodies: Mapping[str, bytes]) -> bytes:
    """The bytes to judge. Pictures were looked at when they were saved: a release is judged without reading them."""
    return bodies[digest] if KINDS[name[0]].is_json else LOOKED_AT


def _fails(found: Iterable[Finding]) -> bool:
    return any(one.severity == "error" for one in found)
