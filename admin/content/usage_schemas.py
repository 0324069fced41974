"""The shapes of usage, of putting away and of bulk calls."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from admin.schemas import MOST_LISTED, printable

MOST_AT_ONCE = 10_000

WHY = "why it must go although it is used or published; recorded in the audit log"


full_name = validate.Regexp(
    r"^[^/\x00-\x1f\x7f-\x9f]+/[^\x00-\x1f\x7f-\x9f]+\Z", error="a name looks like modules/welcome"
)
"""Refuses what does not look like `kind/key`."""


class UsageQuerySchema(Schema):
    """In which state to look, and which part of the list."""

    within = fields.String(
        load_default="drafts",
        validate=printable,
        metadata={"description": "`drafts`, `published`, or the id of a release", "example": "published"},
    )
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))
    after = fields.String(
        load_default="", validate=printable, metadata={"description": "the `next` of the page before"}
    )


class UseSchema(Schema):
    """One place where content is named."""

    kind = fields.String()
    key = fields.String()
    pointer = fields.String(metadata={"description": "the place, as a JSON pointer into that content"})


class UsageSchema(Schema):
    """Who uses it, in the order of kinds, keys and places."""

    items = fields.List(fields.Nested(UseSchema))
    next = fields.String(allow_none=True)


class ReferenceSchema(Schema):
    """Something that content names."""

    kind = fields.String(
        attribute="to_kind", metadata={"description": "a kind of content, or `facts` or `events` for what a rule reads"}
    )
    key = fields.String(attribute="to_key")
    pointer = fields.String(metadata={"description": "where it is named, as a JSON pointer into this content"})


class ReferencesSchema(Schema):
    """What content names, in the order of the places."""

    items = fields.List(fields.Nested(ReferenceSchema))


class OverrideSchema(Schema):
    """A reason to put away what would be refused."""

    override = fields.String(
        load_default="", validate=[validate.Length(max=500), printable], metadata={"description": WHY}
    )


class NamesSchema(Schema):
    """Several pieces of content."""

    names = fields.List(
        fields.String(validate=full_name),
        required=True,
        validate=validate.Length(min=1, max=MOST_AT_ONCE),
        metadata={"example": ["modules/welcome", "rules/newcomers"]},
    )


class LeaveSchema(NamesSchema):
    """What is to be put away at once, all or nothing."""

    override = fields.String(
        load_default="", validate=[validate.Length(max=500), printable], metadata={"description": WHY}
    )
