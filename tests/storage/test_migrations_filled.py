"""Every revision, one by one, up and down, on a filled database of each kind: nothing that was there is lost.

A colleague who adds a revision has nothing to do here. Where a step loses or changes something, the message names the
revision, the table and the value.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, MetaData, select

from accounts import KeyRing
from layouts import Releases
from modules import ContentStore
from recommender import ItemStore
from storage import Blobs, Database, Seals, migrate, roll_down, verify
from storage.migrate import known_revisions, migrate_to
from tests.storage import first_world
from tests.storage.test_migrations import PACKAGES

SEALS = Seals(b"a key")
STEPS = known_revisions()

RENAMED = {("releases", "digest")}
"""Values of the first version that a later one writes in another way, and writes back on the way down."""

SHORTEST = 6
"""Characters of a value that is found by chance nowhere else."""


@pytest.fixture(autouse=True)
def every_table_is_declared() -> None:
    for package in PACKAGES:
        importlib.import_module(package)


@pytest.fixture
def filled(empty_database: Database) -> Iterator[Database]:
    """A database of the very first revision in which there is everything."""
    database = Database(empty_database.url, SEALS)
    with database.write() as connection:
        migrate_to(connection, STEPS[0])
        first_world.put(connection, first_world.first_world())
    yield database
    database.close()


def values(world: first_world.Rows) -> Iterator[tuple[str, str, str | bytes]]:
    """Table, column and value of all that must be found again, whatever the tables are called by then."""
    for table, rows in world.items():
        for row in rows:
            for column, value in row.items():
                if isinstance(value, str | bytes) and len(value) >= SHORTEST and (table, column) not in RENAMED:
                    yield table, column, value


def held(connection: Connection) -> tuple[str, bytes]:
    """All texts and all bytes of a database, one after the other."""
    metadata = MetaData()
    metadata.reflect(connection)
    texts, blobs = [], []
    for table in metadata.sorted_tables:
        for row in connection.execute(select(table)):
            for value in row:
                if isinstance(value, bytes | memoryview):
                    blobs.append(bytes(value))
                elif value is not None:
                    texts.append(str(value))
    return "\n".join(texts), b"\n".join(blobs)


def lost(connection: Connection, world: first_world.Rows) -> list[str]:
    """What is nowhere any more."""
    texts, blobs = held(connection)
    return sorted(
        {
            f"{table}.{column}: {value!r:.80}"
            for table, column, value in values(world)
            if not (value in texts if isinstance(value, str) else value in blobs)
        }
    )


def nothing_lost(database: Database, world: first_world.Rows, words: str) -> None:
    __tracebackhide__ = True
    with database.read() as connection:
        missing = lost(connection, world)
    if missing:
        pytest.fail("\n  ".join([f"{words} loses what was there:", *missing[:10]]), pytrace=False)


def test_step_by_step_up_and_down_and_up_again_nothing_is_lost(filled: Database) -> None:
    world = first_world.first_world()
    with filled.read() as connection:
        before = first_world.everything(connection)
    for step in STEPS[1:]:
        with filled.write() as connection:
            migrate_to(connection, step)
        nothing_lost(filled, world, f"the upgrade to {step}")
    with filled.read() as connection:
        newest = first_world.everything(connection, without="seq")
    for step in reversed(STEPS[:-1]):
        roll_down(filled, step)
        nothing_lost(filled, world, f"the way down to {step}")
    with filled.read() as connection:
        after = first_world.everything(connection)
    for table, rows in before.items():
        assert after[table] == rows, f"after all the way up and down {table} is not as it was"
    migrate(filled)
    with filled.read() as connection:
        again = first_world.everything(connection, without="seq")  # the database counts on
    for table, rows in newest.items():
        if table != "audit_head":  # it tells the moment of the revision
            assert again[table] == rows, f"up again, {table} is not as it was the first time"


def test_what_the_first_version_left_is_read_by_this_one(filled: Database, tmp_path: object) -> None:
    """Content with its drafts and history, releases, keys, people, items."""
    migrate(filled)
    contents, releases = ContentStore(filled, Blobs(tmp_path)), Releases(filled)  # type: ignore[arg-type]
    assert contents.manifest() == first_world.DRAFTS
    assert releases.manifest("r1-first") == first_world.FIRST
    assert releases.manifest("r2-second") == first_world.SECOND
    served = releases.published()
    assert served is not None
    assert (served.id, served.name, served.author) == ("r1-first", "Release r1-first", "eve")
    assert [(move.release, move.action.value, move.by) for move in releases.publications()] == [
        ("r1-first", "rollback", "fay"),
        ("r2-second", "publish", "eve"),
        ("r1-first", "publish", "eve"),
    ]
    hero = contents.history(*first_world.HERO)
    assert [(one.version, one.author) for one in hero] == [(3, "dan"), (2, "bob"), (1, "ann")]
    digests = {*first_world.FIRST.values(), *first_world.SECOND.values(), *first_world.DRAFTS.values()}
    bodies = contents.content(digests)
    assert {digest: first_world.digest_of(body) for digest, body in bodies.items()} == {d: d for d in digests}
    assert KeyRing(filled).find(first_world.SECRET, 5_000.0) is not None
    assert [item.brand for item in ItemStore(filled).all()] == ["Moka & Söhne"]
    with filled.read() as connection:
        assert verify(connection, SEALS).sound
