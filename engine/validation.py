"""Checking a whole release before it is published: an author's mistake fails here, never at a visitor's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from engine.alts import alt_findings
from engine.compiler import compile_catalogue
from engine.errors import CatalogueError
from engine.fits import fit_findings, locale_findings
from engine.rivals import late_variants, repeats, rivalries
from engine.vocabulary import vocabulary_of, with_keys
from experiments import ExperimentError, parse_experiment
from layouts import LayoutError, parse_layout
from modules import ContentError, MergeError, ModuleType, check_content, parse_merge, parse_module, parse_type
from profiles import SegmentError
from rules import Checker, Finding, Json, Rule, Vocabulary, parse

Contents = Mapping[tuple[str, str], bytes]

REFUSALS = (ContentError, LayoutError, ExperimentError)


def validate(contents: Contents, *, notes: bool = False) -> list[Finding]:
    """Everything wrong with this content as a release; pointers begin with `/kind/key`. Without errors it may be
    published. With `notes` it is also told what is merely good to know."""
    bodies, findings = _bodies(contents)
    vocabulary = _vocabulary(bodies)
    findings.extend(one for one in _check_logic(bodies, vocabulary) if notes or one.severity != "note")
    types, more = _each(bodies, "types", parse_type)
    findings.extend(more)
    for kind, make in _makers(types).items():
        findings.extend(_each(bodies, kind, make)[1])
    findings.extend(_check_links(bodies, contents))
    findings.extend(fit_findings(bodies, types))
    findings.extend(locale_findings(bodies))
    findings.extend(alt_findings(bodies, types, contents))
    if not any(one.severity == "error" for one in findings):
        manifest = {name: f"{name[0]}/{name[1]}" for name in contents}
        by_digest = {digest: contents[name] for name, digest in manifest.items()}
        try:
            made = compile_catalogue("check", manifest, lambda _: by_digest)
            findings += rivalries(made) + repeats(_named(bodies), made) + late_variants(made)
        except CatalogueError as error:
            findings.extend(error.findings)
        except SegmentError as error:
            findings += [
                Finding(f"/segments/{key}/logic", str(error), "let no segment depend on itself")
                for key in dict.fromkeys(error.keys)
            ]
    return findings


Bodies = Mapping[tuple[str, str], dict[str, Any]]


def _bodies(contents: Contents) -> tuple[Bodies, list[Finding]]:
    """What is well-formed, parsed; and what is wrong with the rest, of which nothing more is said."""
    bodies: dict[tuple[str, str], dict[str, Any]] = {}
    findings = []
    for (kind, key), data in contents.items():
        wrong = _within(kind, key, "", check_content(kind, key, data))
        findings += wrong
        if not wrong and kind != "assets":
            bodies[(kind, key)] = orjson.loads(data)
    return bodies, findings


def _vocabulary(bodies: Bodies) -> Vocabulary:
    sets = [body for (kind, _), body in bodies.items() if kind == "attributes"]
    return vocabulary_of(sets, (key for kind, key in bodies if kind == "segments"))


def _makers(types: Mapping[str, ModuleType]) -> dict[str, Callable[[str, dict[str, Any]], object]]:
    return {
        "modules": lambda key, body: parse_module(key, body, types),
        "layouts": parse_layout,
        "experiments": parse_experiment,
    }


def _each(
    bodies: Bodies, kind: str, make: Callable[[str, dict[str, Any]], Any]
) -> tuple[dict[str, Any], list[Finding]]:
    made, findings = {}, []
    for (its_kind, key), body in bodies.items():
        if its_kind != kind:
            continue
        try:
            made[key] = make(key, body)
        except REFUSALS as error:
            findings.extend(_within(kind, key, "", error.findings))
    return made, findings


def _within(kind: str, key: str, at: str, findings: Any) -> list[Finding]:
    return [finding.below(f"/{kind}/{key}{at}") for finding in findings]


def _check_logic(bodies: Bodies, vocabulary: Vocabulary) -> Iterator[Finding]:
    checker = Checker(
        with_keys(vocabulary, (one for name, body in bodies.items() for _, one in _logic_in(name[0], body)))
    )
    for (kind, key), body in bodies.items():
        for at, logic in _logic_in(kind, body):
            found = checker.check(logic)
            yield from _within(kind, key, at, found)
            if kind == "segments" and not any(one.severity == "error" for one in found):
                yield from _within(kind, key, at, _of_visits(logic))


def _of_visits(logic: Json) -> Iterator[Finding]:
    """Facts of a visit in the rule of a segment: who is a member is known without any visit."""
    for path in sorted(parse(logic).reads):
        if path.partition(".")[0] == "context":
            message = f"a segment reads no context: {path!r} is of a visit, not of a person"
            yield Finding("", message, "ask it where the segment is used, joined by and")


def _logic_in(kind: str, body: dict[str, Any]) -> Iterator[tuple[str, Json]]:
    if kind in {"rules", "segments", "policies"}:
        if "logic" not in body:
            yield "/logic", None
        else:
            yield "/logic", body["logic"]
    if kind == "modules":
        rows = [("", body), *((f"/variants/{number}", row) for number, row in enumerate(body.get("variants", ())))]
        for at, row in rows:
            targeting = row.get("targeting")
            if targeting is not None and not isinstance(targeting, str):
                yield f"{at}/targeting", targeting


def _named(bodies: Bodies) -> Iterator[tuple[str, str, Rule]]:
    for (kind, key), body in bodies.items():
        if kind in {"rules", "segments"}:
            yield kind, key, parse(body["logic"])


def _check_links(bodies: Bodies, contents: Contents) -> Iterator[Finding]:
    """Names in one piece of content that must exist in another; what `compile_catalogue` links is checked there."""
    for (kind, key), body in bodies.items():
        if kind == "layouts":
            yield from _setting_findings(key, body.get("settings", {}))
        if kind == "modules":
            written = {"locales": body.get("locales"), "variants": body.get("variants")}
            for pointer, asset in _assets_in(written, ""):
                if ("assets", asset) not in contents:
                    yield Finding(f"/modules/{key}{pointer}", f"there is no asset {asset!r}", "add it to assets")
        if kind == "experiments":
            for number, variation in enumerate(body.get("variations", [])):
                at = f"/experiments/{key}/variations/{number}/modules"
                yield from _variation_links(at, variation.get("modules", {}), bodies)


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


def _assets_in(value: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if isinstance(value.get("asset"), str):
            yield f"{at}/asset", value["asset"]
        for name, inner in value.items():
            yield from _assets_in(inner, f"{at}/{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _assets_in(inner, f"{at}/{number}")
