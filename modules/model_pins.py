"""Model pins: which trained model answers, as content: a release brings it along, a rollback takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, fields, validate

from modules.door import shape_findings
from rules import Finding

PIN: Final = ("model-pins", "recommender")
"""Kind and key of the one pin that there is."""


class ModelPinSchema(Schema):
    """A model pin as it is written in a file."""

    title = fields.String()
    version = fields.String(required=True, validate=validate.Length(min=1, max=64))


_SCHEMA = ModelPinSchema()


def pin_findings(key: str, body: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with a pin as it stands; whether there is such a model is judged with a release."""
    if key != PIN[1]:
        return [Finding("", f"nothing is pinned by the name {key!r}", f"the one pin there is is called {PIN[1]!r}")]
    return shape_findings(_SCHEMA, body)
