"""What erasing leaves in files: not a byte that names anybody, and nobody who comes back with an older backup."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from profiles import STORES, Eraser, Exporter, Kind, Requests, Status
from storage import Base, Database, HotCopies, Ledger, scrub
from tests.profiles.calls import DAY, NOW, call, viewed
from tests.profiles.test_erasing import CANARIES, asked, plant
from tests.profiles.test_sealing import bytes_of
from tests.profiles.world import World


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger apart from the database."""
    return Ledger(tmp_path / "elsewhere" / "erasures.jsonl")


@pytest.fixture
def sqlite_world(sqlite_url: str) -> Iterator[World]:
    """A world in a file."""
    database = Database(sqlite_url)
    Base.metadata.create_all(database.engine)
    yield World(database, HotCopies(None))
    database.close()


def test_an_older_backup_brings_nobody_back(
    sqlite_world: World, sqlite_url: str, ledger: Ledger, tmp_path: Path
) -> None:
    """The ledger lies elsewhere: whoever came back with the backup is forgotten again, whoever may come again stays."""
    world = sqlite_world
    eraser = Eraser(world.database, world.hot, ledger, STORES)
    requests = Requests(world.database, world.intake, eraser, Exporter(world.database, STORES))
    profile_id = plant(world)
    world.intake.accept([viewed("1", user="bob")], NOW)
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    assert scrub(world.database.engine, ["events"]) == "done"
    shutil.copy(file, tmp_path / "older.db")
    asked(requests, Kind.ERASE, profile_id)
    bob = world.profiles.find("user:bob")
    asked(requests, Kind.ERASE, bob)
    requests.lift(["user:bob"], author="eve", now=NOW + DAY)

    older = Database(f"sqlite:///{tmp_path / 'older.db'}")
    back = World(older, HotCopies(None))
    assert back.profiles.find(f"user:{CANARIES[0]}") == profile_id
    restored = Eraser(older, HotCopies(None), ledger, STORES)
    assert restored.carry_out(NOW + 2 * DAY) == 2
    assert restored.carry_out(NOW + 2 * DAY) == 0
    everything = bytes_of(older)
    assert [one for one in CANARIES if one.encode() in everything] == []
    assert back.profiles.count() == 0
    assert back.intake.accept([viewed("1", user=CANARIES[0])], NOW)[0].status is Status.ERASED
    assert back.intake.accept([viewed("1", user="bob")], NOW)[0].status is Status.ACCEPTED
    older.close()


def test_no_byte_of_the_files_holds_a_canary(sqlite_world: World, sqlite_url: str, ledger: Ledger) -> None:
    """The database, its write-ahead log and the ledger; also what is not sealed, such as a message id."""
    world = sqlite_world
    eraser = Eraser(world.database, world.hot, ledger, STORES)
    requests = Requests(world.database, world.intake, eraser, Exporter(world.database, STORES))
    profile_id = plant(world)
    careless = call("track", event="Mail to zz@example.com", user=CANARIES[0], messageId="zz@example.com-1")
    world.intake.accept([careless], NOW)
    asked(requests, Kind.ERASE, profile_id)
    assert scrub(world.database.engine, ["events"]) == "done"
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    files = [path for path in [*file.parent.iterdir(), ledger.path] if path.is_file()]
    assert {path.name for path in files} >= {"intarsia.db", "erasures.jsonl"}
    found = [
        (path.name, one) for path in files for one in [*CANARIES, "zz@example.com"] if one.encode() in path.read_bytes()
    ]
    assert found == []


def test_no_byte_of_postgresql_holds_a_canary(postgresql_url: str, postgres_url: str, ledger: Ledger) -> None:
    """Neither its tables nor its write-ahead log, at any time: nothing that was told ever lay open there."""
    database = Database(postgresql_url)
    Base.metadata.create_all(database.engine)
    world = World(database, HotCopies(None))
    eraser = Eraser(database, world.hot, ledger, STORES)
    requests = Requests(database, world.intake, eraser, Exporter(database, STORES))
    profile_id = plant(world)
    asked(requests, Kind.RECTIFY, profile_id, traits={"email": CANARIES[5]})
    folder = Path(postgres_url.partition("host=")[2]) / "data"
    for done in (False, True):
        if done:
            asked(requests, Kind.ERASE, profile_id)
            assert scrub(database.engine, ["events", "profiles", "person_keys"]) == "done"
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
        assert named_in(folder) == []
    database.close()


def named_in(folder: Path) -> list[str]:
    """Files below a folder that name a canary."""
    found = []
    for path in folder.rglob("*"):
        try:
            content = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:
            continue
        # One search for what all have in common; only then for each.
        if b"@example.com" in content:
            found += [f"{path.name}: {one}" for one in CANARIES if one.encode() in content]
    return found
