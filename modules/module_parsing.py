"""From authored JSON to a module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from modules.errors import ContentError, hint
from modules.module import Bodies, Fields, Module, Variant
from modules.module_schema import check_shape
from modules.module_type import ModuleType, check_body
from modules.schedule import times_of
from rules import Finding, Json


def parse_module(
    key: str, body: Mapping[str, Json], types: Mapping[str, ModuleType], *, trusted: bool = False
) -> Module:
    """The module that this body describes. Raises `ContentError` with every finding.

    `trusted` skips the checks, for content that passed them when it was saved.
    """
    if not trusted:
        found = check_shape(body) or check_words(cast("Mapping[str, Any]", body), types)
        if found:
            raise ContentError(f"module {key!r}", found)
    return _make(key, cast("Mapping[str, Any]", body), types.get(str(body["type"])))


def _make(key: str, body: Mapping[str, Any], module_type: ModuleType | None) -> Module:
    get = body.get
    shared = module_type.shared if module_type else frozenset()
    locales = _with_shared(body["locales"], shared)
    times = times_of(body)
    return Module(
        key=key,
        type=body["type"],
        title=get("title", ""),
        tags=frozenset(get("tags", ())),
        tier=get("tier", 0),
        worth=float(get("worth", 1.0)),
        topics=tuple(get("topics", ())),
        targeting=get("targeting"),
        unknown=get("unknown") == "yes",
        opens=times.opens,
        closes=times.closes,
        locales=locales,
        variants={row["key"]: _variant(row, locales, shared) for row in get("variants", ())},
        references=tuple(_references(locales, module_type)) if module_type and module_type.references else (),
        note=get("note", ""),
        pauses=times.pauses,
        expires=times.expires,
    )


def _variant(row: Mapping[str, Any], locales: Bodies, shared: frozenset[str]) -> Variant:
    return Variant(
        key=row["key"],
        locales=_overrides(row.get("locales", {}), locales, shared),
        targeting=row.get("targeting"),
        unknown=row.get("unknown") == "yes",
        share=row.get("share"),
    )


def _with_shared(locales: Bodies, shared: frozenset[str]) -> Bodies:
    if not shared or len(locales) < 2:
        return locales
    first, *_ = locales.values()
    common = {name: value for name, value in first.items() if name in shared}
    return {locale: {**fields, **common} for locale, fields in locales.items()}


def _overrides(given: Bodies, locales: Bodies, shared: frozenset[str]) -> Bodies:
    """What a variant overrides; a field that is not localised it overrides in every locale of the module."""
    first: Fields = next(iter(given.values()), {})
    common = {name: value for name, value in first.items() if name in shared}
    if not common:
        return given
    return {locale: {**given.get(locale, {}), **common} for locale in dict.fromkeys((*given, *locales))}


def _references(locales: Bodies, module_type: ModuleType) -> Iterator[str]:
    named = [fields.get(name) for fields in locales.values() for name in module_type.references]
    for key in dict.fromkeys(key for one in named for key in (one if isinstance(one, list) else [one])):
        if key:
            yield str(key)


def check_words(body: Mapping[str, Any], types: Mapping[str, ModuleType]) -> list[Finding]:
    """What is wrong with the locales and variants of a body that has the shape of a module."""
    return list(_check(body, types))


def _check(body: Mapping[str, Any], types: Mapping[str, ModuleType]) -> Iterator[Finding]:
    module_type = types.get(body["type"])
    if module_type is None:
        message = f"there is no module type {body['type']!r}{hint(body['type'], types)}"
        yield Finding("/type", message, "name a type that exists, or make it first, and publish it with the module")
        return
    yield from _check_locales(body["locales"], module_type)
    yield from _check_variants(body.get("variants", []), body["locales"], module_type)


def _check_locales(locales: Bodies, module_type: ModuleType) -> Iterator[Finding]:
    first = next(iter(locales.values()))
    common = {name: value for name, value in first.items() if name in module_type.shared}
    for locale, fields in locales.items():
        yield from check_body(module_type, {**common, **fields}, f"/locales/{locale}")
        yield from _check_shared(f"/locales/{locale}", fields, first, module_type)


def _check_shared(at: str, fields: Fields, first: Fields, module_type: ModuleType) -> Iterator[Finding]:
    for name in sorted(module_type.shared & fields.keys()):
        if fields[name] != first.get(name):
            yield Finding(f"{at}/{name}", f"{name!r} is the same in every locale", "set it in the first locale only")


def _check_variants(variants: list[dict[str, Any]], locales: Bodies, module_type: ModuleType) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, variant in enumerate(variants):
        at, key = f"/variants/{index}", variant["key"]
        if key in seen or key == "off":
            remedy = "choose another key" if key in seen else "'off' means in an experiment: not shown"
            yield Finding(f"{at}/key", f"the variant key {key!r} is taken", remedy)
        seen.add(key)
        yield from _check_overrides(f"{at}/locales", variant.get("locales", {}), locales, module_type)
    yield from _check_shares(variants)


def _check_overrides(at: str, given: Bodies, locales: Bodies, module_type: ModuleType) -> Iterator[Finding]:
    first: Fields = next(iter(given.values()), {})
    for locale, fields in given.items():
        if locale not in locales:
            message = f"the module has no locale {locale!r}{hint(locale, locales)}"
            yield Finding(f"{at}/{locale}", message, "a variant overrides fields of locales that exist")
        yield from check_body(module_type, fields, f"{at}/{locale}", partial=True)
        yield from _check_shared(f"{at}/{locale}", fields, first, module_type)


def _check_shares(variants: list[dict[str, Any]]) -> Iterator[Finding]:
    """Shares without a rule divide the same people, so they are parts of one whole."""
    plain = [(n, row["share"]) for n, row in enumerate(variants) if "share" in row and row.get("targeting") is None]
    whole = sum(share for _, share in plain)
    if whole > 1 + 1e-9:
        at = f"/variants/{plain[-1][0]}/share"
        yield Finding(
            at, f"the shares add up to {whole:g}", "let them add up to 1 at most; the rest gets the module's own"
        )
