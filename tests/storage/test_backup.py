"""A backup is whole or none, is proved byte for byte, and comes back all of it or not at all."""

from __future__ import annotations

import stat
import tracemalloc
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from modules import ContentStore
from storage import (
    Act,
    BackupError,
    Base,
    Blobs,
    Database,
    Notice,
    Seals,
    check_backup,
    emit,
    make_backup,
    migrate,
    read_log,
    restore_backup,
    verify,
)
from storage.backup.restoring import batches
from storage.migrate import migrate_to

SEALS = Seals(b"a key")
NOW = 1_750_000_000.0
BODY = '{"title": "Ärger 💥", "logic": false}'.encode()


class Place:
    """A database with its blobs and secrets."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.blobs, self.secrets = Blobs(folder / "blobs"), folder / "secrets"

    def open(self) -> Database:
        """The database."""
        return Database(self.url, SEALS)

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        database = self.open()
        try:
            with database.read() as connection:
                names = inspect(connection).get_table_names()
                return {n: connection.scalar(text(f'SELECT count(*) FROM "{n}"')) or 0 for n in names}
        finally:
            database.close()


@pytest.fixture
def filled(sqlite_url: str, tmp_path: Path) -> Place:
    """A place where something was done."""
    place = Place(sqlite_url, tmp_path / "filled")
    place.secrets.mkdir(parents=True)
    (place.secrets / "audit.key").write_text("secret\n")
    place.blobs.put(b"weights")
    database = place.open()
    migrate(database)
    contents = ContentStore(database, place.blobs)
    for n in range(3):
        contents.put(
            "rules", f"r{n}", b'{"title": "\xc3\x84rger \xf0\x9f\x92\xa5", "logic": false}', author="ann", now=NOW + n
        )
    with database.write() as connection:
        emit(connection, Notice("content.saved", "modules/x", NOW, {"deep": [1, 2.5, None, {"a": "ü"}]}))
    database.close()
    return place


def kept(place: Place, target: Path) -> str:
    database = place.open()
    try:
        _, digest = make_backup(database, place.blobs, place.secrets, target, version="test", now=NOW)
    finally:
        database.close()
    return digest


def test_a_backup_is_for_its_owner_s_eyes_and_the_same_data_make_the_same(filled: Place, tmp_path: Path) -> None:
    digest = kept(filled, tmp_path / "one.zip")
    assert kept(filled, tmp_path / "two.zip") == digest
    assert check_backup(tmp_path / "one.zip")[1] == digest
    assert stat.S_IMODE((tmp_path / "one.zip").stat().st_mode) == 0o600
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_all_is_there_again_in_a_database_of_each_kind(filled: Place, empty_place: Place, tmp_path: Path) -> None:
    kept(filled, tmp_path / "b.zip")
    act = Act("ann", "database.restore", "database", NOW)
    restore_backup(tmp_path / "b.zip", empty_place.open, empty_place.blobs, empty_place.secrets, act=act)
    before, after = filled.rows(), empty_place.rows()
    told = {name for name in before | after if before.get(name, 0) != after.get(name, 0)}
    derived = {name for name, table in Base.metadata.tables.items() if table.info.get("derived")}
    assert {name for name in told if not name.startswith("fulltext_")} <= {"audit_log", *derived}
    assert empty_place.blobs.get(sha256(b"weights").hexdigest()) == b"weights"
    assert (empty_place.secrets / "audit.key").read_text() == "secret\n"
    database = empty_place.open()
    with database.write() as connection:
        assert verify(connection, SEALS).sound
        assert [row.action for row in read_log(connection, limit=2)] == ["database.restore", "content.save"]
        # Numbers go on where they were.
        emit(connection, Notice("content.saved", "modules/x", NOW))
    database.close()
    kept(empty_place, tmp_path / "again.zip")
    one, two = check_backup(tmp_path / "b.zip")[0].tables, check_backup(tmp_path / "again.zip")[0].tables
    assert {n for n in one if one[n] != two[n]} == {"audit_log", "audit_head", "outbox"}


def test_what_is_there_is_not_overwritten_unasked(filled: Place, tmp_path: Path) -> None:
    kept(filled, tmp_path / "b.zip")
    (filled.secrets / "audit.key").write_text("newer\n")
    rows = filled.rows()
    with pytest.raises(BackupError, match="not empty"):
        restore_backup(tmp_path / "b.zip", filled.open, filled.blobs, filled.secrets)
    assert (filled.rows(), (filled.secrets / "audit.key").read_text()) == (rows, "newer\n")
    database = filled.open()
    ContentStore(database, filled.blobs).put("rules", "later", b'{"logic": true}', author="bob", now=NOW)
    database.close()
    restore_backup(tmp_path / "b.zip", filled.open, filled.blobs, filled.secrets, replace=True)
    assert (filled.rows()["drafts"], (filled.secrets / "audit.key").read_text()) == (3, "secret\n")


def test_a_table_that_a_module_of_sqlite_keeps_is_neither_kept_nor_in_the_way(filled: Place, tmp_path: Path) -> None:
    database = filled.open()
    with database.write() as connection:
        connection.execute(text("CREATE VIRTUAL TABLE words_found USING fts5(words)"))
        connection.execute(text("INSERT INTO words_found VALUES ('some words')"))
    database.close()
    kept(filled, tmp_path / "b.zip")
    assert not [name for name in check_backup(tmp_path / "b.zip")[0].tables if name.startswith("words_found")]
    restore_backup(tmp_path / "b.zip", filled.open, filled.blobs, filled.secrets, replace=True)
    assert not [name for name in filled.rows() if name.startswith("words_found")]


def change(member: str, edit: Callable[[bytes], bytes | None]) -> Callable[[Path], None]:
    """Write an archive anew with one member changed, or left out."""

    def do(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        names = [name for name in members if member in name]
        assert names
        changed = edit(members[names[0]])
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                if name != names[0]:
                    archive.writestr(name, content)
                elif changed is not None:
                    archive.writestr(name, changed)

    return do


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def add(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("tables/more.jsonl", "")


BROKEN = {
    "a row changed": change("tables/drafts", lambda data: data.replace(b"ann", b"bob")),
    "a row lost": change("tables/audit_log", lambda data: data.partition(b"\n")[2]),
    "a row twice": change("tables/outbox", lambda data: data + data),
    "a table lost": change("tables/bodies", lambda _: None),
    "a blob changed": change("blobs/", lambda data: data + b"!"),
    "a blob lost": change("blobs/", lambda _: None),
    "a secret changed": change("secrets/", lambda _: b"other"),
    "no manifest": change("manifest.json", lambda _: None),
    "a manifest of nothing": change("manifest.json", lambda _: b"[]"),
    "a manifest of tomorrow": change("manifest.json", lambda data: data.replace(b'"form": 1', b'"form": 2')),
    "a revision of tomorrow": change("manifest.json", lambda data: data.replace(b'"revision": "', b'"revision": "9')),
    "a secret elsewhere": change("manifest.json", lambda data: data.replace(b'"audit.key"', b'"../audit.key"')),
    "more than is told": add,
    "cut off": cut,
    "something else": lambda path: path.write_bytes(b"PK or not"),
    "nothing": lambda path: path.unlink(),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_is_not_whole_is_refused_and_touches_nothing(
    filled: Place, tmp_path: Path, broken: Callable[[Path], object]
) -> None:
    kept(filled, tmp_path / "b.zip")
    broken(tmp_path / "b.zip")
    target = Place(f"sqlite:///{tmp_path}/target.db", tmp_path / "target")
    with pytest.raises(BackupError):
        restore_backup(tmp_path / "b.zip", target.open, target.blobs, target.secrets)
    assert target.rows() == {}
    assert [path for path in target.folder.rglob("*") if path.is_file()] == []


def test_a_restore_that_fails_in_the_middle_leaves_all_as_it_was(
    filled: Place, empty_place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(filled, tmp_path / "b.zip")

    def fail(*_: object) -> None:
        raise RuntimeError("the power went out")

    monkeypatch.setattr("storage.backup.restoring._go_on_counting", fail)
    with pytest.raises(RuntimeError):
        restore_backup(tmp_path / "b.zip", empty_place.open, empty_place.blobs, empty_place.secrets)
    assert empty_place.rows() == {}
    assert [path for path in empty_place.folder.rglob("*") if path.is_file()] == []


def test_an_older_backup_is_brought_to_the_present_shape(empty_place: Place, sqlite_url: str, tmp_path: Path) -> None:
    """Here one of the very first revision; its content is there after all the revisions since."""
    older = Place(sqlite_url, tmp_path / "older")
    database = older.open()
    body = b'{"title": "Old"}'
    with database.write() as connection:
        migrate_to(connection, "0001")
        connection.execute(
            text("INSERT INTO revisions VALUES (1, :digest, 'rules', 'old', :body, 'ann', 5.0)"),
            {"digest": sha256(body).hexdigest(), "body": body},
        )
        connection.execute(
            text("INSERT INTO drafts VALUES ('rules', 'old', :digest, 1, 5.0, 'ann')"),
            {"digest": sha256(body).hexdigest()},
        )
    database.close()
    kept(older, tmp_path / "b.zip")
    restore_backup(tmp_path / "b.zip", empty_place.open, empty_place.blobs, empty_place.secrets)
    database = empty_place.open()
    store = ContentStore(database, empty_place.blobs)
    draft = store.get("rules", "old")
    assert draft is not None
    assert store.content([draft.digest])[draft.digest] == body
    database.close()


def test_memory_does_not_grow_with_what_is_kept(filled: Place, tmp_path: Path) -> None:
    """Twenty megabytes more of bodies, and as much of blobs, take no more memory."""
    peaks = []
    for numbers in (range(4), range(4, 24)):
        database = filled.open()
        with database.write() as connection:
            for n in numbers:
                body = sha256(b"%d" % n).digest() * 32_768
                told = {"digest": sha256(body).hexdigest(), "content": body}
                connection.execute(text("INSERT INTO bodies (digest, content) VALUES (:digest, :content)"), told)
                filled.blobs.put(body[:-1])
        database.close()
        tracemalloc.start()
        kept(filled, tmp_path / "b.zip")
        check_backup(tmp_path / "b.zip")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 4_000_000


def test_rows_are_put_back_in_parts() -> None:
    """Many small ones at once, large ones one by one."""
    assert [len(batch) for batch in batches(iter([b"x"] * 1_200))] == [500, 500, 200]
    assert [len(batch) for batch in batches(iter([b"x" * 2_000_000] * 3))] == [1, 1, 1]


@pytest.fixture
def empty_place(database_url: str, tmp_path: Path) -> Place:
    """A place of each kind where nothing was ever done."""
    return Place(database_url.replace("intarsia.db", "other.db"), tmp_path / "empty")
