"""Comparing two releases, or one with what is served."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from admin.deps import Deps
from admin.releasing.schemas import DifferenceSchema
from admin.releasing.telling import difference
from admin.schemas import printable
from layouts import Changes, Status, changes_of


class CompareQuerySchema(Schema):
    """What to compare a release with."""

    to = fields.String(
        load_default=None, validate=printable, metadata={"description": "a release; what is served without it"}
    )


class ComparisonSchema(Schema):
    """What the release has that the other has not."""

    release = fields.String()
    to = fields.String(allow_none=True, metadata={"description": "null where nothing is served"})
    difference = fields.Nested(DifferenceSchema)


def compared(deps: Deps, release: str, to: str | None) -> dict[str, Any]:
    """What going from `to` (what is served, without one) to a release changes."""
    if to is None:
        to = deps.publishing.served()[0]
    return {"release": release, "to": to, "difference": difference(changes_from(deps, to, release))}


def changes_from(deps: Deps, start: str | None, end: str) -> Changes:
    """What going from one release (None: from nothing) to another changes; one that waits counts as published now."""
    names = [one for one in (start, end) if one is not None]
    if all(deps.releases.get(one).status is Status.PUBLISHED for one in names):
        return deps.releases.changes(start, end)
    overlay, _ = deps.publishing.overlay(end)
    if deps.releases.get(end).status is not Status.PUBLISHED and start == overlay.onto:
        return overlay.changes
    old = deps.publishing.manifest(start) if start is not None else {}
    return changes_of(old, deps.publishing.manifest(end))
