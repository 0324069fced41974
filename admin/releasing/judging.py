"""Judging what would be served, whole: as content, as slots with what stands in, and rendered in every channel."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from admin.releasing.overlay import Name, Overlay
from admin.releasing.resolving import dangling, left_behind
from channels import Channel, View, try_module
from engine import Candidate, Catalogue, channels_of, compile_catalogue, slot_findings, stand_ins
from layouts import Manifest
from modules import KINDS, LOOKED_AT, ContentStore
from rules import Finding

Contents: TypeAlias = Mapping[Name, bytes]

MOST_TRIED: Final = 2_000
"""Modules that one judgement renders; of more, so many of each type. Rendering takes about 1 ms a body and channel."""

MOST_REMEMBERED: Final = 200_000


@dataclass(slots=True)
class Judge:
    """Finds all that is wrong with what would be served. `validate` judges contents as a release.

    `channels` are all that there are, with a cache of their own; `base_url` is where pictures and links lead.
    """

    validate: Callable[[Contents], Sequence[Finding]]
    store: ContentStore
    channels: Mapping[str, Channel]
    base_url: str
    known: dict[str | None, frozenset[Finding]] = field(default_factory=dict)
    tried: set[tuple[str, str]] = field(default_factory=set)
    """Bodies and channels that went well together."""

    def findings(self, overlay: Overlay, served: Manifest) -> list[Finding]:
        """All that is wrong, notes too; pointers begin with `/kind/key`. Without errors it may be published."""
        manifest, load = dict(overlay.manifest(served)), overlay.load(self.store.content)
        bodies = {**load({d for (kind, _), d in manifest.items() if KINDS[kind].is_json})}
        # Pictures were looked at when they were saved: a release is judged without reading them.
        contents = {n: bodies[d] if KINDS[n[0]].is_json else LOOKED_AT for n, d in manifest.items()}
        found = list(self.validate(contents))
        if any(one.severity == "error" for one in found):
            return found
        catalogue = compile_catalogue("check", manifest, lambda digests: {digest: bodies[digest] for digest in digests})
        found += dangling(overlay, manifest, bodies, catalogue.types)
        found += left_behind(overlay, manifest, self.store)
        found += slot_findings(catalogue)
        found += self._rendered(catalogue, overlay.changes)
        return found

    def found_before(self, onto: str | None, served: Manifest) -> Set[Finding]:
        """What is wrong already with what is served: a release is not to blame for it."""
        if onto not in self.known:
            found = frozenset(self.findings(Overlay(onto, {}), served)) if onto else frozenset()
            self.known = {onto: found}
        return self.known[onto]

    def _rendered(self, catalogue: Catalogue, changes: Collection[Name]) -> Iterator[Finding]:
        shown = channels_of(catalogue, _touched(catalogue, changes), self.channels)
        touched = [catalogue.modules[key] for key in sorted(shown)]
        wanted = {one.key: {name for name in shown[one.key] if (one.digest, name) not in self.tried} for one in touched}
        waiting = [one for one in touched if wanted[one.key]]
        chosen = _some(waiting) if len(waiting) > MOST_TRIED else waiting
        view = View(
            values={},
            asset_url=lambda name: f"{self.base_url}/assets/{catalogue.assets.get(name, 'missing')[:12]}/{name}",
            base_url=self.base_url,
            has_asset=catalogue.assets.__contains__,
        )
        for one in chosen:
            yield from self._tried(one, wanted[one.key], view)
        if len(chosen) < len(waiting):
            message = f"{len(waiting):,} modules are new in their channels; {len(chosen):,} of them were rendered"
            yield Finding("", message, "publish less at once to have each of them rendered", "note")

    def _tried(self, one: Candidate, names: Collection[str], view: View) -> list[Finding]:
        channels = {name: self.channels[name] for name in sorted(names)}
        found = list(try_module(one, channels, view, "check"))
        if not found:
            if len(self.tried) > MOST_REMEMBERED:
                self.tried.clear()
            self.tried.update((one.digest, name) for name in names)
        return found


def _touched(catalogue: Catalogue, changes: Collection[Name]) -> Set[str]:
    """The modules that may look other than before: changed ones, those of a changed type, and those that a changed
    layout may show, perhaps in another channel."""
    types = {key for kind, key in changes if kind == "types"}
    there = {key for kind, key in changes if kind == "modules" and key in catalogue.modules}
    if types:
        there |= {key for key, one in catalogue.modules.items() if one.type.key in types}
    for key in {key for kind, key in changes if kind == "layouts"} & catalogue.plans.keys():
        plan = catalogue.plans[key]
        there |= {*plan.numbers, *stand_ins(plan)}
    return there


def _some(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Some of each type, chosen by their dice."""
    by_type: dict[str, list[Candidate]] = {}
    for one in candidates:
        by_type.setdefault(one.type.key, []).append(one)
    each = max(1, MOST_TRIED // len(by_type))
    return [one for of_type in by_type.values() for one in sorted(of_type, key=lambda c: c.dice)[:each]]
