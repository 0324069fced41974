"""The shapes of what is answered about pictures."""

from __future__ import annotations

from marshmallow import Schema, fields

from admin.schemas import FindingSchema


class FactsSchema(Schema):
    """What a picture is. Width and height are in pixels, as it is shown."""

    format = fields.String()
    media_type = fields.String()
    width = fields.Integer(allow_none=True)
    height = fields.Integer(allow_none=True)
    frames = fields.Integer()
    alpha = fields.Boolean(metadata={"description": "whether parts of it may be seen through"})


class UploadedSchema(Schema):
    """A picture that was uploaded with what is said of it."""

    key = fields.String(metadata={"description": "its name among the assets, and among the asset details"})
    digest = fields.String(metadata={"description": "SHA-256 of its bytes; the ETag of the asset"})
    details = fields.String(metadata={"description": "the digest of what is said of it"})
    facts = fields.Nested(FactsSchema, allow_none=True)
    cleaned = fields.Boolean(metadata={"description": "whether metadata was taken off, for it told a place"})
    warnings = fields.List(fields.Nested(FindingSchema))
