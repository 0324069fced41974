"""The shapes of an explanation, for its checks and its OpenAPI document."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from admin.schemas import FindingSchema, printable
from modules import MOMENT

ABOUT = ("module", "segment", "logic")


class Context(fields.Dict):
    """What a caller knows of a moment."""

    json_schema: ClassVar = {"$ref": "#/components/schemas/Context", "description": "as for an assembly"}


class ExplainPersonSchema(Schema):
    """Whom it is about: a known user, a device, or both."""

    json_schema: ClassVar = {
        "anyOf": [
            {"required": [name], "properties": {name: {"minLength": 1, "maxLength": 255}}}
            for name in ("user_id", "anonymous_id")
        ]
    }

    user_id = fields.String(validate=[printable, validate.Length(max=255)])
    anonymous_id = fields.String(validate=[printable, validate.Length(max=255)])


class ExplainSchema(Schema):
    """What is to be explained, and for whom."""

    json_schema: ClassVar = {"oneOf": [{"required": [name]} for name in ABOUT]}

    module = fields.String(validate=printable, metadata={"description": "a module of the published release"})
    segment = fields.String(validate=printable, metadata={"description": "a segment of the published release"})
    logic = fields.Raw(metadata={"description": "any JSON-logic, such as that of a rule being written"})
    person = fields.Nested(ExplainPersonSchema, required=True)
    context = Context(keys=fields.String(), load_default=dict)
    channel = fields.String(load_default="headless", validate=printable)
    locale = fields.String(load_default=None, allow_none=True, validate=printable)
    at = fields.String(
        load_default=None,
        allow_none=True,
        metadata={"description": "another moment than now, as ISO 8601", "pattern": MOMENT},
    )

    @validates_schema
    def one_thing(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse to explain nothing, or several things at once."""
        if sum(name in data for name in ABOUT) != 1:
            raise ValidationError("name one of module, segment and logic", "module")


class AbsentSchema(Schema):
    """A fact that is absent, and the consent without which it cannot be known."""

    path = fields.String()
    title = fields.String()
    purpose = fields.String()


class PredicateSchema(Schema):
    """One question of a rule: what it wanted of what, and what was there."""

    pointer = fields.String(metadata={"description": "JSON pointer into the logic"})
    outcome = fields.String()
    decided = fields.Boolean(metadata={"description": "whether it is a reason of the verdict"})
    text = fields.String()
    subject = fields.String()
    wanted = fields.String()
    actual = fields.Raw(allow_none=True)
    absent = fields.List(fields.Nested(AbsentSchema))


class ChangeSchema(Schema):
    """One fact made another."""

    fact = fields.String(metadata={"example": "fact profile.orders"})
    text = fields.String(metadata={"example": "Orders from 2 to 3 or more"})


class FlipSchema(Schema):
    """Changes that turn the verdict together, proved by deciding again."""

    text = fields.String()
    outcome = fields.String()
    changes = fields.List(fields.Nested(ChangeSchema))


class AccountSchema(Schema):
    """What one gate says of this person, why, and what would change it."""

    gate = fields.String(metadata={"description": "schedule, policy, targeting, segment or logic"})
    name = fields.String()
    passes = fields.Boolean()
    text = fields.String()
    outcome = fields.String(metadata={"description": "yes, no or unknown; only where a rule is asked"})
    description = fields.String(metadata={"description": "the rule in a sentence"})
    remedy = fields.String()
    predicates = fields.List(fields.Nested(PredicateSchema))
    flips = fields.List(fields.Nested(FlipSchema))
    stuck = fields.List(fields.String(), metadata={"description": "pointers to what would have to turn, if no flip"})


class ContextFactSchema(Schema):
    """A fact of the visit, and where it comes from."""

    name = fields.String()
    value = fields.Raw(allow_none=True)
    source = fields.String(metadata={"description": "`told`, or the enricher that found it"})
    at = fields.Float(allow_none=True, metadata={"description": "when it was found; null where it was told"})
    cached = fields.Boolean(metadata={"description": "whether it was found on an earlier visit"})


class ExplainedSchema(Schema):
    """Whether every gate lets this person through, and each gate's account."""

    context = fields.List(fields.Nested(ContextFactSchema), metadata={"description": "what rules read of the visit"})

    passes = fields.Boolean()
    accounts = fields.List(fields.Nested(AccountSchema))
    findings = fields.List(fields.Nested(FindingSchema), metadata={"description": "what is wrong with the logic"})
