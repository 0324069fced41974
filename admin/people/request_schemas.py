"""The shapes of privacy requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from admin.schemas import MOST_LISTED, printable
from profiles import Kind, Standing

MOMENT = {"description": "seconds since 1970, UTC"}
AFTER = {"description": "the `next` of the page before"}
LATEST = 32_503_680_000.0
"""The year 3000: later than anything is due."""


class TakeDownSchema(Schema):
    """What somebody asks for."""

    profile_id = fields.String(required=True, validate=[validate.Length(min=1, max=64), printable])
    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in Kind]))
    asked_by = fields.String(
        required=True,
        validate=[validate.Length(min=1, max=1_000), printable],
        metadata={"description": "who asked and how that was made sure of; it is forgotten with the person"},
    )
    received_at = fields.Float(
        allow_nan=False,
        validate=validate.Range(min=0, max=LATEST),
        metadata={"description": "when it came in, if not now: its month begins then"},
    )
    purpose = fields.String(
        validate=[validate.Length(min=1, max=128), printable], metadata={"description": "`object`: to which"}
    )
    traits = fields.Dict(
        keys=fields.String(validate=[validate.Length(min=1, max=200), printable]),
        metadata={"description": "`rectify`: trait -> what is right; null takes it away"},
    )

    @validates_schema
    def whole(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse a request that lacks what its kind needs, and one with what is of another."""
        for kind, name in ((Kind.OBJECT, "purpose"), (Kind.RECTIFY, "traits")):
            if data["kind"] == kind and not data.get(name):
                raise ValidationError(f"say it to {kind}", name)
            if data["kind"] != kind and name in data:
                raise ValidationError(f"belongs to {kind} alone; leave it out", name)


class RequestQuerySchema(Schema):
    """Which requests are wanted, and which part of them."""

    kind = fields.String(validate=validate.OneOf([one.value for one in Kind]))
    state = fields.String(validate=validate.OneOf([one.value for one in Standing]))
    overdue = fields.Boolean(load_default=False, metadata={"description": "those alone that are late and open"})
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))
    after = fields.String(load_default="", validate=printable, metadata=AFTER)


class RequestSchema(Schema):
    """A request, and where it stands."""

    id = fields.Integer()
    kind = fields.String(validate=validate.OneOf([one.value for one in Kind]))
    state = fields.String(validate=validate.OneOf([one.value for one in Standing]))
    profile_id = fields.String(metadata={"description": "empty once the person is forgotten"})
    asked_by = fields.String(metadata={"description": "for who may read profiles"})
    details = fields.Dict(metadata={"description": "for who may read profiles"})
    received_at = fields.Float(metadata=MOMENT)
    due_at = fields.Float(metadata=MOMENT)
    overdue = fields.Boolean()
    extended = fields.String(metadata={"description": "why it was given more time; empty where it was not"})
    done_at = fields.Float(allow_none=True, metadata=MOMENT)
    done_by = fields.String()
    proof = fields.Dict(metadata={"description": "what was found and done, in numbers; its digest is in the audit log"})


class RequestsPageSchema(Schema):
    """A page of requests, those first that are due first."""

    items = fields.List(fields.Nested(RequestSchema))
    next = fields.String(allow_none=True)


class ReasonSchema(Schema):
    """Why; it stays for good, so it should name nobody."""

    reason = fields.String(required=True, validate=[validate.Length(min=1, max=300), printable])


class ExportQuerySchema(Schema):
    """In which form."""

    format = fields.String(load_default="json", validate=validate.OneOf(["json", "csv"]))


class LiftedSchema(Schema):
    """What was lifted."""

    erasure = fields.String(metadata={"description": "the entry in the ledger"})
