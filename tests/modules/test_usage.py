"""Where is this used? What is used, or served, does not go away unless somebody says why it must."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import delete, select

from modules import ContentStore, InUse, Name, StillPublished, UnknownContent, Where
from modules.tables import derived, edges
from storage import Database
from storage.audit import log

BODIES: dict[Name, Any] = {
    ("attributes", "shop"): {
        "attributes": [{"path": "profile.orders", "type": "number"}, {"path": "profile.bought.*", "type": "number"}],
        "events": [{"type": "Viewed"}],
    },
    ("segments", "vip"): {"title": "VIP", "logic": {">": [{"var": "profile.orders"}, 9]}},
    ("rules", "buyers"): {"title": "Buyers", "logic": {"in_segment": "vip"}},
    ("rules", "tea"): {"title": "Tea", "logic": {">": [{"var": "profile.bought.tea"}, 1]}},
    ("types", "card"): {"title": "Card", "fields": {"tip": {"kind": "reference"}}},
    ("modules", "one"): {"type": "card", "targeting": "buyers", "locales": {"en": {"tip": "two"}}},
    ("modules", "two"): {"type": "card", "locales": {"en": {"tip": "two"}}},
    ("layouts", "home"): {"title": "Home", "slots": [{"key": "a", "pinned": ["one"]}]},
}


def encoded(*names: Name) -> dict[Name, bytes]:
    return {name: json.dumps(BODIES[name]).encode() for name in names or BODIES}


@pytest.fixture
def store(database: Database) -> ContentStore:
    store = ContentStore(database)
    store.put_all(encoded(), author="ann", now=1.0)
    return store


def users(store: ContentStore, name: str, **within: Any) -> list[str]:
    return [f"{use.kind}/{use.key}{use.pointer}" for use in store.users(*name.split("/"), **within)]


def publish(store: ContentStore, database: Database, *gone: Name) -> None:
    with database.write() as connection:
        store.published(connection, {**store.manifest(), **dict.fromkeys(gone)}, at=2.0)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rules/buyers", ["modules/one/targeting"]),
        ("segments/vip", ["rules/buyers/logic"]),
        ("types/card", ["modules/one/type", "modules/two/type"]),
        ("modules/one", ["layouts/home/slots/0/pinned/0"]),
        ("modules/two", ["modules/one/locales/en/tip"]),
        ("attributes/shop", ["rules/tea/logic", "segments/vip/logic"]),
        ("layouts/home", []),
    ],
)
def test_who_uses_it_is_told_with_the_place(store: ContentStore, name: str, expected: list[str]) -> None:
    """Itself is no user; the facts of a set are used by whoever reads them or a part of them."""
    assert users(store, name) == expected


def test_each_state_has_its_own_users(store: ContentStore, database: Database) -> None:
    """The same edges answer for the drafts, for what is published and for any manifest."""
    before = store.manifest()
    publish(store, database)
    store.put("layouts", "home", b'{"title": "Home", "slots": [{"key": "a", "pinned": ["two"]}]}', author="b", now=3.0)
    assert users(store, "modules/one") == []
    assert users(store, "modules/one", within="published") == ["layouts/home/slots/0/pinned/0"]
    assert users(store, "modules/one", within=before) == ["layouts/home/slots/0/pinned/0"]
    assert users(store, "modules/two", within=store.manifest()) == ["layouts/home/slots/0/pinned/0",
                                                                    "modules/one/locales/en/tip"]  # fmt: skip


def test_users_come_a_page_at_a_time(store: ContentStore) -> None:
    first = store.users("types", "card", limit=1)
    assert [use.key for use in first] == ["one"]
    assert [use.key for use in store.users("types", "card", after=first[0], limit=1)] == ["two"]


@pytest.mark.parametrize("past", ["deleted", "archived"])
def test_what_is_used_does_not_go_and_the_users_are_listed(store: ContentStore, past: str) -> None:
    go = store.delete_all if past == "deleted" else store.archive
    with pytest.raises(InUse) as refused:
        go([("rules", "buyers"), ("rules", "tea")], author="ann", now=2.0)
    assert [(use.kind, use.key, use.pointer) for use in refused.value.uses] == [("modules", "one", "/targeting")]
    assert [f.pointer for f in refused.value.findings] == ["/modules/one/targeting"]
    assert store.get("rules", "tea") is not None, "all or none"


def test_what_goes_with_its_users_goes(store: ContentStore) -> None:
    store.delete_all([("rules", "buyers"), ("modules", "one"), ("layouts", "home")], author="ann", now=2.0)
    assert {key for _, key in store.manifest()} == {"shop", "vip", "tea", "card", "two"}
    store.delete("segments", "vip", author="ann", now=3.0)


def test_what_is_served_does_not_go_until_it_is_served_no_longer(store: ContentStore, database: Database) -> None:
    publish(store, database)
    with pytest.raises(StillPublished):
        store.delete("layouts", "home", author="ann", now=3.0)
    with pytest.raises(StillPublished):
        store.archive([("layouts", "home")], author="ann", now=3.0)
    publish(store, database, ("layouts", "home"))
    store.delete("layouts", "home", author="ann", now=3.0)


def test_a_reason_overrides_and_is_recorded(store: ContentStore, database: Database) -> None:
    publish(store, database)
    store.delete("rules", "buyers", author="ann", now=3.0, override="the lawyers say so")
    assert store.get("rules", "buyers") is None
    with database.read() as connection:
        row = connection.execute(select(log.c.who, log.c.what, log.c.note).order_by(log.c.seq.desc())).first()
    assert row == ("ann", "rules/buyers", "the lawyers say so")


def test_the_archived_are_in_no_release_and_come_back_as_they_were(store: ContentStore) -> None:
    home = store.get("layouts", "home")
    store.archive([("layouts", "home")], author="ann", now=2.0)
    assert ("layouts", "home") not in store.manifest()
    assert "home" not in store.known("layouts")
    assert store.list("layouts") == []
    store.unarchive([("layouts", "home")], author="ben", now=3.0)
    assert store.get("layouts", "home") == home


def test_the_archived_still_count_when_something_they_name_is_deleted(store: ContentStore) -> None:
    """They would come back broken; put away together they rest."""
    store.archive([("layouts", "home"), ("modules", "one")], author="ann", now=2.0)
    with pytest.raises(InUse):
        store.delete("rules", "buyers", author="ann", now=3.0)
    store.archive([("rules", "buyers")], author="ann", now=3.0)


def test_putting_away_what_is_not_there_says_what_is(store: ContentStore) -> None:
    with pytest.raises(UnknownContent, match="did you mean 'buyers'"):
        store.archive([("rules", "buyer")], author="ann", now=2.0)


def test_what_is_derived_is_made_anew_once(store: ContentStore, database: Database) -> None:
    """An older database has bodies and no edges; the next start brings them."""
    with database.write() as connection:
        connection.execute(delete(edges))
    store.derive()
    assert users(store, "rules/buyers") == ["modules/one/targeting"]
    with database.write() as connection:
        connection.execute(delete(edges))
    store.derive()
    assert users(store, "rules/buyers") == []
    with database.write() as connection:
        connection.execute(delete(derived))
    store.derive()
    assert users(store, "modules/two") == ["modules/one/locales/en/tip"]


def test_a_field_that_changes_its_kind_changes_what_its_modules_use(store: ContentStore, database: Database) -> None:
    """The edges of what is published stay: there the type is still the other one."""
    text = {"title": "Card", "fields": {"tip": {"kind": "text"}}}
    store.put("types", "card", json.dumps(text).encode(), author="ann", now=2.0)
    assert users(store, "modules/two") == []
    assert [hit.key for hit in store.search("two", Where(["modules"])).items] == ["two", "one"]
    store.put("types", "card", json.dumps(BODIES[("types", "card")]).encode(), author="ann", now=3.0)
    publish(store, database)
    store.put("types", "card", json.dumps(text).encode(), author="ann", now=4.0)
    assert users(store, "modules/two", within="published") == ["modules/one/locales/en/tip"]


def test_modules_may_be_saved_before_their_type(database: Database) -> None:
    store = ContentStore(database)
    for name in reversed(BODIES):
        store.put(*name, encoded(name)[name], author="ann", now=1.0)
    assert users(store, "modules/two") == ["modules/one/locales/en/tip"]


def test_content_that_nobody_checked_names_nothing(store: ContentStore) -> None:
    for content in (b"{", b"[]", b'{"logic": {"nonsense": 1}}', b'{"type": 3, "locales": []}'):
        for kind in ("modules", "rules", "layouts", "types", "experiments"):
            store.put(kind, "odd", content, author="ann", now=2.0)
    assert store.references({("modules", "odd"): store.manifest()[("modules", "odd")]}) == {("modules", "odd"): []}


def test_a_type_names_the_types_that_its_references_have_and_what_its_defaults_ask_for(store: ContentStore) -> None:
    fields = {
        "tips": {"kind": "reference", "to": ["card", "tip"], "many": True},
        "steps": {"kind": "list", "of": {"next": {"kind": "reference", "to": "card"}}},
        "heading": {"kind": "text", "default": 'Hi {{ profile.orders | default("you") }}'},
    }
    body = {"type": "news", "locales": {"en": {"tips": ["two", "one"]}}}
    made = {("types", "news"): {"title": "News", "fields": fields}, ("modules", "news"): body}
    store.put_all({name: json.dumps(one).encode() for name, one in made.items()}, author="ann", now=3.0)
    assert [use for use in users(store, "types/card") if "news" in use] == [
        "types/news/fields/steps/of/next/to",
        "types/news/fields/tips/to/0",
    ]
    assert "types/news/fields/heading/default" in users(store, "attributes/shop")
    assert "modules/news/locales/en/tips/0" in users(store, "modules/two")
