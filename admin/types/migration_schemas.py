"""The shapes of the routes for migrations."""

from __future__ import annotations

from typing import ClassVar

from marshmallow import Schema, fields, validate

from admin.schemas import FindingSchema, Flag
from modules import Edited, EntrySchema, State, What

OPEN = {"additionalProperties": True}


class WholeType(fields.Dict):
    """A module type as it is saved."""

    json_schema: ClassVar = {"$ref": "#/components/schemas/ModuleType", "description": "the whole type, as it is saved"}


class MigrateSchema(Schema):
    """A type as it is to be, and what becomes of fields that change."""

    type = WholeType(keys=fields.String(), required=True)
    mapping = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(EntrySchema),
        load_default=dict,
        metadata={"description": "field (in a list as `steps/text`) -> what becomes of its values"},
    )
    dry_run = Flag(load_default=False, metadata={"description": "only tell what it would do"})


class RevertSchema(Schema):
    """What becomes of modules that were edited since."""

    edited = fields.String(load_default=str(Edited.KEEP), validate=validate.OneOf(list(Edited)))


class CountsSchema(Schema):
    """How many modules there are, and what happens to them."""

    total = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    invalid = fields.Integer(metadata={"description": "that would no longer pass"})


class FieldStepSchema(Schema):
    """What becomes of one field."""

    field = fields.String()
    how = fields.String(metadata={"description": "`kept`, `renamed`, `converted`, `added` or `dropped`"})
    changes = fields.Dict(keys=fields.String(), values=fields.Dict(), metadata=OPEN)
    outcomes = fields.Dict(
        keys=fields.String(validate=validate.OneOf(list(What))),
        values=fields.Integer(),
        metadata={"description": "to how many values what happens"},
    )


class ExampleSchema(Schema):
    """One value, before and after."""

    module = fields.String()
    pointer = fields.String()
    field = fields.String()
    outcome = fields.String(validate=validate.OneOf(list(What)))
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class SurveySchema(Schema):
    """What a migration would do; it may run if there is no finding."""

    ok = fields.Boolean()
    modules = fields.Nested(CountsSchema)
    fields_ = fields.List(fields.Nested(FieldStepSchema), data_key="fields", attribute="fields")
    examples = fields.List(fields.Nested(ExampleSchema))
    findings = fields.List(fields.Nested(FindingSchema))


class FailureSchema(Schema):
    """A module that could not be carried over, and why; without a module, why none could."""

    module = fields.String()
    findings = fields.List(fields.Nested(FindingSchema))


class MigrationSchema(Schema):
    """A change of a type and of the modules of it."""

    id = fields.Integer()
    type_key = fields.String(data_key="type")
    state = fields.String(validate=validate.OneOf(list(State)))
    author = fields.String()
    created_at = fields.Float()
    updated_at = fields.Float()
    total = fields.Integer(metadata={"description": "modules of the type"})
    done = fields.Integer(metadata={"description": "that are carried over; all are switched at once after the last"})
    reverts = fields.Integer(allow_none=True, metadata={"description": "the migration that this one undoes"})
    mapping = fields.Dict(keys=fields.String(), values=fields.Nested(EntrySchema))
    report = fields.Dict(keys=fields.String(), metadata=OPEN)
    failures = fields.List(fields.Nested(FailureSchema))


class MigrationsSchema(Schema):
    """The migrations of a type, the newest first."""

    items = fields.List(fields.Nested(MigrationSchema))
