"""The shapes of the management API, for its checks and its OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from modules import MadeBy, is_zone
from storage import LINE

MOST_LISTED = 500

ROW: Final = "int(max=9223372036854775806)"
"""The hole of an address that is the number of a row: one that no database holds is not there."""


printable = validate.Regexp(LINE, error="must be printable text")
"""Refuses what no key or name holds, no line of a log shows as it is, or no database takes."""


class Zone(fields.String):
    """The name of a time zone."""

    json_schema: ClassVar = {"$ref": "#/components/schemas/Zone", "example": "Europe/Berlin"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name: str = super()._deserialize(value, attr, data, **kwargs)
        if not is_zone(name):
            raise ValidationError("there is no such time zone; write one such as Europe/Berlin")
        return name


class Flag(fields.Boolean):
    """true or false in a JSON body, and nothing that merely looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Whole(fields.Integer):
    """A whole number in a JSON body, also one written as 3.0, and no text that looks like one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1:
            raise self.make_error("invalid", input=value)
        return int(value)


class Number(fields.Float):
    """A number in a JSON body, and no text that looks like one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.make_error("invalid", input=value)
        return self._validated(value)


class RevisionQuerySchema(Schema):
    """Which revision of a key."""

    revision = fields.String(
        validate=printable, metadata={"description": "a digest from the key's history; the draft without it"}
    )
    release = fields.String(
        validate=printable,
        metadata={"description": "reads what this release holds, or would over what is served"},
    )

    @validates_schema
    def one_of_them(self, data: Mapping[str, str], **_: Any) -> None:
        """Refuse a revision in a release: a release holds one."""
        if "revision" in data and "release" in data:
            raise ValidationError("a release holds one revision; leave out `revision` or `release`", "revision")


class SaveQuerySchema(Schema):
    """What is said of a save."""

    made_by = fields.String(
        load_default=MadeBy.SAVE.value,
        validate=validate.OneOf([MadeBy.SAVE.value, MadeBy.IMPORT.value, MadeBy.MERGE.value]),
        metadata={"description": "what the history says of it: `merge` for edits that were brought together"},
    )


class DraftSchema(Schema):
    """What editors see now under a key."""

    kind = fields.String()
    key = fields.String()
    digest = fields.String(metadata={"description": "SHA-256 of the bytes; the ETag of the content"})
    version = fields.Integer()
    updated_at = fields.Float(metadata={"description": "seconds since 1970, UTC"})
    updated_by = fields.String()
    created_at = fields.Float(metadata={"description": "seconds since 1970, UTC"})
    created_by = fields.String()
    archived_at = fields.Float(allow_none=True, metadata={"description": "when it was put away; null: it was not"})


class RevisionSchema(Schema):
    """One save: who, when, and the digest of the bytes."""

    kind = fields.String()
    key = fields.String()
    digest = fields.String()
    author = fields.String()
    created_at = fields.Float()
    version = fields.Integer(metadata={"description": "counts the saves of this key from 1"})
    made_by = fields.String(metadata={"enum": list(MadeBy), "description": "what saved it"})


class FindingSchema(Schema):
    """One thing wrong in authored content, or good to know of it."""

    pointer = fields.String()
    message = fields.String()
    remedy = fields.String()
    severity = fields.String(metadata={"description": "`error`, `warning` or `note`"})
    code = fields.String(metadata={"description": "the kind of finding of a rule; empty elsewhere"})
    related = fields.List(fields.String(), metadata={"description": "pointers to what else takes part in it"})
    proof = fields.String(metadata={"description": "why it is so, where it is claimed of everybody"})
    witness = fields.Raw(allow_none=True, metadata={"description": "facts of which it is true"})


class SavedSchema(RevisionSchema):
    """An immutable body as it was saved, and what to think about."""

    warnings = fields.List(
        fields.Nested(FindingSchema), metadata={"description": "warnings and notes; none refuses it"}
    )


class HistorySchema(Schema):
    """Every revision of a key, newest first."""

    items = fields.List(fields.Nested(RevisionSchema))
