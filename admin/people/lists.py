"""Routes for static lists: people named one by one, as JSON or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, TypeAlias

from flask import g, request
from flask_smorest import Blueprint

from admin.content.cursors import cursor_of, place_of
from admin.deps import Deps
from admin.errors import ContentRefused, WrongMediaType
from admin.people.list_schemas import (
    MOST_NAMED,
    ListedPeopleSchema,
    ListedSchema,
    ListPeopleSchema,
    ListsPageSchema,
    ListsQuerySchema,
    NamedPeopleSchema,
    StaticListSchema,
)
from profiles import ID_LENGTH, LIST_KEY
from rules import Finding, matches_whole
from storage import is_line

Body: TypeAlias = dict[str, Any]

CSV: Final = "text/csv"
JSON: Final = "application/json"
COLUMNS: Final[Mapping[str, str]] = {"user_id": "user:", "anonymous_id": "anon:", "profile_id": "profile:"}
"""Columns of a CSV document -> how the names in them begin."""

SHOWN: Final = 20
"""Wrong lines of a document that are told."""

REMEDY: Final = f"the first line names one of {', '.join(COLUMNS)}; each line below it is one id"


def add_list_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes."""
    lists = deps.lists

    @blueprint.route("/people/lists")
    @blueprint.arguments(ListsQuerySchema, location="query")
    @blueprint.response(200, ListsPageSchema)
    def listed(query: Body) -> Body:
        """The static lists, by key"""
        after = place_of(query["after"], str)[0] if query["after"] else ""
        found = lists.every(after, query["limit"] + 1)
        shown = found[: query["limit"]]
        return {"items": shown, "next": cursor_of(shown[-1].key) if len(found) > len(shown) else None}

    @blueprint.route("/people/lists/<key>")
    @blueprint.response(200, StaticListSchema)
    def one(key: str) -> Any:
        """One list"""
        return lists.get(key)

    @blueprint.route("/people/lists/<key>/people")
    @blueprint.arguments(ListsQuerySchema, location="query")
    @blueprint.response(200, ListedPeopleSchema)
    def people(query: Body, key: str) -> Body:
        """Who is on a list; names are not kept, so of whom nothing is known there is only the moment"""
        after = place_of(query["after"], str)[0] if query["after"] else ""
        found = lists.people(key, after, query["limit"] + 1)
        shown = found[: query["limit"]]
        return {"items": shown, "next": cursor_of(shown[-1].mark) if len(found) > len(shown) else None}

    @blueprint.route("/people/lists/<key>", methods=["PUT"])
    @blueprint.doc(requestBody=_documented(ListPeopleSchema))
    @blueprint.response(200, ListedSchema)
    def replace(key: str) -> Body:
        """Let exactly these people be on a list, which is made where there is none"""
        if not matches_whole(LIST_KEY, key):
            raise _refused("/key", "is no key of a list", "use up to 64 of a-z, 0-9, - and _, a letter or digit first")
        body, named = _read(ListPeopleSchema())
        return asdict(lists.replace(key, body.get("title", ""), named, deps.clock(), author=g.author))

    @blueprint.route("/people/lists/<key>/add", methods=["POST"])
    @blueprint.doc(requestBody=_documented(NamedPeopleSchema))
    @blueprint.response(200, ListedSchema)
    def add(key: str) -> Body:
        """Put people on a list too"""
        return asdict(lists.add(key, _read(NamedPeopleSchema())[1], deps.clock(), author=g.author))

    @blueprint.route("/people/lists/<key>/remove", methods=["POST"])
    @blueprint.doc(requestBody=_documented(NamedPeopleSchema))
    @blueprint.response(200, ListedSchema)
    def remove(key: str) -> Body:
        """Take people off a list"""
        return asdict(lists.remove(key, _read(NamedPeopleSchema())[1], deps.clock(), author=g.author))

    @blueprint.route("/people/lists/<key>", methods=["DELETE"])
    @blueprint.response(200, ListedSchema)
    def drop(key: str) -> Body:
        """Let a list be no more: nobody is on it"""
        return asdict(lists.drop(key, deps.clock(), author=g.author))


def _documented(schema: type[NamedPeopleSchema]) -> Body:
    table = {"type": "string", "example": "user_id\n42\n43\n", "description": REMEDY}
    return {"required": True, "content": {JSON: {"schema": schema}, CSV: {"schema": table}}}


def _read(schema: NamedPeopleSchema) -> tuple[Body, list[str]]:
    """The body as it was sent, and the names in it. Raises where it is neither JSON nor CSV of the right shape."""
    if request.mimetype == CSV:
        return {}, _of_table(request.get_data(cache=True))
    if request.mimetype != JSON:
        raise WrongMediaType("lists", "", f"{JSON} or {CSV}", request.mimetype)
    body: Body = Blueprint.ARGUMENTS_PARSER.parse(schema, request, location="json")
    named = {"user:": body["user_ids"], "anon:": body["anonymous_ids"], "profile:": body["profile_ids"]}
    return body, [prefix + one for prefix, some in named.items() for one in some]


def _of_table(content: bytes) -> list[str]:
    try:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        head = [one.strip() for one in next(rows, [])]
        if len(head) != 1 or head[0] not in COLUMNS:
            raise _refused("/0", "names no column that is known", REMEDY)
        found = [row for row in rows if row]
    except UnicodeDecodeError:
        raise _refused("", "is not UTF-8", "save the table as UTF-8") from None
    except csv.Error as error:
        raise _refused("", f"is no CSV: {error}", REMEDY) from None
    wrong = list(_wrong(found))
    if wrong:
        raise ContentRefused("lists", "", wrong[:SHOWN])
    return [COLUMNS[head[0]] + row[0].strip() for row in found]


def _wrong(rows: Sequence[Sequence[str]]) -> Iterator[Finding]:
    if len(rows) > MOST_NAMED:
        yield Finding("", f"has {len(rows):,} ids", f"send at most {MOST_NAMED:,} at once, the others with `add`")
        return
    for number, row in enumerate(rows, start=1):
        one = row[0].strip()
        if len(row) != 1 or not 0 < len(one) <= ID_LENGTH or not is_line(one):
            yield Finding(
                f"/{number}", "is not one id", f"write one id of 1 to {ID_LENGTH} printable characters a line"
            )


def _refused(pointer: str, message: str, remedy: str) -> ContentRefused:
    return ContentRefused("lists", "", [Finding(pointer, message, remedy)])
