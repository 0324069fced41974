"""Linking: what modules name in other content, resolved; what is named and not there, found."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Final, TypeVar, cast

import orjson

from engine.candidates import Candidate, Target, target_of
from engine.packing import Packed, Packer
from engine.variants import Choice, choices_of
from experiments import Experiment
from layouts import Layout
from modules import ALWAYS, Module, ModuleType, Times, Variant, parse_module
from rules import Finding, Json

H = TypeVar("H", bound=Hashable)

OWN: Final = "its own rule"
"""The name of a rule that stands in the module. No key looks like it."""

MOST_MEANT: Final = 3
"""Names that are not there for which the nearest one is looked for: among very many that takes long."""


@dataclass(slots=True)
class Linker:
    """Makes candidates of one release."""

    types: Mapping[str, ModuleType]
    revisions: Mapping[str, str]
    """Type -> the digest of its bytes."""
    rules: Mapping[str, Target]
    """The named ones; unknown does not pass."""
    taking_part: Mapping[str, tuple[Experiment, ...]]
    """Module -> the running experiments that name it."""
    packer: Packer
    findings: list[Finding] = field(default_factory=list)
    _targets: dict[Hashable, Target] = field(default_factory=dict)
    _same: dict[Hashable, Hashable] = field(default_factory=dict)

    def candidate(self, key: str, body: Mapping[str, Json], revision: str) -> Candidate:
        """The module with this body."""
        module = parse_module(key, body, self.types, trusted=True)
        return self._made(module, self.packer.pack(module.type, body), revision)

    def again(self, candidate: Candidate) -> Candidate:
        """The same module, but with the types, rules and experiments of this release."""
        body = candidate.body.unpack()
        module = parse_module(candidate.key, body, self.types, trusted=True)
        return self._made(module, candidate.body, candidate.revision)

    def _made(self, module: Module, body: Packed, revision: str) -> Candidate:
        key = module.key
        made = self.types.get(module.type)
        if made is None:
            self.miss(f"/modules/{key}/type", "module type", module.type, self.types)
        return Candidate(
            key=key,
            type=made or ModuleType(module.type, module.type),
            tags=self._one(module.tags),
            tier=module.tier,
            worth=self._one(module.worth),
            topics=self._one(module.topics),
            times=Times(module.opens, module.closes, module.pauses, module.expires) if module.is_timed else ALWAYS,
            locales=self._one(tuple(module.locales)),
            body=body,
            revision=revision,
            type_revision=self.revisions.get(module.type, ""),
            target=self._target(f"/modules/{key}/targeting", module),
            experiments=self.taking_part.get(key, ()),
            choices=self._choices(module),
        )

    def _choices(self, module: Module) -> tuple[Choice, ...]:
        if not module.variants:
            return ()
        at = f"/modules/{module.key}/variants"
        return choices_of(module, lambda number, variant: self._target(f"{at}/{number}/targeting", variant))

    def _target(self, at: str, one: Module | Variant) -> Target | None:
        """What targets a module or variant. A rule that many have is one object."""
        logic = one.targeting
        if logic is None:
            return None
        if not isinstance(logic, str):
            name: Hashable = (orjson.dumps(logic), one.unknown)
            if name not in self._targets:
                self._targets[name] = self._shared(target_of(OWN, logic, unknown_passes=one.unknown))
            return self._targets[name]
        rule = self.rules.get(logic)
        if rule is None:
            self.miss(at, "rule", logic, self.rules)
            return None
        if not one.unknown:
            return rule
        return self._targets.setdefault(logic, replace(rule, unknown_passes=True))

    def _shared(self, target: Target) -> Target:
        return replace(target, reads=self._one(target.reads))

    def _one(self, value: H) -> H:
        """One object for equal values: a hundred thousand modules have few different tags."""
        return cast("H", self._same.setdefault(value, value))

    def miss(self, pointer: str, what: str, name: str, known: Iterable[str]) -> None:
        """Something that is named and not there."""
        near = get_close_matches(name, known, n=1) if len(self.findings) < MOST_MEANT else ()
        remedy = f"did you mean {near[0]!r}?" if near else "create it, or name one that exists"
        self.findings.append(Finding(pointer, f"there is no {what} {name!r}", remedy))

    def check(self, layout: Layout, modules: Mapping[str, object]) -> None:
        """Miss the modules that a layout names and that are not there."""
        for at, key in named_by(layout):
            if key not in modules:
                self.miss(f"/layouts/{layout.key}{at}", "module", key, modules)


def named_by(layout: Layout) -> Iterable[tuple[str, str]]:
    """The modules that a layout names, each with its place."""
    for slot in layout.slots:
        yield from ((f"/slots/{slot.key}/pinned", key) for key in slot.pinned)
        if slot.fallback is not None:
            yield f"/slots/{slot.key}/fallback", slot.fallback
    if layout.fallback is not None:
        yield "/fallback", layout.fallback
