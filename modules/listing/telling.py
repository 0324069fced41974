"""What a body tells to lists and to the search."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from modules.kinds.groups import words_in
from modules.listing.words import LONGEST_TEXT
from modules.module_type import ModuleType
from modules.schedule import times_of
from rules import Instant

Types: TypeAlias = Mapping[str, ModuleType]
Texts: TypeAlias = Mapping[str, str]
"""Field -> its words, as they are written."""

OWN: Final = ""
"""The locale of what belongs to none, and the field of what belongs to none: a title, a note, tags, the key."""

SPOKEN: Final = frozenset({"title", "description", "help", "note", "credit", "static", "path", "type", "tags"})
"""Members whose texts editors search for, in content that has no fields of its own."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is listed of a piece of content, and its texts by locale and field.

    `ends` is the moment at which its schedule is over or it expires, whichever is first.
    """

    type: str = ""
    title: str = ""
    tags: tuple[str, ...] = ()
    ends: Instant | None = None
    texts: Mapping[str, Texts] = field(default_factory=dict)
    locales: tuple[str, ...] = ()


def told_of(kind: str, key: str, body: Mapping[str, Any] | None, types: Types) -> Told:
    """What a checked body tells; `types` holds the type of a module. Content without a body tells its key."""
    if body is None:
        return Told(texts={OWN: {OWN: key}})
    return _TOLD.get(kind, _plain)(key, body, types)


def _plain(key: str, body: Mapping[str, Any], _: Types) -> Told:
    title = str(body.get("title", ""))
    spoken = " \n".join(_spoken(body))
    return Told(title=title, tags=tuple(body.get("tags", ())), texts={OWN: {OWN: f"{key} \n{spoken}"}})


def _spoken(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for inner, one in value.items():
            yield from _spoken(one, inner if name != "settings" else "title")
    elif isinstance(value, list):
        for one in value:
            yield from _spoken(one, name)
    elif isinstance(value, str) and name in SPOKEN:
        yield value


def _module(key: str, body: Mapping[str, Any], types: Types) -> Told:
    made: dict[str, dict[str, list[str]]] = {}
    fields = types[body["type"]].fields if body["type"] in types else {}
    for part in (body, *body.get("variants", ())):
        for locale, values in part.get("locales", {}).items():
            texts = made.setdefault(locale, defaultdict(list))
            for name, text in words_in(values, fields):
                texts[name].append(text)
    title, tags = body.get("title", ""), tuple(body.get("tags", ()))
    own = " \n".join([key, title, body["type"], *tags, body.get("note", "")])
    return Told(
        type=body["type"],
        title=title,
        tags=tags,
        ends=times_of(body).closes,
        texts={locale: {OWN: own, **_joined(texts)} for locale, texts in made.items()} or {OWN: {OWN: own}},
        locales=tuple(body.get("locales", {})),
    )


def _details(key: str, body: Mapping[str, Any], types: Types) -> Told:
    told = _plain(key, body, types)
    by_locale = {locale: {**told.texts[OWN], "alt": text} for locale, text in body.get("alt", {}).items()}
    return Told(title=told.title, tags=told.tags, texts=by_locale or told.texts)


def _type(key: str, body: Mapping[str, Any], types: Types) -> Told:
    told = _plain(key, {name: value for name, value in body.items() if name not in ("fields", "sample")}, types)
    fields = {name: " \n".join([name, *_spoken(spec)]) for name, spec in body.get("fields", {}).items()}
    return Told(type=key, title=told.title, tags=told.tags, texts={OWN: {**told.texts[OWN], **fields}})


def _joined(texts: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: " \n".join(found)[:LONGEST_TEXT] for name, found in texts.items()}


_TOLD: Mapping[str, Callable[[str, Mapping[str, Any], Types], Told]] = {
    "modules": _module,
    "asset-details": _details,
    "types": _type,
}
"""Kinds that tell more than their titles."""
