"""Checks at save: an author's mistake fails here, with the place and the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from admin.content.retired import retired_findings
from admin.content.surroundings import TOGETHER, surroundings_of
from admin.deps import Deps
from admin.errors import ContentRefused
from admin.types.changes import change_findings
from connectors import CONNECTORS
from experiments import ExperimentError, parse_experiment
from layouts import LayoutError, parse_layout
from modules import check_content, read_json
from rules import Finding


def check_draft(deps: Deps, kind: str, key: str, content: bytes, *, alone: bool = False) -> list[Finding]:
    """Raise `ContentRefused` with everything that is wrong with this content among the present drafts. What does not
    hinder it, warnings and notes, is returned. A type is held against its modules too, unless it is looked at `alone`.

    What layouts and experiments name is judged when a release is made, so that they may be written first.
    """
    found = check_content(kind, key, content, deps.limits) or _parsed(kind, key, content)
    if kind == "triggers" and not found:
        found = list(_sinks(cast("dict[str, Any]", read_json(content))))
    if not found and kind in TOGETHER:
        body = cast("dict[str, Any]", read_json(content))
        around = surroundings_of(deps.store, kind, key, body)
        found = _within(f"/{kind}/{key}", deps.validate({(kind, key): content}, around=around))
        if kind == "modules":
            made = around.bodies().get(("types", body["type"]), {})
            found += retired_findings(deps.store, key, body, made)
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


def _sinks(body: dict[str, Any]) -> Iterator[Finding]:
    """Connectors that a trigger pushes to, and that take nothing."""
    known = [name for name, one in CONNECTORS.items() if one.sink is not None]
    for number, action in enumerate(body["do"]):
        kind = action.get("connector", {}).get("kind", known[0])
        if kind not in known:
            at = f"/do/{number}/connector/kind"
            yield Finding(at, f"there is no connector {kind!r} to push to", f"use one of {', '.join(known)}")


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
