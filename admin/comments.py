"""Routes for comments on content and on places in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, TypeAlias

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint

from accounts import Accounts
from admin.comment_schemas import (
    CommentChangeSchema,
    CommentSchema,
    CommentsQuerySchema,
    CommentsSchema,
    ConcerningQuerySchema,
    ConcerningSchema,
    NewCommentSchema,
)
from admin.content.cursors import cursor_of, place_of
from admin.content.drafts import KIND, bytes_of, draft_of
from admin.deps import Deps
from admin.sight.visible import Visible
from modules import KINDS, BadComment, Comment, Comments, UnknownComment, mentioned_in, read_json
from rules import Finding

Told: TypeAlias = dict[str, Any]


def add_comment_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes. Who does not see a place sees no comment on it."""
    comments = Comments(deps.database)

    @blueprint.route("/<kind>/<key>/comments", parameters=[KIND])
    class OfContent(MethodView):
        @blueprint.arguments(CommentsQuerySchema, location="query")
        @blueprint.response(200, CommentsSchema)
        def get(self, query: dict[str, Any], kind: str, key: str) -> Told:
            """What is said about one piece of content, thread by thread"""
            draft_of(deps, kind, key)
            return {"items": list(_seen(deps, comments.of(kind, key, **query)))}

        @blueprint.arguments(NewCommentSchema)
        @blueprint.response(201, CommentSchema)
        def post(self, body: dict[str, Any], kind: str, key: str) -> Told:
            """Say something about a place, or answer"""
            return _say(deps, comments, kind, key, body)

    @blueprint.route("/comments")
    @blueprint.arguments(ConcerningQuerySchema, location="query")
    @blueprint.response(200, ConcerningSchema)
    def concerning(query: dict[str, Any]) -> Told:
        """What others said where whoever asks takes part or is mentioned, the newest first"""
        limit = query["limit"]
        after = place_of(query["after"], int)[0] if query["after"] else None
        found = comments.concerning(g.author, resolved=query["resolved"], after=after, limit=limit + 1)
        more = cursor_of(found[limit - 1].number) if len(found) > limit else None
        return {"items": list(_seen(deps, found[:limit])), "next": more}

    @blueprint.route("/comments/<comment>")
    class One(MethodView):
        @blueprint.arguments(CommentChangeSchema)
        @blueprint.response(200, CommentSchema)
        def patch(self, body: dict[str, Any], comment: str) -> Told:
            """Put one's own words right, or resolve the thread of any comment"""
            _shown(deps, comments.get(comment))
            by: dict[str, Any] = {"author": g.author, "now": deps.clock()}
            if "resolved" in body:
                return _shown(deps, comments.resolve(comment, body["resolved"], **by))
            mentions = _mentions(deps, body["text"])
            return _shown(deps, comments.edit(comment, body["text"], mentions=mentions, **by))

        @blueprint.response(204)
        def delete(self, comment: str) -> None:
            """Take one's own words back; answers to them stay"""
            _shown(deps, comments.get(comment))
            comments.delete(comment, author=g.author, now=deps.clock())


def _say(deps: Deps, comments: Comments, kind: str, key: str, body: dict[str, Any]) -> Told:
    draft = draft_of(deps, kind, key)
    said: dict[str, Any] = {
        "version": draft.version,
        "mentions": _mentions(deps, body["text"]),
        "author": g.author,
        "now": deps.clock(),
    }
    if body["answer_to"]:
        first = comments.get(body["answer_to"])
        _shown(deps, first)
        if (first.kind, first.key) != (kind, key):
            raise UnknownComment(body["answer_to"])
        return _shown(deps, comments.answer(first.id, body["text"], **said))
    content = bytes_of(deps, draft) or b""
    seen = Visible(g.principal).content(kind, key, content)
    if body["pointer"] and not _is_in(read_json(seen) if KINDS[kind].is_json else None, body["pointer"]):
        message = f"there is no such place in {kind}/{key}"
        raise BadComment(Finding("/pointer", message, "point at a field that is there, or leave it out"))
    return _shown(deps, comments.add(kind, key, body["text"], pointer=body["pointer"], **said))


def _mentions(deps: Deps, text: str) -> tuple[str, ...]:
    if "@" not in text:
        return ()
    return mentioned_in(text, (account.name for account in Accounts(deps.database).all()))


def _shown(deps: Deps, comment: Comment) -> Told:
    """A comment as whoever asks sees it. Raises `UnknownComment` where they do not see its place."""
    for told in _seen(deps, [comment]):
        return told
    raise UnknownComment(comment.id)


def _seen(deps: Deps, comments: Iterable[Comment]) -> Iterator[Told]:
    """Those whose places whoever asks may see, as they were when they were spoken of."""
    bodies: dict[tuple[str, str, int | None], bytes | None] = {}

    def body(one: Comment, version: int | None) -> bytes | None:
        name = (one.kind, one.key, version)
        if name not in bodies:
            bodies[name] = _content(deps, *name)
        return bodies[name]

    visible = Visible(g.principal)
    for one in comments:
        then = body(one, one.version)
        if then is None or not visible.hears(one.kind, one.key, then, one.pointer):
            continue
        now = body(one, None)
        there = now is not None and (not one.pointer or _is_in(read_json(now), one.pointer))
        yield {**asdict(one), "outdated": not there}


def _content(deps: Deps, kind: str, key: str, version: int | None) -> bytes | None:
    if version is None:
        return bytes_of(deps, deps.store.get(kind, key))
    digest = deps.store.revision(kind, key, version).digest
    return deps.store.content([digest]).get(digest)


def _is_in(body: Any, pointer: str) -> bool:
    """Whether a JSON pointer (RFC 6901) leads to something."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(body, dict) and name in body:
            body = body[name]
        elif isinstance(body, list) and name.isdecimal() and int(name) < len(body):
            body = body[int(name)]
        else:
            return False
    return True
