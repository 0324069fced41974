"""The shape of a purpose that people are asked to agree to."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from modules.door import Flag
from rules import ANSWERABLE, NECESSARY, Basis, Unanswered, is_region_entry, opts_in

GRANTED = "granted"
TCF_PURPOSES = 24


class PurposeSchema(Schema):
    """A described purpose."""

    key = fields.String(required=True, validate=validate.Length(min=1, max=100))
    title = fields.String(validate=validate.Length(max=200))
    basis = fields.String(validate=validate.OneOf(list(Basis)))
    default = fields.Dict(keys=fields.String(), values=fields.String(validate=validate.OneOf([GRANTED, "denied"])))
    gpc = Flag()
    tcf = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, TCF_PURPOSES)),
        validate=validate.Length(max=TCF_PURPOSES),
    )
    unanswered = fields.String(validate=validate.OneOf(list(Unanswered)))

    @validates_schema
    def sound(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what the law, or the word, does not allow."""
        if data["key"] == NECESSARY:
            raise ValidationError("necessary needs no consent, and no description", "key")
        basis = Basis(data.get("basis", Basis.CONSENT))
        if basis not in ANSWERABLE:
            for name in ("default", "gpc", "tcf", "unanswered"):
                if data.get(name):
                    raise ValidationError(f"nobody answers a purpose whose basis is {basis}: leave it out", name)
        for region, default in data.get("default", {}).items():
            if not is_region_entry(region):
                raise ValidationError(f"{region[:20]!r} is no region: write one such as DE, US-CA, EEA or *", "default")
            if default == GRANTED and basis is Basis.CONSENT and opts_in(region):
                raise ValidationError(f"in {region} silence is no consent: leave it out, or write denied", "default")
