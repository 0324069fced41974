"""Pictures are kept among the blobs, everything else in the database; what was kept before is still read."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from modules import (
    ContentStore,
    digest_of,
    harmed_pictures,
    pictures_in_use,
    pictures_into_blobs,
    pictures_into_database,
)
from storage import BlobError, Blobs, BlobsAway, Database

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>\n'
ODD = b'{"title": "Not a picture"}'
DOT, RULE = ("assets", "dot.svg"), ("rules", "regulars")


class Away(Blobs):
    """Blobs that do not answer."""

    def put(self, content: bytes) -> str:
        raise BlobsAway(digest_of(content), "does not answer", "try again")

    def get(self, digest: str) -> bytes:
        raise BlobsAway(digest, "does not answer", "try again")


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@pytest.fixture
def store(database: Database, blobs: Blobs) -> ContentStore:
    return ContentStore(database, blobs)


def in_sql(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.execute(text("SELECT digest FROM bodies")).scalars())


def in_blobs(blobs: Blobs) -> set[str]:
    return {digest for digest, _ in blobs.ages()}


def test_a_picture_is_among_the_blobs_and_a_rule_in_the_database(
    store: ContentStore, database: Database, blobs: Blobs
) -> None:
    store.put_all({DOT: SVG, RULE: ODD}, author="ann", now=1.0)
    assert in_blobs(blobs) == {digest_of(SVG)}
    assert in_sql(database) == {digest_of(ODD)}
    assert store.content([digest_of(SVG), digest_of(ODD), "0" * 64]) == {digest_of(SVG): SVG, digest_of(ODD): ODD}


def test_a_picture_that_was_kept_in_the_database_is_read_and_moved_and_moved_back(
    database: Database, blobs: Blobs, store: ContentStore
) -> None:
    ContentStore(database).put_all({DOT: SVG, RULE: ODD}, author="ann", now=1.0)
    assert store.content([digest_of(SVG)]) == {digest_of(SVG): SVG}
    assert list(pictures_into_blobs(database, blobs)) == [digest_of(SVG)]
    assert in_sql(database) == {digest_of(ODD)} and in_blobs(blobs) == {digest_of(SVG)}
    assert list(pictures_into_blobs(database, blobs)) == [], "once is enough"
    assert list(pictures_into_database(database, blobs)) == [digest_of(SVG)]
    assert ContentStore(database).content([digest_of(SVG)]) == {digest_of(SVG): SVG}


def test_bytes_that_are_a_picture_and_something_else_stay_where_both_are_found(
    database: Database, blobs: Blobs, store: ContentStore
) -> None:
    ContentStore(database).put_all({DOT: ODD, RULE: ODD}, author="ann", now=1.0)
    list(pictures_into_blobs(database, blobs))
    assert in_sql(database) == in_blobs(blobs) == {digest_of(ODD)}
    store.put_all({("assets", "other.svg"): SVG, ("rules", "other"): SVG}, author="ann", now=2.0)
    assert digest_of(SVG) in in_sql(database) & in_blobs(blobs)


def test_nothing_is_saved_while_the_blobs_are_away(database: Database, blobs: Blobs) -> None:
    store = ContentStore(database, Away(blobs.folder))
    with pytest.raises(BlobsAway):
        store.put_all({RULE: ODD, DOT: SVG}, author="ann", now=1.0)
    assert store.manifest() == {}
    with pytest.raises(BlobsAway):
        store.content(["0" * 64])
    store.put(*RULE, ODD, author="ann", now=1.0)
    assert store.content([digest_of(ODD)]) == {digest_of(ODD): ODD}, "other content needs no blobs"


def test_a_save_that_fails_leaves_a_blob_that_nothing_needs(
    database: Database, blobs: Blobs, store: ContentStore
) -> None:
    with pytest.raises(Exception, match="was expected"):
        store.put(*DOT, SVG, author="ann", now=1.0, expect="0" * 64)
    assert in_blobs(blobs) == {digest_of(SVG)}
    with database.read() as connection:
        assert pictures_in_use(connection) == frozenset()


def test_a_picture_that_was_harmed_or_lost_is_named(database: Database, blobs: Blobs, store: ContentStore) -> None:
    for word in ("one", "two", "three"):
        store.put("assets", f"{word}.svg", SVG + word.encode(), author="ann", now=1.0)
    lost, harmed = digest_of(SVG + b"one"), digest_of(SVG + b"two")
    blobs.path(lost).unlink()
    blobs.path(harmed).write_bytes(b"nonsense")
    with database.read() as connection:
        assert dict(harmed_pictures(connection, blobs)) == {lost: "is not in the store", harmed: "is damaged"}
    assert store.content([lost]) == {}
    with pytest.raises(BlobError, match="damaged"):
        store.content([harmed])
    store.put("assets", "one.svg", SVG, author="ann", now=2.0)
    store.put("assets", "one.svg", SVG + b"one", author="ann", now=3.0)
    assert store.content([lost]) == {lost: SVG + b"one"}, "saving it again brings it back"
