"""Rendering what changed: each module that may look other than before is tried in every channel that may show it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Final

from admin.releasing.overlay import Name
from channels import Channel, View, try_module
from engine import Candidate, Catalogue, channels_of, stand_ins
from rules import Finding

MOST_TRIED: Final = 2_000
"""Modules that one judgement renders; of more, so many of each type. Rendering takes about 1 ms a body and channel."""

MOST_REMEMBERED: Final = 200_000


@dataclass(slots=True)
class Trial:
    """Tries modules out. `channels` are all that there are, with a cache of their own; `base_url` is where pictures and
    links lead."""

    channels: Mapping[str, Channel]
    base_url: str
    tried: set[tuple[str, str]] = field(default_factory=set)
    """Bodies and channels that went well together."""

    def findings(self, catalogue: Catalogue, changes: Collection[Name]) -> Iterator[Finding]:
        """What goes wrong with the modules that these changes touch; the work is in proportion to them."""
        shown = channels_of(catalogue, _touched(catalogue, changes), self.channels)
        touched = [catalogue.modules[key] for key in sorted(shown)]
        wanted = {one.key: {name for name in shown[one.key] if (one.digest, name) not in self.tried} for one in touched}
        waiting = [one for one in touched if wanted[one.key]]
        chosen = _some(waiting) if len(waiting) > MOST_TRIED else waiting
        for one in chosen:
            yield from self.tried_out(catalogue, one, wanted[one.key])
        if len(chosen) < len(waiting):
            message = f"{len(waiting):,} modules are new in their channels; {len(chosen):,} of them were rendered"
            yield Finding("", message, "publish less at once to have each of them rendered", "note")

    def tried_out(self, catalogue: Catalogue, one: Candidate, names: Collection[str]) -> list[Finding]:
        """What goes wrong with one module in these channels."""
        view = View(
            values={},
            asset_url=lambda name: f"{self.base_url}/assets/{catalogue.assets.get(name, 'missing')[:12]}/{name}",
            base_url=self.base_url,
            has_asset=catalogue.assets.__contains__,
        )
        found = list(try_module(one, {name: self.channels[name] for name in sorted(names)}, view, "check"))
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
