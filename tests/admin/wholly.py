"""The plain way to judge a save: with every draft of every kind that it can name. Twin of `surroundings`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from engine import assets_in, validate
from modules import ContentStore, Name, read_json
from rules import Finding

CONTEXT: Mapping[str, tuple[str, ...]] = {
    "types": (),
    "segments": ("attributes", "segments"),
    "rules": ("attributes", "segments"),
    "policies": ("attributes", "segments"),
    "modules": ("locales", "attributes", "segments", "types"),
    "locales": ("locales",),
}
"""Kind -> the kinds of drafts that content of it is judged with."""


def judged_with_all(store: ContentStore, kind: str, key: str, content: bytes) -> list[Finding]:
    """What is found of this content among all drafts."""
    names = [(other, draft.key) for other in CONTEXT[kind] for draft in store.list(other)]
    contents = {**_bytes(store, names), (kind, key): content}
    if kind == "modules":
        contents |= _named_by(store, read_json(content))
    return within(kind, key, validate(contents, notes=True))


def within(kind: str, key: str, found: list[Finding]) -> list[Finding]:
    """Those of one piece of content, as pointers into it."""
    at = f"/{kind}/{key}"
    return [
        replace(
            one,
            pointer=one.pointer.removeprefix(at),
            related=tuple(pointer.removeprefix(at) for pointer in one.related),
        )
        for one in found
        if f"{one.pointer}/".startswith(f"{at}/")
    ]


def _named_by(store: ContentStore, module: Any) -> Mapping[Name, bytes]:
    names = [(kind, asset) for _, asset in assets_in(module) for kind in ("assets", "asset-details")]
    targeted = [row.get("targeting") for row in (module, *module.get("variants", ()))]
    for rule in (one for one in targeted if isinstance(one, str)):
        known = store.known("rules")
        names += [("rules", near) for near in get_close_matches(rule, known, n=1, cutoff=1.0 if rule in known else 0.6)]
    return _bytes(store, [(kind, key) for kind, key in names if key in store.known(kind)])


def _bytes(store: ContentStore, names: list[Name]) -> Mapping[Name, bytes]:
    drafts = [draft for name in names if (draft := store.get(*name))]
    bodies = store.content({draft.digest for draft in drafts})
    return {(draft.kind, draft.key): bodies[draft.digest] for draft in drafts}
