"""The shapes of lists and of the search."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from admin.content.usage_schemas import full_name
from admin.reading.schemas import BODY, AlongSchema, PartsSchema
from admin.schemas import MOST_LISTED, DraftSchema, RevisionQuerySchema, printable
from modules import KINDS, ORDERS, DraftState

MOST_HITS = 100
MOMENT = {"description": "seconds since 1970, UTC"}
BOTH_WAYS = [sign + name for name in ORDERS for sign in ("", "-")]


class PageSchema(Schema):
    """Which part of a list."""

    after = fields.String(
        load_default="", validate=printable, metadata={"description": "the `next` of the page before"}
    )


class ListQuerySchema(PartsSchema, PageSchema):
    """Which drafts are wanted, in which order, and which part of them. All filters must hold."""

    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=MOST_LISTED))
    sort = fields.String(
        load_default="key",
        validate=validate.OneOf(BOTH_WAYS),
        metadata={"description": "with `-` in front, the other way round"},
    )
    type = fields.String(validate=printable)
    tag = fields.List(fields.String(validate=printable), metadata={"description": "several: all of them"})
    locale = fields.String(validate=printable)
    state = fields.String(
        validate=validate.OneOf([one.value for one in DraftState if one is not DraftState.ARCHIVED]),
        metadata={"description": "with `locale`, the state of that locale"},
    )
    channel = fields.String(
        validate=printable, metadata={"description": "what its layouts have a slot for: of modules, types and layouts"}
    )
    uses = fields.List(
        fields.String(validate=full_name),
        metadata={"description": "content that is named, as kind/key", "example": ["assets/coffee.svg"]},
    )
    rule = fields.String(validate=printable, metadata={"description": "the rule that it is targeted by"})
    segment = fields.String(
        validate=printable, metadata={"description": "asked for, also by way of rules and other segments"}
    )
    text = fields.String(validate=validate.Length(max=500), metadata={"description": "words, as in the search"})
    updated_by = fields.String(validate=printable)
    updated_since = fields.Float(metadata=MOMENT)
    expires_before = fields.Float(metadata={"description": "expires, or closes for good, before: seconds since 1970"})
    archived = fields.Boolean(load_default=False, metadata={"description": "what is put away, instead of all else"})
    release = fields.String(
        validate=printable,
        metadata={"description": "lists what this release holds, or would over what is served, instead of drafts"},
    )


class ListedSchema(DraftSchema):
    """A draft, and how it stands to what is published. Of what a release holds only kind, key and digest are told."""

    type = fields.String()
    title = fields.String()
    tags = fields.List(fields.String())
    state = fields.String(metadata={"enum": list(DraftState)})
    shared = fields.String(metadata={"enum": list(DraftState), "description": "the state of what belongs to no locale"})
    locales = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "the state of each locale, in their order"},
    )
    ends_at = fields.Float(allow_none=True, metadata={"description": "when it expires or closes for good"})


class ListItemSchema(ListedSchema):
    """A row of a list, or the parts of it that are asked for, with the body where that was."""

    body = BODY


class HeldSchema(Schema):
    """What a release holds under a name."""

    kind = fields.String()
    key = fields.String()
    digest = fields.String()


class ListSchema(AlongSchema):
    """A page of drafts in the order that was asked for."""

    items = fields.List(fields.Nested(ListItemSchema))
    next = fields.String(allow_none=True)


class ReadQuerySchema(PartsSchema, RevisionQuerySchema):
    """Which revision of a key, and what of it."""


class ReadPieceSchema(AlongSchema):
    """One piece of content where `fields` or `include` is asked for."""

    item = fields.Nested(ListItemSchema)


class SearchQuerySchema(PartsSchema, PageSchema):
    """What is searched for, and where."""

    q = fields.String(
        required=True,
        validate=validate.Length(max=500),
        metadata={"description": "every word must be found; the last may be unfinished", "example": "fresh cof"},
    )
    kind = fields.List(fields.String(validate=validate.OneOf(list(KINDS))))
    locale = fields.String(validate=printable)
    archived = fields.Boolean(load_default=False)
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=MOST_HITS))


class SnippetSchema(Schema):
    """The part of a text that tells why it was found."""

    field = fields.String(metadata={"description": "empty for what belongs to none: title, key, tags, note"})
    text = fields.String()
    marks = fields.List(
        fields.List(fields.Integer()), metadata={"description": "where each word that was found begins and ends"}
    )


class HitSchema(Schema):
    """A draft that was found."""

    kind = fields.String()
    key = fields.String()
    locale = fields.String(metadata={"description": "the locale that fits best; empty for content without locales"})
    type = fields.String()
    title = fields.String()
    state = fields.String()
    snippet = fields.Nested(SnippetSchema, allow_none=True)


class FoundItemSchema(HitSchema):
    """A draft that was found, or the parts of it that are asked for, with the body where that was."""

    body = BODY


class FoundSchema(AlongSchema):
    """A page of hits, the best first."""

    items = fields.List(fields.Nested(FoundItemSchema))
    next = fields.String(allow_none=True)
    ranked = fields.Boolean(
        metadata={"description": "false where so many are found that the newest come first instead of the best"}
    )
    total = fields.Integer(allow_none=True, metadata={"description": "how many are found; null where not ranked"})
