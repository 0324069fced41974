"""The shapes of static lists, and of the people that are put on them."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from admin.schemas import printable
from profiles import ID_LENGTH

MOST_NAMED: Final = 100_000
MOMENT = {"description": "seconds since 1970, UTC"}
AFTER = {"description": "the `next` of the page before"}
TITLE_LENGTH: Final = 200


def _ids(description: str) -> fields.List[Any]:
    one = fields.String(validate=[validate.Length(min=1, max=ID_LENGTH), printable])
    bounds = validate.Length(max=MOST_NAMED)
    return fields.List(one, load_default=list, validate=bounds, metadata={"description": description})


class NamedPeopleSchema(Schema):
    """People, by any of their ids."""

    user_ids = _ids("as in tracking calls; people of whom nothing is known yet may be among them")
    anonymous_ids = _ids("as in tracking calls")
    profile_ids = _ids("ids of profiles; those of nobody are told as `unknown`")


class ListPeopleSchema(NamedPeopleSchema):
    """All who are to be on a list."""

    title = fields.String(load_default="", validate=[validate.Length(max=TITLE_LENGTH), printable])


class ListsQuerySchema(Schema):
    """Which part of the lists is wanted."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=500))
    after = fields.String(load_default="", validate=printable, metadata=AFTER)


class StaticListSchema(Schema):
    """A static list."""

    key = fields.String(metadata={"description": "rules read it as the fact `lists.KEY`"})
    title = fields.String()
    names = fields.Integer(metadata={"description": "that stand on it"})
    people = fields.Integer(metadata={"description": "that we know by these names"})
    made_at = fields.Float(metadata=MOMENT)
    changed_at = fields.Float(metadata=MOMENT)


class ListsPageSchema(Schema):
    """A page of lists, by key."""

    items = fields.List(fields.Nested(StaticListSchema))
    next = fields.String(allow_none=True)


class ListedPersonSchema(Schema):
    """Somebody on a list."""

    profile_id = fields.String(allow_none=True, metadata={"description": "null: nothing is known of them yet"})
    at = fields.Float(metadata=MOMENT)


class ListedPeopleSchema(Schema):
    """A page of who is on a list."""

    items = fields.List(fields.Nested(ListedPersonSchema))
    next = fields.String(allow_none=True)


class ListedSchema(Schema):
    """What became of a request."""

    added = fields.Integer()
    removed = fields.Integer()
    unchanged = fields.Integer()
    unknown_ = fields.List(
        fields.String(),
        data_key="unknown",
        attribute="unknown",
        metadata={"description": "ids of profiles that there are not"},
    )
