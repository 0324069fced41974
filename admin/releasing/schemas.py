"""The shapes of releases in the management API, for its checks and its OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from admin.schemas import MOST_LISTED, FindingSchema, Flag, Zone, printable
from layouts import Status
from modules import EARLIEST, KINDS, LATEST, LONGEST_KEY, MOMENT, SHARED

ALL_DRAFTS = "all drafts"
PUBLISH, UNPUBLISH = "publish", "unpublish"
MOST_CHANGES = 1_000
NAME: list[Any] = [validate.Length(min=1, max=200), printable]
SOME = validate.Length(min=1, max=MOST_CHANGES)
NOTE = fields.String(
    load_default="", validate=[validate.Length(max=2_000), printable], metadata={"description": "why; it is recorded"}
)
OVERRIDE = fields.String(
    load_default=None,
    validate=[validate.Length(min=1, max=2_000), printable],
    metadata={"description": "why it goes although what stays uses it; it is recorded"},
)
LOCALES = fields.List(
    fields.String(validate=[validate.Length(min=1, max=64), printable]),
    load_default=None,
    allow_none=True,
    validate=validate.Length(min=1, max=200),
    metadata={
        "description": f"only these locales; `{SHARED}` stands for the shared part. Without it, the whole piece",
        "example": ["de"],
    },
)


class DueSchema(Schema):
    """When a release is to be published."""

    at = fields.String(
        required=True,
        validate=[validate.Length(max=40), printable],
        metadata={
            "example": "2026-12-01T09:00",
            "description": "local time, or one with an offset of its own",
            "pattern": MOMENT,
        },
    )
    zone = Zone(load_default="UTC")
    instant = fields.Float(dump_only=True, metadata={"description": "the same moment; seconds since 1970, UTC"})

    @validates_schema
    def is_a_moment(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse what is no time, and years in which nothing is published."""
        try:
            year = datetime.fromisoformat(data["at"]).year
        except ValueError:
            raise ValidationError("is no time; write it as 2026-12-01T09:00", "at") from None
        if not EARLIEST <= year <= LATEST:
            raise ValidationError(f"lies outside {EARLIEST} to {LATEST}", "at")


class ReleaseSchema(Schema):
    """A named set of revisions; before it is published, the changes that wait."""

    id = fields.String()
    name = fields.String()
    description = fields.String()
    author = fields.String()
    created_at = fields.Float()
    status = fields.String(validate=validate.OneOf([str(one) for one in Status]))
    version = fields.Integer(metadata={"description": "counts its changes; its ETag begins with it"})
    digest = fields.String(metadata={"description": "names all that it holds; empty before it is published"})
    due = fields.Nested(DueSchema, allow_none=True)


class ReleasesSchema(Schema):
    """Releases, newest first, and the id of the one that is served."""

    published = fields.String(allow_none=True)
    items = fields.List(fields.Nested(ReleaseSchema))
    next = fields.String(allow_none=True)


class ReleasePagingSchema(Schema):
    """Which part of the list of releases."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))
    after = fields.String(
        load_default=None, validate=printable, metadata={"description": "the `next` of the page before"}
    )
    status = fields.Enum(Status, by_value=True, load_default=None)


class ReleasePlaceSchema(Schema):
    """Where a release changes something."""

    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    key = fields.String(required=True, validate=printable, metadata={"minLength": 1, "maxLength": LONGEST_KEY})
    locales = LOCALES


class WishSchema(ReleasePlaceSchema):
    """One change that a release is to make."""

    action = fields.String(load_default=PUBLISH, validate=validate.OneOf([PUBLISH, UNPUBLISH]))
    revision = fields.String(
        load_default=None,
        validate=printable,
        metadata={"description": "a digest from the key's history; the draft as it is now without it"},
    )

    @validates_schema
    def takes_away_or_brings(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse a revision of what is to be taken away."""
        if data["action"] == UNPUBLISH and data["revision"]:
            raise ValidationError("what is unpublished has no revision; leave it out", "revision")


class WishesSchema(Schema):
    """Changes to put into a release."""

    changes = fields.List(fields.Nested(WishSchema), required=True, validate=SOME)


class ReleasePlacesSchema(Schema):
    """Changes to take out of a release."""

    changes = fields.List(
        fields.Nested(ReleasePlaceSchema), required=True, validate=validate.Length(min=1, max=MOST_CHANGES)
    )


class Wished(fields.Field[Any]):
    """A list of changes, or the words `all drafts`."""

    schema = WishSchema()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if value == ALL_DRAFTS:
            return value
        if not isinstance(value, list):
            raise ValidationError(f'a list of changes was expected, or "{ALL_DRAFTS}"')
        return WishSchema(many=True).load(value)


class NewReleaseSchema(Schema):
    """A release to make."""

    error_messages = {  # noqa: RUF012 -- as marshmallow wants it
        "unknown": "is not known; a release takes `name`, `description`, `changes` and `publish`"
    }

    name = fields.String(required=True, validate=NAME, metadata={"example": "Spring offers"})
    description = fields.String(load_default="", validate=validate.Length(max=10_000))
    changes = Wished(
        load_default=None,
        metadata={
            "description": f'a list of changes, or `"{ALL_DRAFTS}"`',
            "oneOf": [
                {"type": "null"},
                {"type": "string", "enum": [ALL_DRAFTS]},
                {"type": "array", "items": {"$ref": "#/components/schemas/Wish"}, "maxItems": MOST_CHANGES},
            ],
        },
    )
    publish = Flag(
        load_default=False,
        metadata={"description": "publish it at once; without `changes`, exactly the drafts, all of them"},
    )


class ReleaseWordsSchema(Schema):
    """What a release is called."""

    name = fields.String(validate=NAME)
    description = fields.String(validate=validate.Length(max=10_000))


class ReleaseNoteSchema(Schema):
    """Why a step is taken."""

    note = NOTE


class PublishSchema(ReleaseNoteSchema):
    """Why a release is published."""

    override = OVERRIDE


class RollbackSchema(Schema):
    """Where to go back to."""

    error_messages = {"unknown": "is not known; name the release as `to`"}  # noqa: RUF012 -- as marshmallow wants it

    to = fields.String(
        load_default=None,
        allow_none=True,
        validate=printable,
        metadata={"description": "a release; the one before if absent"},
    )


class ReleaseChangeSchema(Schema):
    """One change that a release makes."""

    kind = fields.String()
    key = fields.String()
    locale = fields.String(
        allow_none=True, metadata={"description": f"null: the whole piece; `{SHARED}`: the shared part"}
    )
    action = fields.String(validate=validate.OneOf([PUBLISH, UNPUBLISH]))
    revision = fields.String(allow_none=True)
    base = fields.String(
        allow_none=True, metadata={"description": "what was published there when the change was put in"}
    )
    behind = fields.Boolean(metadata={"description": "whether the draft is another revision by now"})
    by = fields.String()
    at = fields.Float()


class ReleaseStepSchema(Schema):
    """One step in the life of a release."""

    action = fields.String()
    by = fields.String()
    at = fields.Float()
    note = fields.String()
    findings = fields.List(fields.Dict())


class ReleaseDetailSchema(ReleaseSchema):
    """A release with its changes and its life so far."""

    changes = fields.List(fields.Nested(ReleaseChangeSchema))
    steps = fields.List(fields.Nested(ReleaseStepSchema))


class DifferenceSchema(Schema):
    """What changes, as `kind/key`."""

    added = fields.List(fields.String())
    removed = fields.List(fields.String())
    changed = fields.List(fields.String())


class NewsSchema(FindingSchema):
    """A finding, and whether the release brings it."""

    new = fields.Boolean(metadata={"description": "false where what is served has it already"})


class ValidationSchema(Schema):
    """Whether this may be published, and what that would change."""

    ok = fields.Boolean()
    findings = fields.List(fields.Nested(NewsSchema))
    difference = fields.Nested(DifferenceSchema)


class DirectSchema(Schema):
    """What to publish of one piece of content."""

    locales = LOCALES
    revision = fields.String(load_default=None, validate=printable)
    note = NOTE


class WithdrawSchema(Schema):
    """What to take away of one piece of content."""

    locales = LOCALES
    override = OVERRIDE
    note = NOTE
