"""The shapes of segments as the management API tells of them: how many are in them, who for example, and why."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from admin.people.profile_schemas import SeenFactSchema
from admin.schemas import Whole, printable

MOST_LOOKED_AT = 5_000
MOST_SHOWN = 100
MOMENT = {"description": "seconds since 1970, UTC"}
AFTER = {"description": "the `next` of the page before"}
STEP = {"description": "the `next` of the step before"}
READERS = {"description": "for who may read profiles"}


class SegmentsQuerySchema(Schema):
    """Which part of the segments is wanted."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))
    after = fields.String(load_default="", validate=printable, metadata=AFTER)


class SegmentQuerySchema(Schema):
    """How many members to show."""

    sample = fields.Integer(load_default=10, validate=validate.Range(min=0, max=MOST_SHOWN))


class SegmentSizeSchema(Schema):
    """A segment and how many are in it now."""

    segment = fields.String()
    title = fields.String()
    size = fields.Integer()
    entered_hour = fields.Integer(metadata={"description": "people that entered it in the last hour"})
    left_hour = fields.Integer()
    entered_day = fields.Integer()
    left_day = fields.Integer()


class BackfillSchema(Schema):
    """How far everybody's memberships are with the segments that are served."""

    changed = fields.List(fields.String(), metadata={"description": "segments that are other than before"})
    people = fields.Integer(metadata={"description": "to be looked at when it began"})
    left = fields.Integer(metadata={"description": "to be looked at still"})
    moved = fields.Integer(metadata={"description": "who entered or left a segment by it"})
    begun_at = fields.Float(metadata=MOMENT)
    ended_at = fields.Float(allow_none=True, metadata=MOMENT)


class SegmentsPageSchema(Schema):
    """A page of segments, by key, and the backfill."""

    items = fields.List(fields.Nested(SegmentSizeSchema))
    next = fields.String(allow_none=True)
    backfill = fields.Nested(BackfillSchema, allow_none=True, metadata={"description": "null until a worker began"})


class SegmentMemberSchema(Schema):
    """A member of a segment."""

    profile_id = fields.String()
    since = fields.Float(metadata=MOMENT)
    facts = fields.List(fields.Nested(SeenFactSchema), metadata={"description": "what is known, as far as you may see"})


class SegmentToldSchema(SegmentSizeSchema):
    """A segment with its rule in words, and some of its members."""

    description = fields.String(metadata={"description": "its rule in words"})
    sample = fields.List(fields.Nested(SegmentMemberSchema), metadata=READERS)
    backfill = fields.Nested(BackfillSchema, allow_none=True)


class DraftSegmentSchema(Schema):
    """A rule as it is being written, and how far it was counted."""

    logic = fields.Raw(required=True, metadata={"description": "JSON-logic"})
    limit = Whole(
        load_default=1_000,
        validate=validate.Range(min=1, max=MOST_LOOKED_AT),
        metadata={"description": "people to look at in this step"},
    )
    after = fields.String(load_default="", validate=printable, metadata=STEP)


class DraftCountSchema(Schema):
    """For how many a rule says yes, as far as it was counted."""

    people = fields.Integer(metadata={"description": "that there are"})
    looked_at = fields.Integer()
    matching = fields.Integer(metadata={"description": "of those that were looked at"})
    estimate = fields.Integer(metadata={"description": "of all people; exact when `next` is null"})
    least = fields.Integer(metadata={"description": "of all people, in nineteen cases out of twenty"})
    most = fields.Integer()
    sample = fields.List(fields.String(), metadata=READERS)
    next = fields.String(allow_none=True, metadata={"description": "goes on as `after`; null: all were looked at"})


class SegmentChangesQuerySchema(Schema):
    """Which part of a person's history is wanted."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=500))
    after = fields.String(load_default="", validate=printable, metadata=AFTER)


class SegmentChangeSchema(Schema):
    """One person entered or left one segment."""

    segment = fields.String()
    change = fields.String(validate=validate.OneOf(["entered", "left"]))
    at = fields.Float(metadata=MOMENT)
    cause = fields.String(metadata={"description": "such as `event`, `clock`, `list`, `rules`, `merged`"})
    reason = fields.String(metadata={"description": "which predicate turned"})
    event = fields.String(metadata={"description": "the message id of the event that did it; empty for other causes"})


class PersonSegmentsSchema(Schema):
    """The segments that a person is in now, and how they moved, the latest first."""

    segments = fields.Dict(keys=fields.String(), values=fields.Float(metadata=MOMENT))
    items = fields.List(fields.Nested(SegmentChangeSchema))
    next = fields.String(allow_none=True)
