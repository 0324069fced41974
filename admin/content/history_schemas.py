"""The shapes of history: differences, restoring, merging."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from admin.schemas import RevisionSchema, Whole
from modules import ChangeKind

STATES = ("draft", "published")


version = validate.Regexp(
    rf"^({'|'.join(STATES)}|[0-9]{{1,9}})\Z", error="is a version such as 3, or draft, or published"
)
"""Refuses what is neither a version nor a state that has a name."""


class DiffQuerySchema(Schema):
    """Which two revisions to compare."""

    from_ = fields.String(
        data_key="from",
        required=True,
        validate=version,
        metadata={"description": "the older side: a version, `draft` or `published`", "example": "1"},
    )
    to = fields.String(load_default="draft", validate=version, metadata={"description": "the newer side"})


class ValueChangeSchema(Schema):
    """One difference. A side that has no value there is left out."""

    pointer = fields.String(
        metadata={"description": "JSON pointer into the newer body; for something removed, into the older one"}
    )
    kind = fields.String(metadata={"enum": list(ChangeKind)})
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True, metadata={"description": "of `moved` entries, their names in the two orders"})


class DiffSchema(Schema):
    """What differs between two revisions, field by field."""

    from_ = fields.Nested(RevisionSchema, data_key="from")
    to = fields.Nested(RevisionSchema)
    changes = fields.List(fields.Nested(ValueChangeSchema))


class RestoreSchema(Schema):
    """Which revision to bring back."""

    version = Whole(required=True, validate=validate.Range(min=1), metadata={"example": 3})


class MergeAskSchema(Schema):
    """An edit, and the version that it was made of."""

    base = Whole(required=True, validate=validate.Range(min=1), metadata={"example": 3})
    body = fields.Dict(keys=fields.String(), required=True, metadata={"description": "the content as edited"})


class SideSchema(Schema):
    """One side of a merge."""

    version = fields.Integer()
    digest = fields.String()
    author = fields.String()
    created_at = fields.Float()
    body = fields.Raw()


class ClashSchema(Schema):
    """A place that both changed, each in another way. A side that has no value there is left out."""

    pointer = fields.String(metadata={"description": "JSON pointer into `merged`"})
    what = fields.String(metadata={"enum": ["value", "order"]})
    base = fields.Raw(allow_none=True)
    mine = fields.Raw(allow_none=True)
    theirs = fields.Raw(allow_none=True)


class MergedSchema(Schema):
    """Three sides, and what they come to. Where they clash, `merged` holds theirs, or what was not taken away."""

    base = fields.Nested(SideSchema)
    mine = fields.Nested(SideSchema)
    theirs = fields.Nested(SideSchema)
    merged = fields.Raw()
    conflicts = fields.List(fields.Nested(ClashSchema))
