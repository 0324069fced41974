"""Routes for preview links."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Final
from urllib.parse import quote

from flask import g
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from accounts import LONGEST_PREVIEW, NotAllowed, Preview, PreviewLinks, new_preview_id
from admin.deps import Deps
from admin.schemas import Whole, Zone, printable
from admin.sight.visible import READ
from modules import EARLIEST, LATEST, MOMENT, to_instant

DRAFTS: Final = "drafts"
"""Stands for all drafts as they are."""
AS_OF: Final = "as-of"
"""Stands for what was served at the moment that is asked for."""
A_DAY: Final = 86_400


class PreviewPersonSchema(Schema):
    """Somebody whom the preview is for."""

    json_schema: ClassVar = {"minProperties": 1}

    user_id = fields.String(validate=[validate.Length(min=1, max=255), printable])
    anonymous_id = fields.String(validate=[validate.Length(min=1, max=255), printable])

    @validates_schema
    def _somebody(self, data: dict[str, str], **_: object) -> None:
        if not data:
            raise ValidationError("name a user_id or an anonymous_id", "user_id")


class NewPreviewSchema(Schema):
    """What a link is to show, and for how long."""

    release = fields.String(
        load_default=DRAFTS,
        validate=printable,
        metadata={"description": "`drafts`, the id of a release, or `as-of`: what was served at the moment `at`"},
    )
    at = fields.String(
        load_default=None,
        validate=[validate.Length(max=40), printable],
        metadata={
            "description": "as of this moment, local time in `zone`; without it now",
            "example": "2026-12-24T18:00",
            "pattern": MOMENT,
        },
    )
    zone = Zone(load_default="UTC")
    person = fields.Nested(
        PreviewPersonSchema, load_default=None, metadata={"description": "as this person; without it, anybody"}
    )
    layouts = fields.List(fields.String(validate=printable), load_default=None, validate=validate.Length(min=1, max=50))
    expires_in = Whole(
        load_default=A_DAY,
        validate=validate.Range(min=60, max=int(LONGEST_PREVIEW)),
        metadata={"description": "seconds"},
    )

    @validates_schema
    def _moment(self, data: dict[str, Any], **_: object) -> None:
        if data["release"] == AS_OF and data["at"] is None:
            raise ValidationError("what was served when? give a moment", "at")
        try:
            moment = None if data["at"] is None else datetime.fromisoformat(data["at"])
        except ValueError:
            raise ValidationError("is no time; write it as 2026-12-24T18:00", "at") from None
        if moment is not None and not EARLIEST <= moment.year <= LATEST:
            raise ValidationError(f"lies outside {EARLIEST} to {LATEST}", "at")


class PreviewSchema(Schema):
    """A link that shows what is not public yet."""

    id = fields.String()
    by = fields.String()
    release = fields.String()
    at = fields.Float(allow_none=True, metadata={"description": "seconds since 1970, UTC"})
    person = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)
    layouts = fields.List(fields.String(), allow_none=True)
    created_at = fields.Float()
    ends_at = fields.Float()


class IssuedPreviewSchema(PreviewSchema):
    """A new link; its token is shown this once."""

    token = fields.String()
    links = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata={"description": "layout -> the address of its page"}
    )


class PreviewsSchema(Schema):
    """Links that still open something, the newest first."""

    items = fields.List(fields.Nested(PreviewSchema))


def add_preview_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the routes. Who does not see all content shares none that is not public."""
    links = PreviewLinks(deps.database)

    @blueprint.route("/previews")
    class All(MethodView):
        @blueprint.response(200, PreviewsSchema)
        def get(self) -> dict[str, Any]:
            """The links that one made; those of everybody for who manages accounts"""
            return {"items": links.all(deps.clock(), by=_whose())}

        @blueprint.arguments(NewPreviewSchema, required=False)
        @blueprint.response(201, IssuedPreviewSchema)
        def post(self, body: dict[str, Any]) -> dict[str, Any]:
            """A link to pages as a release would make them, as of any moment, for any person"""
            return _issue(deps, links, body)

    @blueprint.route("/previews/<preview>", methods=["DELETE"])
    @blueprint.response(204)
    def revoke(preview: str) -> None:
        """End a link at once"""
        links.revoke(preview, by=g.author, now=deps.clock(), of=_whose())


def _issue(deps: Deps, links: PreviewLinks, body: dict[str, Any]) -> dict[str, Any]:
    if g.principal.limited(READ):
        raise NotAllowed(READ, "all content: a preview shows everything that it holds")
    if body["person"] is not None:
        g.principal.require("explain")  # the page says what is known of them
    if body["release"] not in {DRAFTS, AS_OF}:
        deps.releases.get(body["release"])
    now = deps.clock()
    preview = Preview(
        id=new_preview_id(),
        by=g.author,
        created_at=now,
        ends_at=now + body["expires_in"],
        release=body["release"],
        at=None if body["at"] is None else to_instant(body["at"], body["zone"]),
        person=body["person"],
        layouts=None if body["layouts"] is None else tuple(body["layouts"]),
    )
    token = links.issue(preview, now=now)
    told = {name: getattr(preview, name) for name in Preview.__slots__}
    pages = {one: f"{deps.base_url}/v1/pages/{quote(one, safe='')}?preview={token}" for one in body["layouts"] or ()}
    return {**told, "token": token, "links": pages}


def _whose() -> str | None:
    return None if g.principal.may("account.manage") else g.author
