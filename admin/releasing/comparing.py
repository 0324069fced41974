"""Comparing two releases, or one with what is served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from flask import g
from marshmallow import Schema, fields

from accounts import NotAllowed
from admin.content.history import told_change
from admin.content.history_schemas import ValueChangeSchema
from admin.deps import Deps
from admin.releasing.overlay import Name
from admin.releasing.schemas import DifferenceSchema
from admin.releasing.telling import difference
from admin.schemas import printable
from admin.sight.visible import Visible
from layouts import Changes, Status, changes_of
from modules import KINDS, changes, read_json

MOST_COMPARED: Final = 100
"""Pieces of content that are compared field by field in one answer."""


class CompareQuerySchema(Schema):
    """What to compare a release with."""

    to = fields.String(
        load_default=None, validate=printable, metadata={"description": "a release; what is served without it"}
    )
    fields_too = fields.Boolean(
        data_key="fields",
        load_default=False,
        metadata={"description": f"field by field, of the first {MOST_COMPARED} pieces that both have"},
    )


class PieceSchema(Schema):
    """What differs in one piece of content."""

    kind = fields.String()
    key = fields.String()
    changes = fields.List(fields.Nested(ValueChangeSchema))


class ComparisonSchema(Schema):
    """What the release has that the other has not."""

    release = fields.String()
    to = fields.String(allow_none=True, metadata={"description": "null where nothing is served"})
    difference = fields.Nested(DifferenceSchema)
    pieces = fields.List(fields.Nested(PieceSchema), metadata={"description": "only with `fields`"})


def compared(deps: Deps, release: str, to: str | None, fields_too: bool) -> dict[str, Any]:
    """What going from `to` (what is served, without one) to a release changes."""
    if to is None:
        to = deps.publishing.served()[0]
    found = changes_from(deps, to, release)
    told = {"release": release, "to": to, "difference": difference(found)}
    if not fields_too:
        return told
    both = sorted(name for name, sides in found.items() if None not in sides)
    return {**told, "pieces": list(_pieces(deps, to, release, both[:MOST_COMPARED]))}


def changes_from(deps: Deps, start: str | None, end: str) -> Changes:
    """What going from one release (None: from nothing) to another changes; one that waits counts as published now."""
    names = [one for one in (start, end) if one is not None]
    if all(deps.releases.get(one).status is Status.PUBLISHED for one in names):
        return deps.releases.changes(start, end)
    if deps.releases.get(end).status is not Status.PUBLISHED:
        overlay, _ = deps.publishing.overlay(end)
        if start == overlay.onto:
            return overlay.changes
    old = deps.publishing.manifest(start) if start is not None else {}
    return changes_of(old, deps.publishing.manifest(end))


def _pieces(deps: Deps, start: str | None, end: str, names: Iterable[Name]) -> Iterator[dict[str, Any]]:
    names, visible = list(names), Visible(g.principal)
    old = deps.publishing.state(start).bodies(names) if start is not None else {}
    new = deps.publishing.state(end).bodies(names)
    for kind, key in names:
        if not KINDS[kind].is_json:
            continue
        sides = (old[(kind, key)], new[(kind, key)])
        try:
            before, after = (read_json(visible.content(kind, key, body)) for body in sides)
        except NotAllowed:
            continue  # nothing of it is theirs to see
        yield {"kind": kind, "key": key, "changes": [told_change(one) for one in changes(before, after)]}
