"""A migration is undone to the very bytes; what was edited since is told, and becomes what its editor wants."""

from __future__ import annotations

import pytest

from modules import ContentStore, Edited, Migration, MigrationRefused, Migrations, State
from storage import Database

from .offers import MANY, NEW, OLD, encoded, filled, finish, module, moved, name, read, save, start


@pytest.fixture
def store(database: Database) -> ContentStore:
    return filled(database)


@pytest.fixture
def migrations(store: ContentStore, database: Database) -> Migrations:
    return Migrations(store, database)


@pytest.fixture
def done(migrations: Migrations) -> Migration:
    """The migration, at its end."""
    begun = start(migrations)
    return finish(migrations, begun)


def revert(migrations: Migrations, done: Migration, edited: Edited = Edited.KEEP) -> Migration:
    begun = migrations.revert("card", done.id, edited, author="cat", now=4.0)
    return finish(migrations, begun, 5.0)


def test_a_migration_is_undone_to_the_very_bytes(migrations: Migrations, store: ContentStore, done: Migration) -> None:
    undone = revert(migrations, done)
    assert (undone.state, undone.reverts, undone.total) == (State.DONE, done.id, MANY)
    manifest = store.manifest()
    assert store.content([manifest["modules", name(9)]])[manifest["modules", name(9)]] == encoded(module(9))
    assert read(store, "card", "types") == OLD
    assert [one.author for one in store.history("modules", name(9))] == ["cat", "bob", "ann"]


def test_what_was_edited_since_is_told_and_kept_if_it_fits_merged_or_given_up(
    migrations: Migrations, store: ContentStore, done: Migration
) -> None:
    edited = {**moved(2), "tags": ["edited"]}
    save(store, name(2), edited)
    save(store, "newcomer", {"type": "card", "locales": {"en": {"price": "x"}}})
    with pytest.raises(MigrationRefused) as refused:
        revert(migrations, done)
    assert {one.pointer.split("/")[2] for one in refused.value.findings} == {name(2), "newcomer"}
    assert (refused.value.report["edited"], refused.value.report["made"]) == ([name(2)], ["newcomer"])
    assert read(store, "card", "types") == NEW
    store.delete("modules", "newcomer", author="eve", now=4.0)
    merged = revert(migrations, done, Edited.MERGE)
    assert merged.report["modules"] == {"total": MANY, "edited": 1, "made": 0, "gone": 0}
    assert read(store, name(2)) == {**module(2), "tags": ["edited"]}


def test_an_edit_of_what_the_migration_changed_clashes_and_can_be_given_up(
    migrations: Migrations, store: ContentStore, done: Migration
) -> None:
    edited = moved(2)
    edited["locales"]["en"]["price"] = "ninety"
    save(store, name(2), edited)
    with pytest.raises(MigrationRefused) as refused:
        revert(migrations, done, Edited.MERGE)
    assert refused.value.findings[0].pointer == f"/modules/{name(2)}/locales/en/price"
    assert revert(migrations, done, Edited.RESTORE).state is State.DONE
    assert read(store, name(2)) == module(2)
    assert "ninety" in str([store.content([r.digest])[r.digest] for r in store.history("modules", name(2))])


def test_only_the_newest_state_of_a_type_is_undone(
    migrations: Migrations, store: ContentStore, done: Migration
) -> None:
    store.put("types", "card", encoded({**NEW, "title": "Other"}), author="eve", now=3.5)
    with pytest.raises(MigrationRefused, match="changed since"):
        revert(migrations, done)
