"""The shapes of what is read in parts, or with what it names."""

from __future__ import annotations

from marshmallow import Schema, fields, validate
from webargs.fields import DelimitedList

from admin.reading.including import DEEPEST, MOST_INCLUDED
from modules import KINDS
from storage import LINE

MOST_PATHS = 100
LONGEST_PATH = 200

STEP = LINE.removeprefix("^").removesuffix("*\\Z").replace("[^", "[^.,")
PATH = validate.Regexp(rf"^{STEP}+(\.{STEP}+)*\Z", error="a path is names with dots between them, such as body.title")


class PartsSchema(Schema):
    """What of content is wanted, and whether what it names comes along."""

    fields_ = DelimitedList(
        fields.String(validate=[validate.Length(max=LONGEST_PATH), PATH]),
        data_key="fields",
        attribute="fields",
        validate=validate.Length(min=1, max=MOST_PATHS),
        metadata={
            "description": "only these parts, beside `kind` and `key`; a path has dots, `*` stands for every name",
            "example": ["title", "body.locales.*.heading"],
        },
    )
    include = fields.Integer(
        validate=validate.Range(min=0, max=DEEPEST),
        metadata={"description": f"what it names comes along, so many steps deep; at most {MOST_INCLUDED} things"},
    )


BODY = fields.Dict(
    metadata={"description": "with `include`, or where `fields` asks for it: the content, or parts of it"}
)


class IncludedSchema(Schema):
    """A piece of content that came along."""

    kind = fields.String(required=True, metadata={"enum": list(KINDS)})
    key = fields.String(required=True)
    digest = fields.String(required=True, metadata={"description": "SHA-256 of its bytes"})
    body = fields.Dict(metadata={"description": "of all but pictures: the content, as whoever asks sees it"})
    media_type = fields.String(metadata={"description": "of pictures"})
    width = fields.Integer(
        allow_none=True, metadata={"description": "of pictures, in pixels; null where none is known"}
    )
    height = fields.Integer(allow_none=True, metadata={"description": "the same"})


class UnresolvedSchema(Schema):
    """A name that leads to nothing that whoever asks could see."""

    kind = fields.String(required=True, metadata={"enum": list(KINDS)})
    key = fields.String(required=True)
    by = fields.String(required=True, metadata={"description": "what names it first, as kind/key"})
    pointer = fields.String(required=True, metadata={"description": "the place, as a JSON pointer into its body"})


class AlongSchema(Schema):
    """What comes along where `include` is asked for."""

    included = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(IncludedSchema),
        metadata={"description": "with `include`: as kind/key, each once; what is itself an item is not repeated"},
    )
    unresolved = fields.List(fields.Nested(UnresolvedSchema), metadata={"description": "with `include`"})
    truncated = fields.Boolean(
        metadata={"description": "with `include`: whether there is more than comes along at once; the nearest does"}
    )
