"""Putting a backup back: everything is proved first, then all of it is there, or nothing has happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from sqlalchemy import Connection, inspect, select, text

from storage.audit import Act, record
from storage.backup.errors import BackupError
from storage.backup.form import Manifest, blob, blobs_of, check, digest_of, lines_of, opened
from storage.backup.making import Tell
from storage.backup.rows import NARROW, VERSIONS, Kept, all_tables, tables_of, virtual_tables
from storage.blobs import BlobStore, write_whole
from storage.database import Database
from storage.migrate import known_revisions, migrate_to

MOST_BYTES: Final = 1 << 20
"""Bytes of lines that are held at once."""

BEGUN: Final = frozenset({"audit_head"})
"""Tables that have a row in a database where nothing was ever done."""


def check_backup(path: Path) -> tuple[Manifest, str]:
    """Prove a backup, byte for byte; its manifest and the digest of all. Raises `BackupError`."""
    with opened(path) as (archive, manifest):
        check(archive, manifest)
        return manifest, digest_of(manifest)


def restore_backup(
    path: Path,
    open_database: Callable[[], Database],
    blobs: BlobStore,
    secrets: Path,
    *,
    replace: bool = False,
    act: Act | None = None,
    tell: Tell = lambda *_: None,
) -> Manifest:
    """Put all that a backup holds into a database of any kind, and bring it to the shape that this version expects.

    Everything is proved before anything is touched. Raises `BackupError`, and leaves all as it was, where the backup is
    not whole, comes from a newer version, or where something is there already and is not to be replaced. `act` is the
    last row of the audit log then.
    """
    with opened(path) as (archive, manifest):
        check(archive, manifest)
        if manifest.revision not in known_revisions():
            raise BackupError(f"it was made by a newer version (its tables are of revision {manifest.revision})")
        if not replace:
            _refuse_filled(open_database)
        with _secrets(archive, manifest, secrets):
            # Opened now, with the secrets that were restored.
            database = open_database()
            try:
                _restore(archive, manifest, database, blobs, act, tell)
            finally:
                database.close()
    return manifest


def _restore(
    archive: ZipFile,
    manifest: Manifest,
    database: Database,
    blobs: BlobStore,
    act: Act | None,
    tell: Tell,
) -> None:
    with _blobs(archive, blobs, tell), database.write() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        _make_room(connection)
        migrate_to(connection, manifest.revision)
        _empty(connection)
        _load(archive, manifest, connection, tell)
        migrate_to(connection, "head")
        if act is not None:
            record(connection, act)


def _empty(connection: Connection) -> None:
    """Take away what revisions put into new tables: all rows come from the backup."""
    for table in reversed(all_tables(connection)):
        if connection.execute(select(table).limit(1)).first():
            connection.execute(table.delete())


def _refuse_filled(open_database: Callable[[], Database]) -> None:
    database = open_database()
    try:
        with database.read() as connection:
            tables = [table for table in all_tables(connection) if table.name not in BEGUN]
            filled = [table.name for table in tables if connection.execute(select(table).limit(1)).first()]
    finally:
        database.close()
    if filled:
        some = ", ".join(filled[:5])
        raise BackupError(f"the database is not empty ({some}); --replace puts the backup in the place of all of it")


def _make_room(connection: Connection) -> None:
    for name in virtual_tables(connection):
        connection.execute(text(f'DROP TABLE "{name}"'))
    cascade = " CASCADE" if connection.dialect.name == "postgresql" else ""
    for table in reversed(all_tables(connection)):
        connection.execute(text(f'DROP TABLE "{table.name}"{cascade}'))
    if inspect(connection).has_table(VERSIONS):
        connection.execute(text(f"DROP TABLE {VERSIONS}"))


def _load(archive: ZipFile, manifest: Manifest, connection: Connection, tell: Tell) -> None:
    there = {kept.name: kept for kept in tables_of(connection)}
    if missing := manifest.tables.keys() - there.keys():
        raise BackupError(f"this version knows no table {', '.join(sorted(missing))}")
    ordered = [kept for name, kept in there.items() if name in manifest.tables]
    for done, kept in enumerate(ordered):
        tell("Tables", done, len(ordered))
        told = manifest.tables[kept.name]
        if list(kept.sorts) != told["columns"]:
            raise BackupError(f"the table {kept.name} has other columns here: {', '.join(kept.sorts)}")
        for lines in batches(lines_of(archive, kept.name)):
            kept.put(connection, lines)
        found = kept.summed(connection)
        if (found.rows, found.digest) != (told["rows"], told["digest"]):
            raise BackupError(f"the database gives other rows of {kept.name} than it was given; nothing was restored")
        _go_on_counting(connection, kept)
    tell("Tables", len(ordered), len(ordered))


def batches(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    """Lines in parts that are small enough to be held in memory."""
    batch: list[bytes] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += len(line)
        if len(batch) >= NARROW or size >= MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _go_on_counting(connection: Connection, kept: Kept) -> None:
    """Numbers that PostgreSQL gives go on behind the greatest; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for column in kept.table.primary_key.columns:
        sequence = connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": f'"{kept.name}"', "column": column.name}
        )
        if sequence is not None:
            last = connection.scalar(select(column).order_by(column.desc()).limit(1))
            if last is not None:
                connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})


@contextmanager
def _blobs(archive: ZipFile, blobs: BlobStore, tell: Tell) -> Iterator[None]:
    """Put every blob; those that were not there are taken away again where the rest fails."""
    digests, fresh = list(blobs_of(archive)), []
    try:
        for done, digest in enumerate(digests):
            tell("Blobs", done, len(digests))
            if not blobs.has(digest):
                fresh.append(digest)
                blobs.put(blob(archive, digest))
        tell("Blobs", len(digests), len(digests))
        yield
    except BaseException:
        for digest in fresh:
            blobs.remove(digest, float("inf"))
        raise


@contextmanager
def _secrets(archive: ZipFile, manifest: Manifest, folder: Path) -> Iterator[None]:
    """Put the secrets; those that were there are back where the rest fails."""
    folder.mkdir(parents=True, exist_ok=True)
    before: dict[Path, bytes | None] = {}
    try:
        for name in manifest.secrets:
            path = folder / name
            before[path] = path.read_bytes() if path.exists() else None
            write_whole(path, archive.read(f"secrets/{name}"))
        yield
    except BaseException:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                write_whole(path, content)
        raise
