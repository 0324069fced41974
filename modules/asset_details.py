"""What is said of a picture beside its bytes: what it shows, what of it matters, whose it is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from marshmallow import Schema, fields, validate

from modules.door import Amount, Flag, shape_findings
from modules.errors import step
from modules.kinds.links import check_alt
from modules.locales import LOCALE
from pictures import CENTRE, Focal
from rules import Finding, Json

SHARE = validate.Range(min=0, max=1, error="a share from 0 to 1, from the left or from the top")


class FocalSchema(Schema):
    """The point of a picture that matters, as shares of its width and height."""

    x = Amount(required=True, validate=SHARE)
    y = Amount(required=True, validate=SHARE)


class AssetDetailsSchema(Schema):
    """What is said of a picture, as it is written in a file."""

    title = fields.String()
    alt = fields.Dict(keys=fields.String(validate=LOCALE), values=fields.String())
    decorative = Flag()
    credit = fields.String()
    focal = fields.Nested(FocalSchema)
    tags = fields.List(fields.String())
    note = fields.String()


_SCHEMA = AssetDetailsSchema()


@dataclass(frozen=True, slots=True)
class AssetDetails:
    """What is said of a picture. `alt` tells by locale what it shows; a `decorative` one shows nothing."""

    alt: Mapping[str, str] = field(default_factory=dict)
    decorative: bool = False
    title: str = ""
    credit: str = ""
    focal: Focal = CENTRE
    tags: tuple[str, ...] = ()

    def alt_for(self, locale: str) -> str | None:
        """What the picture shows, for a reader of this locale or its language; None where nobody said so."""
        if self.decorative:
            return ""
        while locale:
            if locale in self.alt:
                return self.alt[locale]
            locale = locale.rpartition("-")[0]
        return None


def parse_details(_: str, body: Mapping[str, Json]) -> AssetDetails:
    """The details that a checked body describes."""
    told = cast("Mapping[str, Any]", body)
    focal = told.get("focal")
    return AssetDetails(
        alt=told.get("alt", {}),
        decorative=told.get("decorative", False),
        title=told.get("title", ""),
        credit=told.get("credit", ""),
        focal=Focal(float(focal["x"]), float(focal["y"])) if focal else CENTRE,
        tags=tuple(told.get("tags", ())),
    )


def details_findings(body: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with the details of a picture by themselves."""
    return shape_findings(_SCHEMA, body) or list(_check(body))


def missing_alts(
    module: Mapping[str, Any], shared_fields: Collection[str], details: Mapping[str, AssetDetails]
) -> Iterator[Finding]:
    """The images of a module that show an asset of which nobody said, in one of its locales, what it shows.

    `shared_fields` are those of its type that are not localised: what the first locale has, all have.
    """
    rows = [("", module), *((f"/variants/{number}", row) for number, row in enumerate(module.get("variants", ())))]
    for at, row in rows:
        locales: dict[str, dict[str, Any]] = row.get("locales", {})
        first = next(iter(locales.values()), {})
        shared = {name: value for name, value in first.items() if name in shared_fields}
        for locale in module["locales"]:
            here = {**locales.get(locale, {}), **shared}
            told = dict.fromkeys(_untold(here, details, locale, ""))
            yield from (_missing(f"{at}/locales/{locale}{pointer}", asset, locale) for pointer, asset in told)


def _untold(value: Any, details: Mapping[str, AssetDetails], locale: str, at: str) -> Iterator[tuple[str, str]]:
    """Pointer and asset of each image without an alt text."""
    if isinstance(value, dict):
        asset = value.get("asset")
        if isinstance(asset, str) and "alt" not in value:
            known = details.get(asset)
            if known is None or known.alt_for(locale) is None:
                yield at, asset
        for name, inner in value.items():
            yield from _untold(inner, details, locale, f"{at}/{step(name)}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _untold(inner, details, locale, f"{at}/{number}")


def _missing(pointer: str, asset: str, locale: str) -> Finding:
    message = f"nobody said in {locale!r} what the picture {asset!r} shows"
    return Finding(f"{pointer}/alt", message, f"add {locale!r} to `alt` in asset-details/{asset}, or an alt text here")


def _check(body: Mapping[str, Any]) -> Iterator[Finding]:
    alt: Mapping[str, str] = body.get("alt", {})
    if alt and body.get("decorative"):
        yield Finding("/decorative", "a picture that is decoration has no alt text", "take one of the two out")
    if not alt and not body.get("decorative"):
        remedy = 'say what it shows: "alt": {"en": "A cup of coffee"}; or "decorative": true'
        yield Finding("/alt", "an alt text is needed", remedy)
    for locale, words in alt.items():
        at = f"/alt/{step(locale)}"
        if not words.strip():
            yield Finding(at, "the alt text is empty", 'say what the picture shows, or "decorative": true')
        yield from check_alt(words, at)
    yield from _twice(body.get("tags", ()))


def _twice(tags: Collection[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, tag in enumerate(tags):
        if tag in seen:
            yield Finding(f"/tags/{number}", f"the tag {tag!r} is there twice", "take one out")
        seen.add(tag)
