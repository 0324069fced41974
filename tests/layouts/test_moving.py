"""Manifests that were kept whole become spans, and become whole again, on a database that is filled. What waited
to be published has no place in the old shape."""

from __future__ import annotations

import importlib
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Connection, column, insert, select, table

from layouts import OpenReleases, Releases, Status, Wanted
from layouts.manifest import digest_of
from storage import Database, migrate, roll_down
from tests.storage.test_migrations import PACKAGES

MANIFESTS = [
    {("modules", "a"): "1" * 64, ("modules", "b"): "2" * 64},
    {},
    {("modules", "a"): "3" * 64, ("modules", "b"): "2" * 64, ("layouts", "home"): "4" * 64},
    {("modules", "a"): "1" * 64, ("layouts", "home"): "4" * 64},
]
RELEASES = table("releases", *(column(name) for name in ("seq", "id", "name", "author", "created_at", "digest")))
ENTRIES = table("release_entries", *(column(name) for name in ("release_id", "kind", "key", "digest")))
POINTERS = table("pointers", column("name"), column("release_id"))


@pytest.fixture(autouse=True)
def every_table_is_declared() -> None:
    for package in PACKAGES:
        importlib.import_module(package)


def old_digest(manifest: dict[tuple[str, str], str]) -> str:
    return sha256("".join(sorted(f"{k}/{n}\t{d}\n" for (k, n), d in manifest.items())).encode()).hexdigest()


def fill(connection: Connection) -> None:
    """Releases with whole manifests; their numbers have a gap."""
    for number, manifest in zip((1, 2, 5, 6), MANIFESTS, strict=True):
        row = {"seq": number, "id": f"r{number}", "name": "x", "author": "ann", "created_at": 1.0}
        connection.execute(insert(RELEASES).values({**row, "digest": old_digest(manifest)}))
        for (kind, key), digest in manifest.items():
            connection.execute(insert(ENTRIES).values(release_id=f"r{number}", kind=kind, key=key, digest=digest))
    connection.execute(insert(POINTERS).values(name="published", release_id="r5"))


def everything(connection: Connection) -> list[list[tuple[Any, ...]]]:
    return [sorted(tuple(r) for r in connection.execute(select(one))) for one in (RELEASES, ENTRIES, POINTERS)]


def test_manifests_move_into_spans_and_back(empty_database: Database) -> None:
    migrate(empty_database)
    roll_down(empty_database, "0003")
    with empty_database.write() as connection:
        fill(connection)
        before = everything(connection)
    migrate(empty_database)
    releases = Releases(empty_database)
    assert [releases.manifest(f"r{n}") for n in (1, 2, 5, 6)] == MANIFESTS
    assert [release.digest for release in reversed(releases.history())] == [digest_of(m) for m in MANIFESTS]
    made = releases.publish_changes(Wanted({("modules", "c"): "5" * 64}), name="on", author="ann", now=2.0)
    assert releases.manifest(made.id) == {**MANIFESTS[2], ("modules", "c"): "5" * 64}
    waits = OpenReleases(empty_database).create("waits", author="ann", now=2.0)
    OpenReleases(empty_database).put(waits.id, {("modules", "c", "de"): "6" * 64}, by="ann", now=2.0)
    roll_down(empty_database, "0003")
    with empty_database.read() as connection:
        after = everything(connection)
    assert [row for row in after[0] if row[1] != made.id] == before[0]
    assert [row for row in after[1] if row[0] != made.id] == before[1]
    assert {row[1:] for row in after[1] if row[0] == made.id} == {
        (k, n, d) for (k, n), d in {**MANIFESTS[2], ("modules", "c"): "5" * 64}.items()
    }
    migrate(empty_database)
    assert releases.manifest("r6") == MANIFESTS[3]
    assert {release.status for release in releases.history()} == {Status.PUBLISHED}
