"""The shapes of scored matches, as the management API tells of them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from admin.schemas import MOST_LISTED, printable
from profiles import MOST_WORDS, MatchState

MOMENT = {"description": "seconds since 1970, UTC"}


class MatchQuerySchema(Schema):
    """Which pairs are wanted, and which part of them."""

    state = fields.String(load_default=MatchState.WAITING.value, validate=validate.OneOf([s.value for s in MatchState]))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))
    after = fields.String(
        load_default="", validate=printable, metadata={"description": "the `next` of the page before"}
    )


class LikenessSchema(Schema):
    """One thing that two people were compared by; never what it is."""

    what = fields.String(metadata={"example": "family"})
    how = fields.String(metadata={"example": "alike (0.92)"})
    bits = fields.Float(metadata={"description": "of evidence; below 0 it speaks against them being one"})


class MatchSchema(Schema):
    """Two people who may be one."""

    id = fields.Integer()
    people = fields.List(
        fields.String(), metadata={"description": "their profiles: two, or one where they are one by now"}
    )
    probability = fields.Float()
    because = fields.List(fields.Nested(LikenessSchema))
    note = fields.String(metadata={"description": "why somebody has to look; empty where it was likely enough"})
    state = fields.String(validate=validate.OneOf([state.value for state in MatchState]))
    found_at = fields.Float(metadata=MOMENT)
    decided_at = fields.Float(allow_none=True, metadata=MOMENT)
    decided_by = fields.String(allow_none=True)
    reason = fields.String()


class MatchPageSchema(Schema):
    """A page of pairs, the newest first."""

    items = fields.List(fields.Nested(MatchSchema))
    next = fields.String(allow_none=True)


class MatchDecisionSchema(Schema):
    """What somebody says about a pair."""

    reason = fields.String(
        required=True,
        validate=[validate.Length(min=1, max=MOST_WORDS), printable],
        metadata={"description": "why; it is kept with the pair, and not in the audit log"},
    )
