from __future__ import annotations

from dataclasses import replace

import pytest

from recommender import Item, ItemStore
from storage import Database, read_log
from tests.recommender.worlds import NOW, shop

BEANS = Item(
    id="beans",
    name="Whole beans",
    category="coffee",
    price=7.99,
    currency="EUR",
    brand="Moka",
    image="beans.svg",
    url="/p/beans",
    tags=frozenset({"organic", "fair"}),
    available=False,
    department="Drinks",
    size="1 kg",
)


@pytest.fixture
def store(database: Database) -> ItemStore:
    return ItemStore(database)


def test_what_is_written_comes_back_whole(store: ItemStore) -> None:
    plain = Item("plain", "Plain", "bread")
    assert store.upsert([plain, BEANS], NOW) == 2
    assert store.all() == (BEANS, plain)


def test_a_known_item_takes_its_new_body(store: ItemStore) -> None:
    store.upsert([BEANS, Item("other", "Other", "tea")], NOW)
    store.upsert([replace(BEANS, price=6.49, tags=frozenset())], NOW + 1)
    assert store.get(["beans"]) == (replace(BEANS, price=6.49, tags=frozenset()),)
    assert len(store.all()) == 2


def test_the_last_of_two_bodies_in_one_feed_wins(store: ItemStore) -> None:
    assert store.upsert([BEANS, replace(BEANS, name="New name")], NOW) == 1
    assert store.all() == (replace(BEANS, name="New name"),)


def test_items_come_in_the_order_asked_for_and_missing_ones_are_left_out(store: ItemStore) -> None:
    store.upsert(shop(), NOW)
    assert [item.id for item in store.get(["white-01", "gone", "black-02"])] == ["white-01", "black-02"]


def test_a_large_feed_is_written_in_chunks_and_tells_how_far_it_is(store: ItemStore) -> None:
    told: list[tuple[int, int]] = []
    feed = [Item(f"item-{n:04}", f"Item {n}", "bread") for n in range(1200)]
    store.upsert(feed, NOW, lambda done, of: told.append((done, of)))
    assert told == [(500, 1200), (1000, 1200), (1200, 1200)]
    assert store.all() == tuple(feed)


def test_every_change_raises_the_version_and_what_changes_nothing_does_not(store: ItemStore) -> None:
    assert store.version() == 0
    store.upsert([], NOW)
    assert store.version() == 0
    store.upsert([BEANS], NOW)
    first = store.version()
    assert store.set_availability("beans", True, NOW)
    second = store.version()
    assert not store.set_availability("beans", True, NOW)
    assert not store.set_availability("gone", True, NOW)
    assert 0 < first < second == store.version()


def test_availability_changes_nothing_else(store: ItemStore) -> None:
    store.upsert([BEANS], NOW)
    store.set_availability("beans", True, NOW + 5)
    assert store.all() == (replace(BEANS, available=True),)


def test_a_feed_that_breaks_halfway_leaves_nothing(store: ItemStore) -> None:
    feed = [Item(f"item-{n:04}", "Item", "bread") for n in range(600)]

    def break_down(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.upsert(feed, NOW, break_down)
    assert store.all() == ()
    assert store.version() == 0


def test_each_change_of_the_feed_is_an_act_and_no_change_is_none(store: ItemStore, database: Database) -> None:
    store.upsert(shop(1), NOW, author="nightly feed")
    store.set_availability(shop(1)[0].id, True, NOW + 1)
    store.set_availability(shop(1)[0].id, False, NOW + 2, author="till")
    with database.read() as connection:
        acts = [(row.who, row.action, row.what, row.note) for row in read_log(connection, oldest=True)]
    assert acts == [
        ("nightly feed", "items.write", "items", "2 items"),
        ("till", "items.availability", f"items/{shop(1)[0].id}", "cannot be had"),
    ]
