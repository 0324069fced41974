"""The shapes of bulk calls."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from admin.content.usage_schemas import WHY
from admin.releasing.schemas import LOCALES, NOTE, ReleaseSchema
from admin.schemas import FindingSchema, RevisionSchema, SaveQuerySchema, printable

MOST_OPERATIONS: Final = 1_000

BODIES: Final = ("content", "text", "base64")
"""Where an operation may hold what is to be saved."""

CONDITIONS: Final = frozenset({"if_match", "if_none_match"})

TAKES: Final[Mapping[str, frozenset[str]]] = {
    "save": CONDITIONS | set(BODIES),
    "delete": CONDITIONS | {"override"},
    "archive": frozenset({"override"}),
    "unarchive": frozenset(),
    "publish": frozenset({"locales", "revision", "note"}),
    "unpublish": frozenset({"locales", "override", "note"}),
}
"""What can be done -> what it takes beside `kind` and `key`."""


BASE64: Final = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


def _takes(op: str) -> dict[str, Any]:
    """What the document says of one operation: nothing that it has no use for, and of a save one body."""
    names = ("op", "kind", "key", *sorted(TAKES[op]))
    told: dict[str, Any] = {"properties": {**{name: {} for name in names}, "op": {"const": op}}}
    told["additionalProperties"] = False
    if op == "save":
        told["oneOf"] = [{"required": [name]} for name in BODIES]
    if TAKES[op] >= CONDITIONS:
        both = {"required": sorted(CONDITIONS), "properties": {"if_match": {"type": "string"}}}
        told["not"] = both
    return told


def _encoded(text: str) -> None:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValidationError("must be base64 (RFC 4648), with its padding") from None


class OperationSchema(Schema):
    """One operation, as the single call of the same kind would do it."""

    json_schema: ClassVar = {"oneOf": [_takes(op) for op in TAKES]}

    op = fields.String(required=True, validate=validate.OneOf(list(TAKES)))
    kind = fields.String(required=True, validate=printable)
    key = fields.String(required=True, validate=printable)
    content = fields.Raw(metadata={"description": "to save: JSON, which is laid out as a file; or `text`, or `base64`"})
    text = fields.String(metadata={"description": "to save: the exact bytes of the file, as text in UTF-8"})
    base64 = fields.String(
        validate=_encoded, metadata={"description": "to save: the exact bytes, as of a picture", "pattern": BASE64}
    )
    if_match = fields.String(
        allow_none=True, validate=printable, metadata={"description": "only if this digest is there; null: whatever is"}
    )
    if_none_match = fields.String(validate=validate.Equal("*"), metadata={"description": "`*`: only where nothing is"})
    override = fields.String(validate=[validate.Length(max=500), printable], metadata={"description": WHY})
    locales = LOCALES
    revision = fields.String(
        load_default=None, validate=printable, metadata={"description": "to publish: a digest of its history"}
    )
    note = NOTE

    @validates_schema(pass_original=True)
    def only_what_it_takes(self, data: Mapping[str, Any], original: Mapping[str, Any], **_: Any) -> None:
        """Refuse what this operation has no use for, and a save of nothing or of two things."""
        op = data.get("op", "")
        takes = TAKES.get(op)
        if takes is None:
            return
        known = {"op", "kind", "key", *takes}
        for name in original:
            if name not in known:
                raise ValidationError(f"{op} does not take it; it takes {', '.join(sorted(known))}", name)
        if op == "save" and sum(name in original for name in BODIES) != 1:
            raise ValidationError("a save takes one of content, text and base64", "content")
        if original.keys() >= CONDITIONS and original["if_match"] is not None:
            raise ValidationError("a condition is one of if_match and if_none_match", "if_match")


class BulkSchema(SaveQuerySchema):
    """Many operations, in the order in which they are done."""

    atomic = fields.Boolean(load_default=False, metadata={"description": "all of them or none, judged as a whole"})
    operations = fields.List(
        fields.Nested(OperationSchema),
        required=True,
        validate=validate.Length(
            min=1, max=MOST_OPERATIONS, error="one call takes {min} to {max} operations; send more in several calls"
        ),
    )


class ResultSchema(Schema):
    """What became of one operation."""

    op = fields.String()
    kind = fields.String()
    key = fields.String()
    status = fields.Integer(
        metadata={"description": "as the single call would have answered; 424: right, but another one was refused"}
    )
    etag = fields.String(metadata={"description": "the digest that is there now; of a release, its version"})
    revision = fields.Nested(RevisionSchema)
    warnings = fields.List(fields.Nested(FindingSchema))
    release = fields.Nested(ReleaseSchema, metadata={"description": "what published it"})
    problem = fields.Dict(metadata={"description": "problem+json, its pointers beginning with `/operations/N`"})


class ResultsSchema(Schema):
    """A result for each operation, in the order in which they were asked for."""

    results = fields.List(fields.Nested(ResultSchema))
