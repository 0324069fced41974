"""Whether what is named is there: in what changed, and in all that names what is taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final

import orjson

from admin.releasing.overlay import Load, Name, Overlay
from layouts import Manifest
from modules import KINDS, ContentStore, ModuleType, Reference, Use, references_of
from rules import Finding

IN_USE: Final = "in-use"
"""The code of the finding that a reason can override: what is taken away is named in content that stays."""


def dangling(overlay: Overlay, manifest: Manifest, load: Load, types: Mapping[str, ModuleType]) -> Iterator[Finding]:
    """What changed content names and what would not be there, or be a module of another type than it must be; the work
    is in proportion to the changes."""
    named = list(_named(overlay, load, types))
    wanted = {manifest.get((one.to_kind, one.to_key)) for _, one in named if one.of}
    read = load({digest for digest in wanted if digest})
    for at, one in named:
        name = (one.to_kind, one.to_key)
        if name not in manifest:
            near = get_close_matches(one.to_key, (k for its, k in manifest if its == one.to_kind), n=1)
            remedy = f"did you mean {near[0]!r}?" if near else "publish it as well, or name one that is there"
            yield Finding(at, f"there is no {one.to_kind}/{one.to_key}", remedy)
        elif one.of and (made := orjson.loads(read[manifest[name]])["type"]) not in one.of:
            wrong = f"the module {one.to_key!r} is a {made}, not a {' or '.join(one.of)}"
            yield Finding(at, wrong, f"name a {' or '.join(one.of)}")


def _named(overlay: Overlay, load: Load, types: Mapping[str, ModuleType]) -> Iterator[tuple[str, Reference]]:
    """What changed content names, each with its place."""
    bodies = load({after for (kind, _), (_, after) in overlay.changes.items() if after and KINDS[kind].is_json})
    for (kind, key), (_, after) in overlay.changes.items():
        if after is not None and KINDS[kind].is_json:
            for one in references_of(kind, key, orjson.loads(bodies[after]), types):
                if one.to_kind in KINDS:
                    yield f"/{kind}/{key}{one.pointer}", one


def left_behind(overlay: Overlay, manifest: Manifest, store: ContentStore) -> Iterator[Finding]:
    """What names something that is taken away, though it stays itself."""
    for name in gone(overlay):
        for use in users_of(store, name, manifest):
            message = f"it names {name[0]}/{name[1]}, which is taken away"
            remedy = "take it out here and publish that, or override it with a reason"
            yield Finding(f"/{use.kind}/{use.key}{use.pointer}", message, remedy, code=IN_USE)


def users_of(store: ContentStore, name: Name, manifest: Manifest) -> list[Use]:
    """Who names this in a state."""
    return [use for use in store.users(*name, within=manifest) if (use.kind, use.key) != name]


def gone(overlay: Overlay) -> list[Name]:
    """The names that are taken away."""
    return [name for name, (_, after) in overlay.changes.items() if after is None]
