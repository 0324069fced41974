"""Modules: authored blocks of content, with targeting, schedule, locales and variants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from modules.errors import ContentError, hint
from modules.module_schema import check_shape
from modules.module_type import ModuleType, check_body
from modules.schedule import to_instant
from rules import Finding, Instant, Json

Fields = Mapping[str, Json]
Locales = Mapping[str, Fields]


@dataclass(frozen=True, slots=True)
class Module:
    """One authored block. Its first locale is the one that stands in for those it lacks.

    `targeting` names a rule or is one; `unknown` says what a verdict that cannot be known counts as.
    It may be shown from `opens` until before `closes`. `variants` override fields, by variant key and locale.
    """

    key: str
    type: str
    title: str = ""
    tags: frozenset[str] = frozenset()
    tier: int = 0
    worth: float = 1.0
    topics: tuple[str, ...] = ()
    targeting: Json = None
    unknown: bool = False
    opens: Instant | None = None
    closes: Instant | None = None
    locales: Locales = field(default_factory=dict)
    variants: Mapping[str, Locales] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    note: str = ""

    def locale_for(self, locale: str) -> str | None:
        """The locale that serves a reader: exactly it, else its language, else the module's first."""
        return _near(self.locales, locale) or next(iter(self.locales), None)

    def body(self, locale: str, variant: str | None = None) -> Fields | None:
        """The fields for a reader of this locale; None where there is no locale at all, or no such variant."""
        actual = self.locale_for(locale)
        if actual is None:
            return None
        if variant is None:
            return self.locales[actual]
        overrides = self.variants.get(variant)
        if overrides is None:
            return None
        near = _near(overrides, actual)
        return self.locales[actual] if near is None else {**self.locales[actual], **overrides[near]}


def parse_module(
    key: str, body: Mapping[str, Json], types: Mapping[str, ModuleType], *, trusted: bool = False
) -> Module:
    """The module that this body describes. Raises `ContentError` with every finding.

    `trusted` skips the checks, for content that passed them when it was saved.
    """
    if not trusted:
        found = check_shape(body) or list(_check(cast("Mapping[str, Any]", body), types))
        if found:
            raise ContentError(f"module {key!r}", found)
    return _make(key, cast("Mapping[str, Any]", body), types.get(str(body["type"])))


def _make(key: str, body: Mapping[str, Any], module_type: ModuleType | None) -> Module:
    get = body.get
    shared = module_type.shared if module_type else frozenset()
    locales = _with_shared(body["locales"], shared)
    schedule = get("schedule") or {}
    zone = schedule.get("zone") or "UTC"
    opens, closes = schedule.get("from"), schedule.get("until")
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
        opens=to_instant(opens, zone) if opens else None,
        closes=to_instant(closes, zone) if closes else None,
        locales=locales,
        variants={v["key"]: _with_shared(v.get("locales", {}), shared) for v in get("variants", ())},
        references=tuple(_references(locales, module_type)) if module_type and module_type.references else (),
        note=get("note", ""),
    )


def _with_shared(locales: dict[str, dict[str, Json]], shared: frozenset[str]) -> Locales:
    if not shared or len(locales) < 2:
        return locales
    first, *_ = locales.values()
    common = {name: value for name, value in first.items() if name in shared}
    return {locale: {**fields, **common} for locale, fields in locales.items()}


def _references(locales: Locales, module_type: ModuleType) -> Iterator[str]:
    seen = dict.fromkeys(fields.get(name) for fields in locales.values() for name in module_type.references)
    return (str(key) for key in seen if key)


def _near(locales: Mapping[str, object], locale: str) -> str | None:
    if locale in locales:
        return locale
    language = locale.split("-", 1)[0]
    return language if language in locales else None


def _check(body: Mapping[str, Any], types: Mapping[str, ModuleType]) -> Iterator[Finding]:
    module_type = types.get(body["type"])
    if module_type is None:
        message = f"there is no module type {body['type']!r}{hint(body['type'], types)}"
        yield Finding("/type", message, "name a type that exists, or make it first")
        return
    yield from _check_locales(body["locales"], module_type)
    yield from _check_variants(body.get("variants", []), body["locales"], module_type)


def _check_locales(locales: Mapping[str, Fields], module_type: ModuleType) -> Iterator[Finding]:
    first = next(iter(locales.values()))
    common = {name: value for name, value in first.items() if name in module_type.shared}
    for locale, fields in locales.items():
        yield from check_body(module_type, {**common, **fields}, f"/locales/{locale}")
        for name in module_type.shared & fields.keys():
            if fields[name] != first.get(name):
                remedy = "set it in the first locale only"
                yield Finding(f"/locales/{locale}/{name}", f"{name!r} is the same in every locale", remedy)


def _check_variants(variants: list[dict[str, Any]], locales: Locales, module_type: ModuleType) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, variant in enumerate(variants):
        at, key = f"/variants/{index}", variant["key"]
        if key in seen or key == "off":
            remedy = "choose another key" if key in seen else "'off' means in an experiment: not shown"
            yield Finding(f"{at}/key", f"the variant key {key!r} is taken", remedy)
        seen.add(key)
        for locale, fields in variant.get("locales", {}).items():
            if locale not in locales:
                message = f"the module has no locale {locale!r}{hint(locale, locales)}"
                yield Finding(f"{at}/locales/{locale}", message, "a variant overrides fields of locales that exist")
            yield from check_body(module_type, fields, f"{at}/locales/{locale}", partial=True)
