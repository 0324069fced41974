"""A module's body for one locale and variant, made on first use and kept as long as its release."""

from __future__ import annotations

from hashlib import blake2b

from engine.catalogue import Candidate, Content
from modules import Action, Body, Heading, Items, Merge, Part, parts_of


def content_of(candidate: Candidate, locale: str, variant: str | None) -> Content | None:
    """The body that a reader of `locale` gets, or None where the module has none at all."""
    actual = candidate.module.locale_for(locale)
    if actual is None:
        return None
    name = (actual, variant)
    if name not in candidate.contents:
        candidate.contents[name] = _make(candidate, actual, variant)
    return candidate.contents[name]


def _make(candidate: Candidate, locale: str, variant: str | None) -> Content | None:
    fields = candidate.module.body(locale, variant)
    if fields is None:
        return None
    parts = parts_of(candidate.type, fields)
    name = f"{candidate.digest}:{locale}:{variant or ''}".encode()
    return Content(
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


def _merges(part: Part) -> tuple[Merge, ...]:
    match part:
        case Heading(text=text) | Body(text=text):
            return (text,)
        case Action(label=label, url=url):
            return (label, url)
        case _:
            return ()
