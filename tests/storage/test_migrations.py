"""Migrations: the database gets exactly the tables that the code declares, also when everybody starts at once."""

from __future__ import annotations

import importlib
import subprocess
import sys
import textwrap

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select

from storage import Base, Database, migrate, roll_down
from storage.migrate import is_declared

PACKAGES = ("accounts", "connectors", "experiments", "layouts", "modules", "profiles", "recommender", "storage")
"""Whoever declares tables."""


@pytest.fixture(autouse=True)
def every_table_is_declared() -> None:
    for package in PACKAGES:
        importlib.import_module(package)


def difference(database: Database) -> list[object]:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_declared})
        return list(compare_metadata(context, Base.metadata))


def tables_of(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_a_migrated_database_is_what_the_code_declares(empty_database: Database) -> None:
    migrate(empty_database)
    assert difference(empty_database) == [], "write a revision: see `storage.revise`"


def test_migrating_again_changes_nothing(empty_database: Database) -> None:
    migrate(empty_database)
    before = tables_of(empty_database)
    migrate(empty_database)
    assert tables_of(empty_database) == before


def test_every_revision_can_be_undone(empty_database: Database) -> None:
    migrate(empty_database)
    roll_down(empty_database)
    assert tables_of(empty_database) == {"alembic_version"}
    migrate(empty_database)
    assert difference(empty_database) == []


def test_many_may_start_at_once(empty_database: Database, database_url: str) -> None:
    starts = [a_start(database_url) for _ in range(4)]
    for start in starts:
        assert start.stdout is not None
        assert start.stdout.readline() == "ready\n"
    for start in starts:
        assert start.stdin is not None
        start.stdin.write("go\n")
        start.stdin.flush()
    for start in starts:
        start.communicate()
    assert [start.returncode for start in starts] == [0, 0, 0, 0]
    assert difference(empty_database) == []


def a_start(url: str) -> subprocess.Popen[str]:
    """A process that is about to migrate and waits for the word."""
    program = """
        import sys
        import alembic.command
        from storage import Database, migrate
        database = Database(sys.argv[1])
        print("ready", flush=True)
        input()
        migrate(database)
    """
    arguments = [sys.executable, "-c", textwrap.dedent(program), url]
    return subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_migration_keeps_what_is_there(empty_database: Database) -> None:
    from profiles import tables

    migrate(empty_database)
    with empty_database.write() as connection:
        connection.execute(tables.aliases.insert().values(alias="user:ann", profile_id="p"))
    migrate(empty_database)
    with empty_database.read() as connection:
        assert connection.scalar(select(tables.aliases.c.profile_id)) == "p"
