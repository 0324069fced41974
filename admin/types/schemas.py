"""The shapes of the routes for module types."""

from __future__ import annotations

from marshmallow import Schema, fields

from modules import LOCALE


class SampleQuerySchema(Schema):
    """Which sample of a type."""

    locale = fields.String(load_default="en", validate=LOCALE)
    blank = fields.Boolean(
        load_default=False,
        metadata={"description": "only what a new module begins with: defaults, and what is required"},
    )
