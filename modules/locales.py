"""Locales: which ones there are, and which stand in where a module has no words in a reader's own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from marshmallow import Schema, fields, validate

from modules.door import shape_findings
from modules.errors import ContentError, hint
from rules import Finding, Json

LOCALE = validate.Regexp(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", error="a locale looks like en or de-AT")
"""Refuses what is no locale: "en", "de-AT", "zh-Hant-TW" are, a language, then a script or region."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The locales that serve one reader, the best first; `any_first`: where none is there, whichever is first."""

    codes: tuple[str, ...]
    any_first: bool = False

    def choose(self, there: Collection[str]) -> str | None:
        """The best of these for the reader, None where nothing may stand in."""
        for code in self.codes:
            if code in there:
                return code
        return next(iter(there), None) if self.any_first else None


@dataclass(frozen=True, slots=True)
class Locales:
    """The locales that are declared. Where none is, a reader gets their own, else its language, else a module's first.

    `chains` holds for each the locales that serve its readers, itself first. `default` (the first, unless a file says
    another) serves whoever reads in a locale that is not declared, and whose language is not either.
    """

    chains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)

    def chain(self, locale: str) -> Chain:
        """What serves a reader of this locale."""
        known = self.chains.get(locale)
        if known is not None:
            return Chain(known)
        if not self.chains:
            language = locale.partition("-")[0]
            return Chain((locale,) if language == locale else (locale, language), any_first=True)
        near = next((code for code in _wider(locale) if code in self.chains), self.default)
        return Chain((locale, *(self.chains[near] if near else ())))


NO_LOCALES = Locales()
"""Nothing is declared."""


class LocaleSchema(Schema):
    """One locale, and those that stand in for it, the best first."""

    code = fields.String(required=True, validate=LOCALE)
    title = fields.String()
    fallback = fields.List(fields.String())


class LocalesSchema(Schema):
    """Locales as they are written in a file."""

    title = fields.String()
    locales = fields.List(fields.Nested(LocaleSchema), required=True, validate=validate.Length(min=1))
    default = fields.String()


_SCHEMA = LocalesSchema()


def parse_locales(bodies: Mapping[str, Mapping[str, Json]], *, trusted: bool = False) -> Locales:
    """The locales that these files declare together, by their keys. Raises `ContentError` with every finding, each
    pointer beginning with the key of its file.

    `trusted` skips the checks, for content that passed them when it was saved.
    """
    if not trusted and (found := list(_check_all(bodies))):
        raise ContentError("locales", found)
    rows = {row["code"]: row for _, _, row in _rows(bodies)}
    after = {code: tuple(row.get("fallback", ())) for code, row in rows.items()}
    return Locales(
        chains={code: tuple(dict.fromkeys(_following(code, after))) for code in rows},
        default=next((str(body["default"]) for body in bodies.values() if body.get("default")), next(iter(rows), None)),
        titles={code: row.get("title", code) for code, row in rows.items()},
    )


def locales_findings(body: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with one file of locales by itself; what it names may be declared in another."""
    found = shape_findings(_SCHEMA, body)
    if found:
        return found
    seen: set[str] = set()
    for number, row in enumerate(body["locales"]):
        if row["code"] in seen:
            found.append(Finding(f"/locales/{number}/code", f"{row['code']!r} is declared twice", "take one out"))
        seen.add(row["code"])
    return found


def _check_all(bodies: Mapping[str, Mapping[str, Json]]) -> Iterator[Finding]:
    for key, body in bodies.items():
        wrong = [one.below(f"/{key}") for one in locales_findings(cast("Mapping[str, Any]", body))]
        yield from wrong
        if wrong:
            return
    after = {row["code"]: tuple(row.get("fallback", ())) for _, _, row in _rows(bodies)}
    declared: dict[str, str] = {}
    for key, number, row in _rows(bodies):
        at, code = f"/{key}/locales/{number}", row["code"]
        if code in declared:
            message = f"{code!r} is declared in {declared[code]!r} already"
            yield Finding(f"{at}/code", message, "declare each locale once")
        declared[code] = key
        for place, other in enumerate(after[code]):
            yield from _check_fallback(f"{at}/fallback/{place}", code, other, after)
    yield from _check_defaults(bodies, after)


def _check_fallback(at: str, code: str, other: str, after: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    if other not in after:
        yield Finding(at, f"there is no locale {other!r}{hint(other, after)}", "declare it, or name one that is")
    elif code in _following(other, after):
        yield Finding(at, f"{code!r} falls back to {other!r}, which falls back to {code!r}", "break the circle")


def _check_defaults(bodies: Mapping[str, Mapping[str, Json]], after: Mapping[str, object]) -> Iterator[Finding]:
    given = [(key, str(body["default"])) for key, body in bodies.items() if body.get("default")]
    for key, code in given:
        if code not in after:
            yield Finding(f"/{key}/default", f"there is no locale {code!r}{hint(code, after)}", "name one of `locales`")
    for key, _ in given[1:]:
        yield Finding(f"/{key}/default", f"{given[0][0]!r} has a default already", "say it in one file")


def _rows(bodies: Mapping[str, Mapping[str, Json]]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    for key, body in bodies.items():
        for number, row in enumerate(cast("list[dict[str, Any]]", body["locales"])):
            yield key, number, row


def _following(code: str, after: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The code and all that it leads to, depth first; each is entered once, so that a circle ends."""
    seen: set[str] = set()
    waiting = [code]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            yield one
            waiting.extend(reversed(after.get(one, ())))


def _wider(locale: str) -> Iterator[str]:
    """de-Latn-AT, de-Latn, de (RFC 4647, lookup)."""
    while locale:
        yield locale
        locale = locale.rpartition("-")[0]
