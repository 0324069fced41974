"""A module's body for one locale and variant, made on first use and kept for the next."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from engine.candidates import Candidate, Content
from modules import Action, Body, Chain, Heading, Items, Merge, Part, near_locale, parts_of
from rules import Json


def content_of(candidate: Candidate, chain: Chain, variant: str | None) -> Content | None:
    """The body that a reader gets whom these locales serve, or None where the module has none in any of them."""
    actual = chain.choose(candidate.locales)
    if actual is None:
        return None
    return candidate.kept(actual, variant) or _make(candidate, actual, variant)


def content_in(candidate: Candidate, locale: str, variant: str | None) -> Content | None:
    """The body in exactly this locale, which the module has; None where the variant has no words of its own in it."""
    if variant is not None and locale not in candidate.module.variants[variant].locales:
        return None
    return _make(candidate, locale, variant)


def varied(candidate: Candidate, chain: Chain, variant: str, values: Mapping[str, Json]) -> Content | str:
    """The body of a variant for a reader, or why they cannot get it: it has no words for them, or needs a fact that
    these values lack."""
    content = content_of(candidate, chain, variant)
    own = next(choice.locales for choice in candidate.choices if choice.key == variant)
    if content is None or near_locale(own, content.locale) is None:
        return f"no words for {chain.codes[0]}"
    missing = lacking(content, values)
    return content if missing is None else f"nothing known for {missing}"


def lacking(content: Content, values: Mapping[str, Json]) -> str | None:
    """The first fact that a merge field needs and that these values lack."""
    for path in content.needs:
        if lookup(values, path) is None:
            return path
    return None


def lookup(values: object, path: str) -> Json:
    """The fact at a dotted path, None where it is absent."""
    found: object = values
    for step in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(step)
    return found  # type: ignore[return-value]


def _make(candidate: Candidate, locale: str, variant: str | None) -> Content | None:
    fields = candidate.module.fields(locale, variant)
    if fields is None:
        return None
    parts = parts_of(candidate.type, fields)
    name = f"{candidate.digest}:{locale}:{variant or ''}".encode()
    content = Content(
        module=candidate.key,
        variant=variant,
        locale=locale,
        type=candidate.type,
        fields=fields,
        parts=parts,
        digest=blake2b(name, digest_size=16).hexdigest(),
        needs=frozenset(path for part in parts for merge in _merges(part) for path in merge.needs),
        items=tuple(part for part in parts if isinstance(part, Items)),
    )
    return candidate.keep(content)


def _merges(part: Part) -> tuple[Merge, ...]:
    match part:
        case Heading(text=text) | Body(text=text):
            return (text,)
        case Action(label=label, url=url):
            return (label, url)
        case _:
            return ()
