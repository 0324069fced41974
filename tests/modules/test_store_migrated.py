"""A store that was filled before bodies and revisions were apart comes up with all its content, and goes down again."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from modules import ContentStore
from storage import Database, migrate, roll_down

BEFORE = "0002"
ONE, TWO, THREE = b'{"n":1}', b'{"n":2}', b"\x00\xff picture"


@pytest.fixture
def filled(empty_database: Database) -> Database:
    """A database as an earlier version left it: `back` went back to its first bytes, `gone` has no draft any more."""
    migrate(empty_database)
    roll_down(empty_database, BEFORE)
    revision = "INSERT INTO revisions (kind, key, digest, content, author, created_at) VALUES (:k, :n, :d, :c, :a, :t)"
    draft = "INSERT INTO drafts (kind, key, digest, version, updated_at, updated_by) VALUES (:k, :n, :d, :v, :t, :a)"
    with empty_database.write() as connection:
        for kind, key, digest, content, author, at in (
            ("rules", "back", "d1", ONE, "ann", 1.0),
            ("rules", "back", "d2", TWO, "ben", 2.0),
            ("rules", "gone", "d1", ONE, "ann", 3.0),
            ("assets", "dot.png", "d3", THREE, "ann", 4.0),
        ):
            row = {"k": kind, "n": key, "d": digest, "c": content, "a": author, "t": at}
            connection.execute(text(revision), row)
        rows = [
            {"k": "rules", "n": "back", "d": "d1", "v": 3, "t": 5.0, "a": "cid"},
            {"k": "assets", "n": "dot.png", "d": "d3", "v": 1, "t": 4.0, "a": "ann"},
        ]
        connection.execute(text(draft), rows)
        connection.execute(text("INSERT INTO releases VALUES (1, 'r1', 'First', 'ann', 6.0, 'x')"))
        connection.execute(text("INSERT INTO release_entries VALUES ('r1', 'rules', 'back', 'd2')"))
        connection.execute(text("INSERT INTO publications VALUES (1, 'r1', 6.0, 'ann', 'publish')"))
        connection.execute(text("INSERT INTO pointers VALUES ('published', 'r1')"))
    return empty_database


def test_all_content_and_all_history_comes_up(filled: Database) -> None:
    migrate(filled)
    store = ContentStore(filled)
    assert store.manifest() == {("rules", "back"): "d1", ("assets", "dot.png"): "d3"}
    assert store.content(["d1", "d2", "d3"]) == {"d1": ONE, "d2": TWO, "d3": THREE}
    told = [(r.version, r.digest, r.author, r.created_at) for r in store.history("rules", "back")]
    assert told == [(3, "d1", "cid", 5.0), (2, "d2", "ben", 2.0), (1, "d1", "ann", 1.0)]
    draft = store.get("rules", "back")
    assert draft is not None
    assert (draft.version, draft.created_by, draft.created_at, draft.archived_at) == (3, "ann", 1.0, None)
    assert [r.version for r in store.history("rules", "gone")] == [1]
    with filled.read() as connection:
        served = connection.execute(text("SELECT kind, key, digest, since FROM published")).all()
    assert [tuple(row) for row in served] == [("rules", "back", "d2", 6.0)]


def test_a_save_after_it_goes_on_from_the_last_version(filled: Database) -> None:
    migrate(filled)
    store = ContentStore(filled)
    assert store.put("rules", "back", b"{}", author="dan", now=9.0).version == 4
    assert store.put("rules", "gone", b"{}", author="dan", now=9.0).version == 2


def test_going_down_keeps_every_body_with_its_first_revision(filled: Database) -> None:
    migrate(filled)
    ContentStore(filled).put("rules", "back", TWO, author="dan", now=9.0)
    roll_down(filled, BEFORE)
    with filled.read() as connection:
        rows = connection.execute(text("SELECT key, digest, content, author FROM revisions ORDER BY seq")).all()
        drafts = connection.execute(text("SELECT key, version FROM drafts ORDER BY key")).all()
    kept = [(row.key, row.digest, bytes(row.content), row.author) for row in rows]
    backs = [("back", "d1", ONE, "ann"), ("back", "d2", TWO, "ben")]
    assert kept[:4] == [*backs, ("gone", "d1", ONE, "ann"), ("dot.png", "d3", THREE, "ann")]
    assert [tuple(row) for row in drafts] == [("back", 4), ("dot.png", 1)]
