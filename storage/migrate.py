"""Bring a database to the shape that this version of the code expects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storage.database import Base, Database
from storage.dialect import lock_out

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

# Alembic is imported inside the functions: a worker that serves never migrates and need not carry it.


DERIVED = "fulltext_"
"""How names of tables and indexes begin that only one of the databases has: they are in no declaration."""


def is_declared(name: str | None, *_: object) -> bool:
    """Whether what a database has under this name should be among the tables that the code declares."""
    return not (name or "").startswith(DERIVED)


def migrate(database: Database) -> None:
    """Upgrade to the newest revision; safe when several processes start at once, quick when there is nothing to do."""
    from alembic import command

    with database.write() as connection:
        command.upgrade(_config(connection), "head")


def migrate_to(connection: Connection, revision: str) -> None:
    """Upgrade to a revision within a transaction that somebody else has begun, and ends."""
    from alembic import command

    command.upgrade(_config(connection), revision)


def known_revisions() -> list[str]:
    """Every revision that this version of the code can make, the oldest first."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    found = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    return found[::-1]


def roll_down(database: Database, to: str = "base") -> None:
    """Undo revisions down to `to`, in one transaction. What the undone tables held is gone."""
    from alembic import command

    with database.write() as connection:
        command.downgrade(_config(connection), to)


def revise(database: Database, message: str, *, number: str) -> None:
    """Write the next revision file: the difference between `database` and the tables imported so far.

    For developers. Import every package that declares tables first, or they look removed.
    """
    from alembic import command

    with database.write() as connection:
        command.revision(_config(connection), message=message, rev_id=number, autogenerate=True)


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    lock_out(connection, "migrations")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = Base.metadata
    return config
