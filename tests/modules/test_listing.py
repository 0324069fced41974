"""Lists of drafts: every filter, every order, every state, a page at a time, and nothing that may not be seen."""

from __future__ import annotations

import json
from typing import Any

import pytest

from modules import ContentStore, DraftState, Filters, Listed, Name, Order
from modules.listing import asking
from modules.listing.values import SORTS
from storage import Database

HEADING = {"heading": {"kind": "text"}}
SIDE = {"key": "side", "tags": ["spring"]}
BODIES: dict[Name, Any] = {
    ("attributes", "shop"): {"attributes": [{"path": "profile.orders", "type": "number"}]},
    ("segments", "vip"): {"title": "VIP", "logic": {">": [{"var": "profile.orders"}, 9]}},
    ("segments", "best"): {"title": "Best", "logic": {"in_segment": "vip"}},
    ("rules", "best"): {"title": "The best", "logic": {"in_segment": "best"}},
    ("types", "hero"): {"title": "Hero", "fields": {**HEADING, "shown": {"kind": "boolean", "localised": False}}},
    ("types", "card"): {"title": "Card", "fields": HEADING, "fits": {"slots": ["home/side"]}},
    ("modules", "alpha"): {
        "type": "hero",
        "title": "Zebra",
        "tags": ["spring", "home"],
        "targeting": "best",
        "locales": {"en": {"heading": "Fresh coffee", "shown": True}, "de": {"heading": "Frischer Kaffee"}},
    },
    ("modules", "beta"): {
        "type": "card",
        "title": "ähnlich",
        "tags": ["spring"],
        "expires": "2026-01-01T00:00",
        "locales": {"en": {"heading": "Tea"}},
    },
    ("modules", "gamma"): {
        "type": "hero",
        "title": "apple",
        "targeting": {"in_segment": "vip"},
        "schedule": {"until": "2027-01-01T00:00"},
        "locales": {"de": {"heading": "Kuchen"}},
    },
    ("layouts", "home"): {"title": "Home", "channels": ["web"], "slots": [{"key": "top", "types": ["hero"]}, SIDE]},
    ("layouts", "mail"): {
        "title": "Mail",
        "channels": ["email"],
        "slots": [{"key": "top", "types": ["hero"], "tags": ["home"]}],
    },
}


@pytest.fixture
def store(database: Database) -> ContentStore:
    store = ContentStore(database)
    for number, (name, body) in enumerate(BODIES.items()):
        store.put(*name, json.dumps(body).encode(), author=("ann", "ben")[number % 2], now=100.0 + number)
    return store


def publish(store: ContentStore, database: Database, changes: dict[Name, str | None]) -> None:
    with database.write() as connection:
        store.published(connection, changes, at=500.0)


def save(store: ContentStore, key: str, **changed: Any) -> str:
    body = json.dumps({**BODIES[("modules", key)], **changed}).encode()
    return store.put("modules", key, body, author="ann", now=600.0).digest


def keys(store: ContentStore, kind: str = "modules", order: Order | None = None, **filters: Any) -> list[str]:
    return [one.key for one in store.page(kind, Filters(**filters), order or Order()).items]


def row(store: ContentStore, key: str) -> Listed:
    return next(one for one in store.page("modules", Filters(), Order()).items if one.key == key)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "alpha beta gamma"),
        ({"type": "hero"}, "alpha gamma"),
        ({"type": "none"}, ""),
        ({"tags": ["spring"]}, "alpha beta"),
        ({"tags": ["spring", "home"]}, "alpha"),
        ({"locale": "de"}, "alpha gamma"),
        ({"locale": "de", "state": DraftState.DRAFT}, "alpha gamma"),
        ({"locale": "de", "state": DraftState.PUBLISHED}, ""),
        ({"state": DraftState.DRAFT}, "alpha beta gamma"),
        ({"uses": [("rules", "best")]}, "alpha"),
        ({"uses": [("types", "hero"), ("segments", "vip")]}, "gamma"),
        ({"segment": "vip"}, "alpha gamma"),
        ({"segment": "best"}, "alpha"),
        ({"channel": "web"}, "alpha beta gamma"),
        ({"channel": "email"}, "alpha"),
        ({"channel": "chat"}, ""),
        ({"text": "kaff"}, "alpha"),
        ({"text": "kaffee", "locale": "en"}, ""),
        ({"text": "ahnlich"}, "beta"),
        ({"text": "!"}, ""),
        ({"updated_by": "ann"}, "alpha gamma"),
        ({"updated_since": 107.0}, "beta gamma"),
        ({"ends_before": 1_770_000_000.0}, "beta"),
        ({"ends_before": 1_800_000_000.0}, "beta gamma"),
        ({"type": "hero", "locale": "en", "text": "coffee", "tags": ["home"], "segment": "vip"}, "alpha"),
        ({"archived": True}, ""),
    ],
)
def test_every_filter_leaves_what_it_says_and_all_of_them_hold(
    store: ContentStore, filters: dict[str, Any], expected: str
) -> None:
    assert keys(store, **filters) == expected.split()


def test_layouts_and_types_are_filtered_by_channel_too(store: ContentStore) -> None:
    assert keys(store, "layouts", channel="email") == ["mail"]
    assert keys(store, "types", channel="web") == ["card", "hero"]
    assert keys(store, "types", channel="email") == ["hero"], "cards are made for the side of home"


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order("key"), "alpha beta gamma"),
        (Order("key", descending=True), "gamma beta alpha"),
        (Order("title"), "beta gamma alpha"),
        (Order("type"), "beta alpha gamma"),
        (Order("type", descending=True), "gamma alpha beta"),
        (Order("updated_at", descending=True), "gamma beta alpha"),
        (Order("created_at"), "alpha beta gamma"),
    ],
)
def test_every_order_goes_both_ways(store: ContentStore, order: Order, expected: str) -> None:
    """Titles are sorted without regard to case and diacritics."""
    assert keys(store, order=order) == expected.split()


@pytest.mark.parametrize("few", [1_000, 0])
@pytest.mark.parametrize("by", SORTS)
def test_pages_neither_repeat_nor_leave_out(store: ContentStore, database: Database, by: str, few: int) -> None:
    """Also where many rows are equal, and in both ways in which rows are found: few are sorted, many are walked."""
    bodies = [{"type": f"t{n % 2}", "title": f"T{n % 3}", "tags": ["some"], "locales": {}} for n in range(60)]
    contents = {("modules", f"m-{n}"): json.dumps(body).encode() for n, body in enumerate(bodies)}
    store.put_all(contents, author="ann", now=900.0)
    wanted = Filters(tags=["some"])
    for descending in (False, True):
        found: list[str] = []
        after = None
        while not found or after is not None:
            with database.read() as connection:
                page = asking.page(connection, "modules", wanted, Order(by, descending), after, 7, few=few)
            found += [one.key for one in page.items]
            after = page.next
        assert sorted(found) == sorted(key for _, key in contents)
        assert found == keys(store, order=Order(by, not descending), tags=["some"])[::-1]


def test_a_row_tells_what_a_list_shows(store: ContentStore) -> None:
    told = row(store, "alpha")
    assert (told.title, told.type, told.tags, told.version, told.created_by) == (
        "Zebra",
        "hero",
        ["home", "spring"],
        1,
        "ann",
    )
    assert list(told.locales) == ["en", "de"], "in their order: the first stands in for others"
    assert row(store, "beta").ends_at == 1_767_225_600.0


def test_german_is_published_while_french_is_a_draft(store: ContentStore, database: Database) -> None:
    """Each locale stands for itself, and so does what belongs to none."""
    english_and_german = save(store, "alpha")
    publish(store, database, {("modules", "alpha"): english_and_german})
    assert row(store, "alpha").state == DraftState.PUBLISHED
    locales = BODIES[("modules", "alpha")]["locales"]
    save(store, "alpha", locales={**locales, "de": {"heading": "Neu"}, "fr": {"heading": "Nouveau"}})
    told = row(store, "alpha")
    assert (told.state, told.shared) == (DraftState.CHANGED, DraftState.PUBLISHED)
    assert told.locales == {"en": DraftState.PUBLISHED, "de": DraftState.CHANGED, "fr": DraftState.DRAFT}
    german = {**BODIES[("modules", "alpha")], "locales": {**locales, "de": {"heading": "Neu"}}}
    composed = store.put("modules", "other", json.dumps(german).encode(), author="ann", now=700.0).digest
    publish(store, database, {("modules", "alpha"): composed})
    assert row(store, "alpha").locales == {
        "en": DraftState.PUBLISHED,
        "de": DraftState.PUBLISHED,
        "fr": DraftState.DRAFT,
    }
    assert keys(store, locale="fr", state=DraftState.DRAFT) == ["alpha"]


def test_what_belongs_to_no_locale_changes_none(store: ContentStore, database: Database) -> None:
    """Tags and fields that are not localised, though these are written in the first locale."""
    publish(store, database, {("modules", "alpha"): store.manifest()[("modules", "alpha")]})
    locales = BODIES[("modules", "alpha")]["locales"]
    for changed in ({"tags": ["other"]}, {"locales": {**locales, "en": {"heading": "Fresh coffee", "shown": False}}}):
        save(store, "alpha", **changed)
        told = row(store, "alpha")
        assert (told.state, told.shared) == (DraftState.CHANGED, DraftState.CHANGED)
        assert set(told.locales.values()) == {DraftState.PUBLISHED}


def test_a_variant_s_words_belong_to_their_locale(store: ContentStore, database: Database) -> None:
    publish(store, database, {("modules", "alpha"): store.manifest()[("modules", "alpha")]})
    save(store, "alpha", variants=[{"key": "b", "locales": {"de": {"heading": "Anders"}}}])
    assert row(store, "alpha").locales == {"en": DraftState.PUBLISHED, "de": DraftState.CHANGED}


def test_a_locale_that_is_taken_out_is_removed_until_that_is_published(store: ContentStore, database: Database) -> None:
    publish(store, database, {("modules", "alpha"): store.manifest()[("modules", "alpha")]})
    english = save(store, "alpha", locales={"en": BODIES[("modules", "alpha")]["locales"]["en"]})
    assert row(store, "alpha").locales == {"en": DraftState.PUBLISHED, "de": DraftState.REMOVED}
    publish(store, database, {("modules", "alpha"): english})
    assert row(store, "alpha").locales == {"en": DraftState.PUBLISHED}


def test_what_is_unpublished_archived_or_deleted_is_told_so(store: ContentStore, database: Database) -> None:
    publish(store, database, {("modules", "beta"): store.manifest()[("modules", "beta")]})
    publish(store, database, {("modules", "beta"): None})
    assert row(store, "beta").state == DraftState.DRAFT
    store.archive([("modules", "beta")], author="ann", now=800.0)
    assert keys(store) == ["alpha", "gamma"]
    (told,) = store.page("modules", Filters(archived=True), Order()).items
    assert (told.key, told.state, told.archived_at) == ("beta", DraftState.ARCHIVED, 800.0)
    assert keys(store, archived=True, text="tea") == ["beta"]
    store.unarchive([("modules", "beta")], author="ann", now=801.0)
    store.delete("modules", "beta", author="ann", now=802.0)
    assert keys(store) == ["alpha", "gamma"]
    assert keys(store, text="tea") == []


def test_a_list_holds_no_type_that_may_not_be_seen(store: ContentStore) -> None:
    page = store.page("modules", Filters(), Order(), sight=lambda kind, of, locale, name: of != "hero")
    assert [one.key for one in page.items] == ["beta"]


def test_lists_are_made_anew_from_bodies(store: ContentStore, database: Database) -> None:
    """What an older database never listed is listed at the next start."""
    from modules.listing.writing import unlist_all

    before = store.page("modules", Filters(), Order())
    with database.write() as connection:
        unlist_all(connection)
    assert keys(store) == []
    store.derive()
    assert store.page("modules", Filters(), Order()) == before
    assert keys(store, text="kaffee") == ["alpha"]
