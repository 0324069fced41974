"""Field kinds that point outwards: `image` and `link`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from modules.errors import hint, step
from modules.field import LIMITS, Field, FieldKind, Role, wrong_kind
from modules.kinds.texts import check_length, check_words, made_up_text
from modules.merge import parse_merge
from modules.parts import Action, Image, Part
from modules.reference import Reference, facts_named, words_of
from modules.urls import is_safe_merged_url, is_safe_url
from rules import Finding, Json

LONGEST_ALT = 300
LONGEST_LABEL = 120

EXAMPLE_ASSET: Final = "example.svg"
"""The asset that a made-up picture names."""

LINKS: Final[Mapping[str, str]] = {
    "path": "/coffee",
    "web": "https://example.com/coffee",
    "mail": "mailto:hello@example.com",
    "phone": "tel:+4312345678",
}
"""Where a link may lead, and an address of each kind: on the site or the page, elsewhere, into a mail, to a call."""


def check_members(value: Mapping[str, Json], allowed: Iterable[str], at: str) -> Iterator[Finding]:
    """Members of an object that nobody would read."""
    names = list(allowed)
    for name in value:
        if name not in names:
            yield Finding(f"{at}/{step(name)}", f"{name!r} is not known here{hint(name, names)}", "take it out")


def _check_image(value: Json, field: Field, at: str) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield wrong_kind(at, "an image", value, '{"asset": "coffee.svg", "alt": "A cup of coffee"}')
        return
    yield from check_members(value, ("asset", "src", "alt"), at)
    if ("asset" in value) == ("src" in value):
        yield Finding(at, "an image names either an asset or a src", 'for example {"asset": "coffee.svg", "alt": ""}')
    if "asset" in value and not (isinstance(value["asset"], str) and value["asset"]):
        yield wrong_kind(f"{at}/asset", "the name of an asset", value["asset"], '"coffee.svg"')
    if "src" in value and not _is_https(value["src"]):
        yield Finding(f"{at}/src", "the address of an image must be absolute and https", "upload it as an asset")
    # An asset may have its alt text among its own details: whether it has is seen with a whole release.
    if "alt" in value or "asset" not in value:
        yield from check_alt(value.get("alt"), f"{at}/alt")


def _is_https(src: Json) -> bool:
    return isinstance(src, str) and src.startswith("https://") and is_safe_url(src)


def check_alt(alt: Json, at: str) -> Iterator[Finding]:
    """What is wrong with an alt text: it is plain, short, and the same for everybody."""
    if not isinstance(alt, str):
        yield Finding(at, "an image needs an alt text", 'say what it shows; "" marks it as decoration')
        return
    wrong = list(check_words(alt, at))
    yield from wrong
    if not wrong:
        merge = parse_merge(alt)
        yield from check_length(merge, None, LONGEST_ALT, at)
        if merge.segments != ((alt,) if alt else ()):
            yield Finding(at, "an alt text cannot hold merge fields", "say what the image shows, for anybody")


def _image_parts(_: Field, value: Json, name: str) -> Iterator[Part]:
    image = cast("dict[str, str]", value)
    yield Image(name, image.get("asset") or image["src"], image.get("alt"))


def _check_link(value: Json, field: Field, at: str) -> Iterator[Finding]:
    if not isinstance(value, dict):
        yield wrong_kind(at, "a link", value, '{"label": "Shop coffee", "url": "/coffee"}')
        return
    yield from check_members(value, ("label", "url"), at)
    for name in ("label", "url"):
        words = value.get(name)
        if not isinstance(words, str) or not words.strip():
            yield Finding(f"{at}/{name}", f"a link needs a {name}", 'for example {"label": "Coffee", "url": "/coffee"}')
            continue
        wrong = list(check_words(words, f"{at}/{name}"))
        yield from wrong
        if not wrong:
            yield from _check_link_words(name, words, field, f"{at}/{name}")


def _check_link_words(name: str, words: str, field: Field, at: str) -> Iterator[Finding]:
    merge = parse_merge(words)
    if name == "label":
        longest = LONGEST_LABEL if field.maximum is None else field.maximum
        yield from check_length(merge, field.minimum, longest, at)
    elif not is_safe_merged_url(merge):
        remedy = "a path such as /coffee, or an http, https, mailto or tel address; merge fields only after the host"
        yield Finding(at, f"{words[:80]!r} is not an address that may be linked to", remedy)
    elif field.links and link_kind(words) not in field.links:
        allowed = " or ".join(LINKS[kind] for kind in LINKS if kind in field.links)
        yield Finding(at, f"a link to {words[:80]!r} is not wanted here", f"write it as in {allowed}")


def link_kind(url: str) -> str:
    """Where a safe address leads."""
    if url[0] in "/#?":
        return "path"
    return {"mailto": "mail", "tel": "phone"}.get(url.partition(":")[0].lower(), "web")


def _link_parts(_: Field, value: Json, name: str) -> Iterator[Part]:
    link = cast("dict[str, str]", value)
    yield Action(name, parse_merge(link["label"]), parse_merge(link["url"]))


def _image_asset(value: Json, _: Field, at: str) -> Iterator[Reference]:
    image = cast("dict[str, str]", value)
    if "asset" in image:
        yield Reference("assets", image["asset"], f"{at}/asset")


def _image_words(value: Json, _: Field) -> Iterator[str]:
    yield cast("dict[str, str]", value).get("alt", "")


def _link_facts(value: Json, _: Field, at: str) -> Iterator[Reference]:
    link = cast("dict[str, str]", value)
    for name in ("label", "url"):
        yield from facts_named(link[name], f"{at}/{name}")


def _link_words(value: Json, _: Field) -> Iterator[str]:
    yield words_of(cast("dict[str, str]", value)["label"])


def _image_schema(_: Field) -> dict[str, Any]:
    alt = {"type": "string"}
    asset = {"asset": {"type": "string", "minLength": 1}, "alt": alt}
    src = {"src": {"type": "string", "pattern": "^https://"}, "alt": alt}
    shape = {"type": "object", "additionalProperties": False}
    needed = ((asset, ["asset"]), (src, ["src", "alt"]))
    return {"anyOf": [{**shape, "properties": one, "required": names} for one, names in needed]}


def _some_image(field: Field) -> Json:
    return {"asset": EXAMPLE_ASSET, "alt": field.title or field.name}


def _link_schema(field: Field) -> dict[str, Any]:
    words = {"type": "string", "minLength": 1}
    members = {"label": words, "url": words}
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def _some_link(field: Field) -> Json:
    kind = next((kind for kind in LINKS if kind in field.links), "path")
    return {"label": made_up_text(replace(field, title="Read more", minimum=field.minimum or 1)), "url": LINKS[kind]}


IMAGE = FieldKind(
    name="image",
    summary="A picture: an asset of the release or an https address, with an alt text.",
    example={"asset": "coffee.svg", "alt": "A cup of coffee by a window"},
    roles=(Role.IMAGE,),
    check=_check_image,
    parts=_image_parts,
    references=_image_asset,
    words=_image_words,
    made_up=_some_image,
    schema=_image_schema,
)

LINK = FieldKind(
    name="link",
    summary="A labelled link; label and address may hold merge fields.",
    example={"label": "Shop coffee", "url": "/coffee"},
    roles=(Role.ACTION,),
    check=_check_link,
    parts=_link_parts,
    references=_link_facts,
    words=_link_words,
    made_up=_some_link,
    schema=_link_schema,
    options=LIMITS | {"default", "links"},
)
