"""What each kind of content names: the edges of the one usage graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from modules.content_kinds import KINDS
from modules.errors import step
from modules.field import Field
from modules.kinds.groups import references_in
from modules.module_type import ModuleType, parse_type
from modules.reference import EVENTS, FACTS, Reference, facts_named
from rules import Json, parse

Types = Mapping[str, ModuleType]


def references_of(kind: str, key: str, body: Mapping[str, Any], types: Types) -> list[Reference]:
    """Everything that a checked body names, each once for each place; `types` holds the type of a module.

    A fact or a type of event stands under its path, since any content of kind `attributes` may register it.
    """
    if KINDS[kind].about:
        return [Reference(KINDS[kind].about, key, "")]
    find = REFERENCES.get(kind)
    return [] if find is None else list(dict.fromkeys(find(body, types)))


def _module(body: Mapping[str, Any], types: Types) -> Iterator[Reference]:
    yield Reference("types", body["type"], "/type")
    yield from _targeting(body.get("targeting"), "/targeting")
    fields = types[body["type"]].fields if body["type"] in types else {}
    for locale, values in body.get("locales", {}).items():
        yield from references_in(values, fields, f"/locales/{locale}")
    for number, variant in enumerate(body.get("variants", ())):
        at = f"/variants/{number}"
        yield from _targeting(variant.get("targeting"), f"{at}/targeting")
        for locale, values in variant.get("locales", {}).items():
            yield from references_in(values, fields, f"{at}/locales/{locale}")


def _targeting(targeting: Json, at: str) -> Iterator[Reference]:
    if isinstance(targeting, str):
        yield Reference("rules", targeting, at)
    elif targeting is not None:
        yield from _logic(targeting, at)


def _rule(body: Mapping[str, Any], _: Types) -> Iterator[Reference]:
    yield from _logic(body["logic"], "/logic")


def _logic(logic: Json, at: str) -> Iterator[Reference]:
    rule = parse(logic)
    yield from (Reference("segments", key, at) for key in sorted(rule.reads_segments))
    yield from (Reference(FACTS, path, at) for path in sorted(rule.reads))
    yield from (Reference(EVENTS, name, at) for name in sorted(rule.reads_events))


def _type(body: Mapping[str, Any], types: Types) -> Iterator[Reference]:
    yield from _types_in(parse_type("", body, trusted=True).fields, body["fields"], "/fields")
    yield from _assets_in(body.get("sample", {}), "/sample")
    for number, slot in enumerate(body.get("fits", {}).get("slots", ())):
        layout, within, _ = slot.partition("/")
        if within:
            yield Reference("layouts", layout, f"/fits/slots/{number}")


def _types_in(fields: Mapping[str, Field], specs: Mapping[str, Any], at: str) -> Iterator[Reference]:
    for name, field in fields.items():
        here = f"{at}/{name}"
        if isinstance(specs[name].get("to"), list):
            yield from (Reference("types", key, f"{here}/to/{number}") for number, key in enumerate(field.to))
        else:
            yield from (Reference("types", key, f"{here}/to") for key in field.to)
        for which, value in (("default", field.default), ("sample", field.sample)):
            if value is not None:
                yield from field.kind.references(value, field, f"{here}/{which}")
        yield from _types_in(field.of, specs[name].get("of", {}), f"{here}/of")


def _assets_in(value: Any, at: str) -> Iterator[Reference]:
    if isinstance(value, dict):
        if isinstance(value.get("asset"), str):
            yield Reference("assets", value["asset"], f"{at}/asset")
        inner = ((step(name), one) for name, one in value.items())
    elif isinstance(value, list):
        inner = ((str(number), one) for number, one in enumerate(value))
    else:
        return
    for name, one in inner:
        yield from _assets_in(one, f"{at}/{name}")


def _layout(body: Mapping[str, Any], _: Types) -> Iterator[Reference]:
    for number, slot in enumerate(body["slots"]):
        at = f"/slots/{number}"
        yield from (Reference("types", name, f"{at}/types/{n}") for n, name in enumerate(slot.get("types", ())))
        yield from (Reference("modules", name, f"{at}/pinned/{n}") for n, name in enumerate(slot.get("pinned", ())))
        yield from _module_named(slot.get("fallback"), f"{at}/fallback")
    yield from _module_named(body.get("fallback"), "/fallback")
    for name, words in body.get("settings", {}).items():
        yield from facts_named(words, f"/settings/{step(name)}")


def _module_named(key: str | None, at: str) -> Iterator[Reference]:
    if key is not None:
        yield Reference("modules", key, at)


def _experiment(body: Mapping[str, Any], _: Types) -> Iterator[Reference]:
    for number, variation in enumerate(body["variations"]):
        at = f"/variations/{number}/modules"
        yield from (Reference("modules", key, f"{at}/{key}") for key in variation.get("modules", {}))


def _trigger(body: Mapping[str, Any], _: Types) -> Iterator[Reference]:
    when = body["when"]
    for way in ("entered", "left"):
        if way in when:
            yield Reference("segments", when[way], f"/when/{way}")
    if "event" in when:
        yield Reference(EVENTS, when["event"], "/when/event")
    for one in _logic(when["logic"], "/when/logic") if "logic" in when else ():
        if one.to_kind != FACTS or not one.to_key.startswith(
            "properties."
        ):  # those are the event's, which nobody registers
            yield one
    for number, action in enumerate(body["do"]):
        for name, told in action.items():
            at = f"/do/{number}/{name}/attributes"
            paths = enumerate(told.get("attributes", ()))
            yield from (Reference(FACTS, path, f"{at}/{n}") for n, path in paths if path.startswith("profile."))


REFERENCES: Mapping[str, Callable[[Mapping[str, Any], Types], Iterator[Reference]]] = {
    "segments": _rule,
    "rules": _rule,
    "policies": _rule,
    "types": _type,
    "modules": _module,
    "layouts": _layout,
    "experiments": _experiment,
    "triggers": _trigger,
}
"""Kind -> what finds the references in a body of it; kinds that name nothing are not here."""
