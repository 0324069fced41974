"""Compiling a release: bytes by digest in, a catalogue out. Only what differs from the last one is parsed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import blake2b
from typing import TypeVar, cast

import orjson

from engine.catalogue import Candidate, Catalogue, Plan, Policy, Target
from engine.crowds import MANY
from engine.errors import CatalogueError
from engine.plans import Fitting, Shelf, make_plan
from engine.variants import choices_of
from engine.vocabulary import vocabulary_of
from experiments import Experiment, parse_experiment
from layouts import Layout, parse_layout
from modules import Module, ModuleType, Variant, parse_details, parse_locales, parse_module, parse_type
from profiles import Segment, Segments
from rules import Finding, Json, Rule, parse

Manifest = Mapping[tuple[str, str], str]
Load = Callable[[Collection[str]], Mapping[str, bytes]]

T = TypeVar("T")


def compile_catalogue(
    release: str, manifest: Manifest, load: Load, previous: Catalogue | None = None, *, many: int = MANY
) -> Catalogue:
    """The catalogue of a release whose content passed `validate`. Raises `CatalogueError` where it cannot link.

    A layout that as many modules fit as `many` gets an index of their targets.
    """
    known = previous.parsed if previous else {}
    wanted = {d for (kind, key), d in manifest.items() if kind != "assets" and _name(kind, key, d) not in known}
    return _Linker(release, manifest, load(wanted) if wanted else {}, known, many).catalogue()


@dataclass(slots=True)
class _Linker:
    release: str
    manifest: Manifest
    fresh: Mapping[str, bytes]
    known: Mapping[str, object]
    many: int
    parsed: dict[str, object] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    targets: dict[str, Target] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()

    def catalogue(self) -> Catalogue:
        types = self._all("types", parse_type)
        rules = self._all("rules", _logic)
        segments = Segments.of(self._all("segments", _segment).values())
        experiments = {k: e for k, e in self._all("experiments", parse_experiment).items() if e.running}
        self.policies = tuple(self._policy(key, body) for key, body in self._all("policies", _plain).items())
        modules = self._all("modules", lambda key, body: parse_module(key, body, types, trusted=True))
        candidates = {key: self._candidate(key, m, types, rules, experiments) for key, m in modules.items()}
        shelf = Shelf.of(candidates.values())
        layouts = self._all("layouts", parse_layout)
        plans = {key: self._plan(layout, shelf, candidates) for key, layout in layouts.items()}
        if self.findings:
            raise CatalogueError(self.findings)
        return Catalogue(
            release=self.release,
            plans=plans,
            modules=candidates,
            types=types,
            policies=self.policies,
            segments=segments,
            vocabulary=vocabulary_of(self._all("attributes", _plain).values(), (s.key for s in segments)),
            experiments=experiments,
            assets={key: digest for (kind, key), digest in self.manifest.items() if kind == "assets"},
            details=self._all("asset-details", parse_details),
            locales=parse_locales(self._all("locales", _plain), trusted=True),
            parsed=self.parsed,
        )

    def _all(self, kind: str, make: Callable[[str, dict[str, Json]], T]) -> dict[str, T]:
        made = {}
        for (its_kind, key), digest in self.manifest.items():
            if its_kind != kind:
                continue
            name = _name(kind, key, digest)
            body = self.known.get(name) or make(key, orjson.loads(self.fresh[digest]))
            self.parsed[name] = body
            made[key] = cast("T", body)
        return made

    def _target(self, name: str, logic: Json, rule: Rule, unknown_passes: bool) -> Target:
        # One rule under one name is judged once a request, however many modules it gates.
        mark = f"{name}|{unknown_passes}|{orjson.dumps(logic).decode()}"
        if mark not in self.targets:
            self.targets[mark] = Target(name, rule, unknown_passes)
        return self.targets[mark]

    def _policy(self, key: str, body: dict[str, Json]) -> Policy:
        logic = body.get("logic")
        tags = frozenset(cast("list[str]", body.get("tags", [])))
        if logic is False:
            return Policy(key, tags, None)
        return Policy(key, tags, self._target(f"policy {key}", logic, parse(logic), body.get("unknown") == "yes"))

    def _candidate(
        self,
        key: str,
        module: Module,
        types: Mapping[str, ModuleType],
        rules: Mapping[str, tuple[str, Json, Rule]],
        experiments: Mapping[str, Experiment],
    ) -> Candidate:
        target, specificity = self._targeting(key, "/targeting", module, rules)
        if module.type not in types:
            self._miss("modules", key, "/type", "module type", module.type, types)
        digest = self.manifest[("modules", key)] + self.manifest.get(("types", module.type), "")
        return Candidate(
            module=module,
            type=types.get(module.type) or ModuleType(module.type, module.type),
            digest=digest,
            target=target,
            specificity=specificity,
            dice=int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big"),
            experiments=tuple(e for e in experiments.values() if any(key in v.modules for v in e.variations)),
            choices=choices_of(
                module, lambda at, variant: self._targeting(key, f"/variants/{at}/targeting", variant, rules)[0]
            ),
        )

    def _targeting(
        self, key: str, at: str, one: Module | Variant, rules: Mapping[str, tuple[str, Json, Rule]]
    ) -> tuple[Target | None, int]:
        if one.targeting is None:
            return None, 0
        if not isinstance(one.targeting, str):
            rule = parse(one.targeting)
            return self._target("its own rule", one.targeting, rule, one.unknown), _specificity(rule)
        if one.targeting not in rules:
            self._miss("modules", key, at, "rule", one.targeting, rules)
            return None, 0
        name, logic, rule = rules[one.targeting]
        return self._target(name, logic, rule, one.unknown), _specificity(rule)

    def _plan(self, layout: Layout, shelf: Shelf, modules: Mapping[str, Candidate]) -> Plan:
        places = []
        for number, slot in enumerate(layout.slots):
            at = f"/slots/{slot.key}"
            pinned = [self._module(layout, f"{at}/pinned", key, modules) for key in slot.pinned]
            fallback = self._module(layout, f"{at}/fallback", slot.fallback, modules)
            there = [c for c in pinned if c and c.type.fits(layout.key, slot.key, slot.tags)]
            places.append(Fitting(slot, number, there, list(shelf.fitting(layout.key, slot)), fallback))
        fallback = self._module(layout, "/fallback", layout.fallback, modules)
        return make_plan(layout, places, fallback, self.policies, self.many)

    def _module(
        self, layout: Layout, pointer: str, key: str | None, modules: Mapping[str, Candidate]
    ) -> Candidate | None:
        if key is not None and key not in modules:
            self._miss("layouts", layout.key, pointer, "module", key, modules)
        return modules.get(key) if key else None

    def _miss(self, kind: str, key: str, pointer: str, what: str, name: str, known: Iterable[str]) -> None:
        near = get_close_matches(name, known, n=1)
        remedy = f"did you mean {near[0]!r}?" if near else "create it, or name one that exists"
        self.findings.append(Finding(f"/{kind}/{key}{pointer}", f"there is no {what} {name!r}", remedy))


def _name(kind: str, key: str, digest: str) -> str:
    # A digest says nothing of kind and key, and both are part of what is made.
    return f"{digest}:{kind}:{key}"


def _plain(_: str, body: dict[str, Json]) -> dict[str, Json]:
    return body


def _logic(key: str, body: dict[str, Json]) -> tuple[str, Json, Rule]:
    return key, body["logic"], parse(body["logic"])


def _segment(key: str, body: dict[str, Json]) -> Segment:
    return Segment(key, str(body.get("title", key)), parse(body["logic"]))


def _specificity(rule: Rule) -> int:
    """How many different facts a rule asks for: the narrower one goes first among equals."""
    return len(rule.reads) + len(rule.reads_events) + len(rule.reads_segments)
