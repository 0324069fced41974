"""Checks at save: an author's mistake fails here, with the place and the remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, cast

from admin.deps import Contents, Deps
from admin.errors import ContentRefused
from admin.retired import retired_findings
from admin.type_changes import change_findings
from experiments import ExperimentError, parse_experiment
from layouts import LayoutError, parse_layout
from modules import ContentStore, Draft, check_content, read_json
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


def check_draft(deps: Deps, kind: str, key: str, content: bytes, *, alone: bool = False) -> list[Finding]:
    """Raise `ContentRefused` with everything that is wrong with this content among the present drafts. What does not
    hinder it, warnings and notes, is returned. A type is held against its modules too, unless it is looked at `alone`.

    What layouts and experiments name is judged when a release is made, so that they may be written first.
    """
    found = check_content(kind, key, content, deps.limits) or _parsed(kind, key, content)
    if not found and kind in CONTEXT:
        contents = {**_context(deps.store, kind), (kind, key): content}
        if kind == "modules":
            contents |= _named_by(deps.store, read_json(content))
        found = _within(f"/{kind}/{key}", deps.validate(contents))
        found += retired_findings(deps.store, kind, key, read_json(content))
        if kind == "types" and not alone and not any(finding.severity == "error" for finding in found):
            found += change_findings(deps, key, content)
    errors = [finding for finding in found if finding.severity == "error"]
    if errors:
        raise ContentRefused(kind, key, errors)
    return found


def _parsed(kind: str, key: str, content: bytes) -> list[Finding]:
    try:
        if kind == "layouts":
            parse_layout(key, cast("dict[str, Any]", read_json(content)))
        elif kind == "experiments":
            parse_experiment(key, cast("dict[str, Any]", read_json(content)))
    except (LayoutError, ExperimentError) as error:
        return list(error.findings)
    return []


def _context(store: ContentStore, kind: str) -> dict[tuple[str, str], bytes]:
    drafts = [draft for other in CONTEXT[kind] for draft in store.list(other)]
    bodies = store.content({draft.digest for draft in drafts})
    return {(draft.kind, draft.key): bodies[draft.digest] for draft in drafts}


def _named_by(store: ContentStore, module: Any) -> Contents:
    """The named rule of a module, or the one that is nearest in name for the remedy, and the assets that it shows."""
    names = [(kind, name) for name in _assets_in(module) for kind in ("assets", "asset-details")]
    targeted = [row.get("targeting") for row in (module, *module.get("variants", ()))]
    for rule in dict.fromkeys(one for one in targeted if isinstance(one, str)):
        near = [rule] if _shown(store, "rules", rule) else get_close_matches(rule, store.known("rules"), n=1)
        names += [("rules", name) for name in near]
    drafts = [draft for kind, name in names if (draft := _shown(store, kind, name))]
    bodies = store.content({draft.digest for draft in drafts})
    return {(draft.kind, draft.key): bodies[draft.digest] for draft in drafts}


def _shown(store: ContentStore, kind: str, key: str) -> Draft | None:
    """A draft that a release would hold: what is archived is not there."""
    draft = store.get(kind, key)
    return draft if draft and draft.archived_at is None else None


def _assets_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("asset"), str):
            yield value["asset"]
        for inner in value.values():
            yield from _assets_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _assets_in(inner)


def _within(prefix: str, findings: Any) -> list[Finding]:
    """Those of this content, as pointers into it."""
    ours = (f for f in findings if (f.pointer + "/").startswith(prefix + "/"))
    return [
        replace(
            f,
            pointer=f.pointer.removeprefix(prefix),
            related=tuple(pointer.removeprefix(prefix) for pointer in f.related),
        )
        for f in ours
    ]
