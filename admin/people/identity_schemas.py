"""The shapes of who is who, as the management API tells of it."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from admin.schemas import printable
from profiles import Outcome

MOMENT = {"description": "seconds since 1970, UTC"}
LONGEST_REASON = 500
MOST_LINKS = 100


def _reason() -> fields.String:
    return fields.String(
        required=True,
        validate=[validate.Length(min=1, max=LONGEST_REASON), printable],
        metadata={"description": "why; kept with the decision, and not in the audit log"},
    )


class LinkSchema(Schema):
    """What says that two names are one person's."""

    id = fields.String()
    kind = fields.String(metadata={"description": "of the names, such as `user-email`; `hand`: somebody joined them"})
    left = fields.String(metadata={"description": "a name; addresses, devices and ids elsewhere are keyed hashes"})
    right = fields.String()
    outcome = fields.String(validate=validate.OneOf(list(Outcome)), metadata={"description": "what came of it"})
    at = fields.Float(metadata={"description": "when it was first told, in seconds since 1970, UTC"})
    cut_at = fields.Float(allow_none=True, metadata=MOMENT)
    author = fields.String(metadata={"description": "who joined by hand, or cut it"})
    reason = fields.String()


class LinksSchema(Schema):
    """All that joined a person's names, or was to: the oldest first."""

    items = fields.List(fields.Nested(LinkSchema))


class MergeSchema(Schema):
    """Two people who are one."""

    profile_id = fields.String(
        required=True, validate=[validate.Length(min=1, max=64), printable], metadata={"description": "who stays"}
    )
    other = fields.String(
        required=True,
        validate=[validate.Length(min=1, max=64), printable],
        metadata={"description": "who becomes part of them"},
    )
    reason = _reason()


class SplitSchema(Schema):
    """Links that are wrong."""

    links = fields.List(
        fields.String(validate=[validate.Length(min=1, max=64), printable]),
        required=True,
        validate=validate.Length(min=1, max=MOST_LINKS),
        metadata={"description": "their ids"},
    )
    reason = _reason()


class RejoinSchema(Schema):
    """Links that were cut and hold again."""

    links = fields.List(
        fields.String(validate=[validate.Length(min=1, max=64), printable]),
        required=True,
        validate=validate.Length(min=1, max=MOST_LINKS),
        metadata={"description": "their ids"},
    )


class ProfileIdsSchema(Schema):
    """Whose the names are now: one profile, or several."""

    profile_ids = fields.List(fields.String())
