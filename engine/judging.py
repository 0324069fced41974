"""What is wrong with pieces of content, each judged with what surrounds it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import orjson

from engine.alts import alt_findings
from engine.fits import fit_findings, locale_findings
from engine.pieces import Name
from engine.triggering import of_events, trigger_findings
from experiments import ExperimentError, parse_experiment
from layouts import LayoutError, parse_layout
from modules import ContentError, MergeError, ModuleType, check_content, parse_merge, parse_module, parse_type
from rules import Checker, Finding, Json, parse

Bodies: TypeAlias = Mapping[Name, dict[str, Any]]

REFUSALS: Final = (ContentError, LayoutError, ExperimentError)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What content is judged with: the types, what rules may name, the names of all content that there is, and bodies
    of what those that are judged name."""

    types: Mapping[str, ModuleType]
    checker: Checker
    names: Container[Name]
    bodies: Bodies = field(default_factory=dict)


def read(contents: Mapping[Name, bytes]) -> tuple[dict[Name, dict[str, Any]], list[Finding]]:
    """What is well-formed, parsed; and what is wrong with the rest, of which nothing more is said."""
    bodies: dict[Name, dict[str, Any]] = {}
    findings: list[Finding] = []
    for (kind, key), data in contents.items():
        wrong = check_content(kind, key, data)
        findings += _within(kind, key, "", wrong)
        if not wrong and kind != "assets":
            bodies[(kind, key)] = orjson.loads(data)
    return bodies, findings


def judge(bodies: Bodies, around: Surroundings) -> list[Finding]:
    """Everything wrong with these, each by itself and with its surroundings; pointers begin with `/kind/key`. What is
    only found when all is linked is not among it."""
    findings = [*_check_logic(bodies, around.checker)]
    for kind, make in _makers(around.types).items():
        findings += _refusals(bodies, kind, make)
    findings += _check_links(bodies, around)
    # In the order of their names: of two files that declare the same, it is the second that is wrong.
    together = dict(sorted({**around.bodies, **bodies}.items(), key=lambda one: one[0]))
    findings += of_these(fit_findings(together, around.types), bodies)
    findings += of_these(locale_findings(together), bodies)
    findings += of_these(alt_findings(together, around.types, around.names), bodies)
    return findings


def of_these(findings: Iterator[Finding], names: Container[Name]) -> Iterator[Finding]:
    """The findings about content of these names."""
    return (finding for finding in findings if name_in(finding.pointer) in names)


def name_in(pointer: str) -> Name:
    """What a pointer is about."""
    _, kind, key, *_ = (*pointer.split("/", 3), "", "")
    return kind, key


def types_of(bodies: Bodies) -> dict[str, ModuleType]:
    """The module types among these, which are well-formed: of a type that is all there is to check."""
    return {key: parse_type(key, body, trusted=True) for (kind, key), body in bodies.items() if kind == "types"}


def logic_in(kind: str, body: dict[str, Any]) -> Iterator[tuple[str, Json]]:
    """The rules that a body holds, each with its place."""
    if kind in {"rules", "segments", "policies"}:
        yield "/logic", body.get("logic")
    if kind == "triggers" and "logic" in body.get("when", {}):
        yield "/when/logic", body["when"]["logic"]
    if kind == "modules":
        rows = [("", body), *((f"/variants/{number}", row) for number, row in enumerate(body.get("variants", ())))]
        for at, row in rows:
            targeting = row.get("targeting")
            if targeting is not None and not isinstance(targeting, str):
                yield f"{at}/targeting", targeting


def _makers(types: Mapping[str, ModuleType]) -> dict[str, Callable[[str, dict[str, Any]], object]]:
    return {
        "modules": lambda key, body: parse_module(key, body, types),
        "layouts": parse_layout,
        "experiments": parse_experiment,
    }


def _refusals(bodies: Bodies, kind: str, make: Callable[[str, dict[str, Any]], object]) -> Iterator[Finding]:
    for (its_kind, key), body in bodies.items():
        if its_kind == kind:
            try:
                make(key, body)
            except REFUSALS as error:
                yield from _within(kind, key, "", error.findings)


def _within(kind: str, key: str, at: str, findings: Any) -> list[Finding]:
    return [finding.below(f"/{kind}/{key}{at}") for finding in findings]


def _check_logic(bodies: Bodies, checker: Checker) -> Iterator[Finding]:
    of_event = of_events(checker) if any(kind == "triggers" for kind, _ in bodies) else checker
    for (kind, key), body in bodies.items():
        for at, logic in logic_in(kind, body):
            found = (of_event if kind == "triggers" else checker).check(logic)
            yield from _within(kind, key, at, found)
            if kind == "segments" and not any(one.severity == "error" for one in found):
                yield from _within(kind, key, at, _of_visits(logic))


def _of_visits(logic: Json) -> Iterator[Finding]:
    """Facts of a visit in the rule of a segment: who is a member is known without any visit."""
    for path in sorted(parse(logic).reads):
        if path.partition(".")[0] == "context":
            message = f"a segment reads no context: {path!r} is of a visit, not of a person"
            yield Finding("", message, "ask it where the segment is used, joined by and")


def _check_links(bodies: Bodies, around: Surroundings) -> Iterator[Finding]:
    """Names in one piece of content that must exist in another; what is linked when it is compiled is checked there."""
    together = {**around.bodies, **bodies}
    for (kind, key), body in bodies.items():
        if kind == "layouts":
            yield from _setting_findings(key, body.get("settings", {}))
        if kind == "modules":
            written = {"locales": body.get("locales"), "variants": body.get("variants")}
            for pointer, asset in assets_in(written):
                if ("assets", asset) not in around.names:
                    yield Finding(f"/modules/{key}{pointer}", f"there is no asset {asset!r}", "add it to assets")
        if kind == "triggers":
            yield from _within(kind, key, "", trigger_findings(body, around.checker.vocabulary))
        if kind == "experiments":
            for number, variation in enumerate(body.get("variations", [])):
                at = f"/experiments/{key}/variations/{number}/modules"
                yield from _variation_links(at, variation.get("modules", {}), together)


def _setting_findings(key: str, settings: Mapping[str, str]) -> Iterator[Finding]:
    for name, words in settings.items():
        try:
            parse_merge(words)
        except MergeError as error:
            yield Finding(f"/layouts/{key}/settings/{name}", str(error), error.remedy)


def _variation_links(at: str, chosen: Mapping[str, str], bodies: Bodies) -> Iterator[Finding]:
    for module, variant in chosen.items():
        body = bodies.get(("modules", module))
        if body is None:
            yield Finding(f"{at}/{module}", f"there is no module {module!r}", "name a module of this release")
        elif variant != "off" and variant not in {v.get("key") for v in body.get("variants", [])}:
            yield Finding(f"{at}/{module}", f"module {module!r} has no variant {variant!r}", 'name one, or "off"')


def assets_in(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """The assets that a body shows, each with its place."""
    if isinstance(value, dict):
        if isinstance(value.get("asset"), str):
            yield f"{at}/asset", value["asset"]
        for name, inner in value.items():
            yield from assets_in(inner, f"{at}/{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from assets_in(inner, f"{at}/{number}")
