"""Routes for the audit log: a page at a time, or all of it as JSON Lines."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC
from typing import Any, TypeAlias

import orjson
from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from admin.deps import Deps
from admin.schemas import MOST_LISTED, printable
from storage import Search, read_log, read_whole_log

Filters: TypeAlias = dict[str, Any]


class SearchSchema(Schema):
    """Which acts are wanted; without any of these, all."""

    who = fields.String(load_default="", validate=printable, metadata={"description": "an account or key"})
    action = fields.String(
        load_default="",
        validate=printable,
        metadata={"description": "such as `content.save`; `content.*` is all that begin so"},
    )
    what = fields.String(
        load_default="",
        validate=printable,
        metadata={"description": "such as `modules/hero`; `modules/*` is all that begin so"},
    )
    since = fields.AwareDateTime(
        format="iso",
        default_timezone=UTC,
        load_default=None,
        metadata={"description": "from this moment on (ISO 8601)"},
    )
    until = fields.AwareDateTime(
        format="iso", default_timezone=UTC, load_default=None, metadata={"description": "before this moment (ISO 8601)"}
    )


class SearchPageSchema(SearchSchema):
    """Which acts are wanted, and which part of them."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))
    after = fields.Integer(
        load_default=None,
        validate=validate.Range(min=1, max=2**63 - 1),
        metadata={"description": "the `next` of the page before"},
    )


class AuditEntrySchema(Schema):
    """One act: who did what to what, when, the digests before and after, and what proves it."""

    seq = fields.Integer(metadata={"description": "its place in the log, from 1, without gaps"})
    at = fields.Float(metadata={"description": "seconds since 1970, UTC"})
    who = fields.String()
    action = fields.String()
    what = fields.String()
    before = fields.String(metadata={"description": "SHA-256 of what was there; empty for nothing"})
    after = fields.String(metadata={"description": "SHA-256 of what is there now; empty for nothing"})
    note = fields.String(metadata={"description": "why, where it was asked for"})
    hash = fields.String(metadata={"description": "SHA-256 of the hash before it and of this row"})
    sealed_by = fields.String(metadata={"description": "the name of the key that sealed it"})
    seal = fields.String()


class AuditEntriesSchema(Schema):
    """A page of acts, newest first."""

    items = fields.List(fields.Nested(AuditEntrySchema))
    next = fields.Integer(allow_none=True)


def add_audit_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes that read the audit log; nothing writes it but what is told of."""

    @blueprint.route("/audit")
    @blueprint.arguments(SearchPageSchema, location="query")
    @blueprint.response(200, AuditEntriesSchema)
    def audit(query: Filters) -> dict[str, Any]:
        """Who did what, newest first, a page at a time"""
        limit, after = query.pop("limit"), query.pop("after")
        with deps.database.read() as connection:
            rows = read_log(connection, _search(query), after=after, limit=limit + 1)
        return {"items": rows[:limit], "next": rows[limit - 1].seq if len(rows) > limit else None}

    @blueprint.route("/audit/export")
    @blueprint.arguments(SearchSchema, location="query")
    @blueprint.response(200, description="JSON Lines: an act a line, oldest first", content_type="application/x-ndjson")
    def export(query: Filters) -> Response:
        """The log as JSON Lines, oldest first"""
        rows = read_whole_log(deps.database, _search(query))
        lines = (orjson.dumps(asdict(row), option=orjson.OPT_APPEND_NEWLINE) for row in rows)
        return Response(lines, content_type="application/x-ndjson", headers={"Cache-Control": "no-store"})


def _search(query: Filters) -> Search:
    since, until = (moment.timestamp() if moment else None for moment in (query.pop("since"), query.pop("until")))
    return Search(**query, since=since, until=until)
