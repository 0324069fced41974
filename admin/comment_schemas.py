"""The shapes of comments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from admin.schemas import MOST_LISTED, Flag, printable
from modules import LONGEST_COMMENT

WORDS: Mapping[str, Any] = {
    "maxLength": LONGEST_COMMENT,
    "pattern": r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$",
    "allOf": [{"pattern": r"\S"}],
}
"""What `modules` takes as a comment."""

POINTER = "JSON pointer to the place in the content; empty for the whole"


class Switch(fields.Boolean):
    """`true` or `false` in a query, and nothing else."""

    truthy = {"true"}  # noqa: RUF012 -- as marshmallow wants it
    falsy = {"false"}  # noqa: RUF012


class CommentsQuerySchema(Schema):
    """Which comments."""

    resolved = Switch(load_default=None, metadata={"description": "only threads that are dealt with, or only others"})


class ConcerningQuerySchema(CommentsQuerySchema):
    """Which comments, and which part of the list."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))
    after = fields.String(
        load_default="", validate=printable, metadata={"description": "the `next` of the page before"}
    )


class NewCommentSchema(Schema):
    """Something to say: about a place, or as an answer."""

    text = fields.String(required=True, metadata={"description": "plain text; `@name` turns to an account", **WORDS})
    pointer = fields.String(load_default="", metadata={"description": POINTER, "example": "/locales/de/heading"})
    answer_to = fields.String(
        load_default=None,
        validate=printable,
        metadata={"description": "a comment; the place is then that of its thread"},
    )

    @validates_schema
    def _one_place(self, data: dict[str, str], **_: object) -> None:
        if data.get("answer_to") and data.get("pointer"):
            raise ValidationError("an answer is about the place of its thread; leave it out", "pointer")


class CommentChangeSchema(Schema):
    """Other words for one's own comment, or a thread that is dealt with or open again."""

    json_schema: ClassVar = {"minProperties": 1, "maxProperties": 1}

    text = fields.String(metadata=WORDS)
    resolved = Flag(metadata={"description": "about the whole thread"})

    @validates_schema
    def _something(self, data: dict[str, object], **_: object) -> None:
        if len(data) != 1:
            raise ValidationError("give either text or resolved", "text")


class CommentSchema(Schema):
    """Something said about a place in content."""

    id = fields.String()
    thread = fields.String(metadata={"description": "the first comment of its thread"})
    kind = fields.String()
    key = fields.String()
    pointer = fields.String(metadata={"description": POINTER})
    version = fields.Integer(metadata={"description": "the revision that was looked at"})
    outdated = fields.Boolean(metadata={"description": "the place is not in the draft any more"})
    text = fields.String(metadata={"description": "empty for one that was deleted"})
    mentions = fields.List(fields.String())
    author = fields.String()
    created_at = fields.Float(metadata={"description": "seconds since 1970, UTC"})
    edited_at = fields.Float(allow_none=True)
    deleted_at = fields.Float(allow_none=True)
    resolved_at = fields.Float(allow_none=True, metadata={"description": "told at the first comment of a thread"})
    resolved_by = fields.String(allow_none=True)


class CommentsSchema(Schema):
    """Comments in threads, the oldest first."""

    items = fields.List(fields.Nested(CommentSchema))


class ConcerningSchema(CommentsSchema):
    """Comments, the newest first."""

    next = fields.String(allow_none=True)
