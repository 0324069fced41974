"""Routes that find drafts: lists with filters and orders, and the search."""

from __future__ import annotations

from typing import Any, TypeAlias

from flask import Response, g
from flask.views import MethodView
from flask_smorest import Blueprint

from accounts import Principal
from admin.content.cursors import cursor_of, place_of
from admin.content.drafts import KIND
from admin.content.listing_schemas import (
    FoundSchema,
    HeldSchema,
    HitSchema,
    ListedSchema,
    ListQuerySchema,
    ListSchema,
    SearchQuerySchema,
)
from admin.deps import Deps
from admin.errors import BadCursor, BadFilter
from admin.reading.answering import Reading, state_of, wish_of
from admin.releasing.reading import State, drafts_of
from admin.sight.visible import READ, Visible
from modules import KINDS, DraftState, Filters, Listed, Order, Sight, UnknownContent, Where, place_types

Answer: TypeAlias = dict[str, Any] | Response

IN_CHANNELS = ("modules", "types", "layouts")
"""Kinds of which it can be said whether a channel has a place for them."""


def add_listing_routes(blueprint: Blueprint, deps: Deps) -> None:
    """Add the list of each kind, and the search over all of them."""

    @blueprint.route("/search")
    class Search(MethodView):
        @blueprint.arguments(SearchQuerySchema, location="query")
        @blueprint.response(200, FoundSchema)
        def get(self, query: dict[str, Any]) -> Answer:
            """The drafts that hold these words"""
            wish = wish_of(query)
            if not wish:
                return _search(deps, g.principal, **query)
            kinds = query.get("kind") or list(KINDS)
            reading = Reading(deps, drafts_of(deps.store), Visible(g.principal), wish, HitSchema(), kinds)
            reading.check()
            found = _search(deps, g.principal, **query)
            return reading.items(found, deps.store.held(((one.kind, one.key) for one in found["items"]), archived=True))

    @blueprint.route("/<kind>", parameters=[KIND])
    class Kind(MethodView):
        @blueprint.arguments(ListQuerySchema, location="query")
        @blueprint.response(200, ListSchema)
        def get(self, query: dict[str, Any], kind: str) -> Answer:
            """The drafts of a kind: filtered, sorted, a page at a time"""
            if kind not in KINDS:
                raise UnknownContent(kind, None, KINDS)
            wish, release, of_type = wish_of(query), query.pop("release", None), query.get("type")
            state = state_of(deps, release)

            def page() -> dict[str, Any]:
                return _page(deps, g.principal, kind, **query) if release is None else _held(state, kind, **query)

            if not wish:
                return page()
            record = ListedSchema() if release is None else HeldSchema()
            reading = Reading(deps, state, Visible(g.principal), wish, record, [kind])
            reading.check([of_type] if of_type else None)
            return reading.items(page())


def _held(state: State, kind: str, limit: int, after: str, sort: str, archived: bool, **wanted: Any) -> dict[str, Any]:
    """What a release holds of a kind, in the order of the keys. It is listed by nothing else."""
    for name in (*wanted, *(["sort"] if sort != "key" else []), *(["archived"] if archived else [])):
        raise BadFilter(name, "what a release holds is listed by its keys alone")
    visible = Visible(g.principal)
    (start,) = place_of(after, str) if after else ("",)
    items = state.page(kind, start, limit + 1)
    more = cursor_of(items[limit - 1].key) if len(items) > limit else None
    bodies = {} if visible.whole(kind) else state.load({one.digest for one in items[:limit]})
    seen = [one for one in items[:limit] if not bodies or visible.sees(kind, one.key, bodies[one.digest])]
    return {"items": seen, "next": more}


def _page(
    deps: Deps, principal: Principal, kind: str, limit: int, sort: str, after: str, **wanted: Any
) -> dict[str, Any]:
    order = Order(sort.removeprefix("-"), sort.startswith("-"))
    given, *place = place_of(after, str, *place_types(order.by)) if after else (sort,)
    if given != sort:
        raise BadCursor(after)
    page = deps.store.page(
        kind, _filters(kind, wanted), order, after=tuple(place) or None, limit=limit, sight=sight_of(principal)
    )
    visible = Visible(principal)
    more = cursor_of(sort, *page.next) if page.next else None
    return {"items": [shown_row(visible, one) for one in page.items], "next": more}


def _filters(kind: str, wanted: dict[str, Any]) -> Filters:
    if "channel" in wanted and kind not in IN_CHANNELS:
        raise BadFilter("channel", f"no channel has a place for {kind}; only for {', '.join(IN_CHANNELS)}")
    names = [tuple(name.split("/", 1)) for name in wanted.pop("uses", [])]
    if "rule" in wanted:
        names.append(("rules", wanted.pop("rule")))
    state, ends = wanted.pop("state", None), wanted.pop("expires_before", None)
    return Filters(
        **{name: value for name, value in wanted.items() if name != "tag"},
        tags=wanted.get("tag", ()),
        uses=[(kind, key) for kind, key in names],
        state=DraftState(state) if state else None,
        ends_before=ends,
    )


def shown_row(visible: Visible, one: Listed) -> dict[str, Any]:
    """A row without the locales that are kept from whoever asks."""
    told = {name: getattr(one, name) for name in Listed.__slots__}
    if visible.whole(one.kind):
        return told
    may = visible.principal.may_locale
    seen = {locale: state for locale, state in one.locales.items() if may(READ, one.kind, one.type, locale)}
    return {**told, "locales": seen}


def _search(
    deps: Deps, principal: Principal, q: str, limit: int, after: str, archived: bool, **where: Any
) -> dict[str, Any]:
    rank = (int, float, type(None))
    place = tuple(place_of(after, rank, int, str, str)) if after else None
    wanted = Where(where.get("kind"), where.get("locale"), archived)
    found = deps.store.search(q, wanted, after=place, limit=limit, sight=sight_of(principal))
    more = cursor_of(*found.next) if found.next else None
    return {"items": found.items, "next": more, "ranked": found.ranked, "total": found.total}


def sight_of(principal: Principal) -> Sight | None:
    """What of all content somebody may see; None where that is everything."""
    if not principal.limited(READ):
        return None
    visible = Visible(principal)

    def sees(kind: str, of_type: str, locale: str, name: str) -> bool:
        if visible.whole(kind):
            return True
        if not principal.may_type(READ, kind, of_type or None):
            return False
        if kind == "modules" and locale and not principal.may_locale(READ, kind, of_type, locale):
            return False
        return not name or kind not in ("modules", "types") or not visible.hides(kind, of_type, locale or None, name)

    return sees
