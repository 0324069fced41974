"""What keeps people private, wired: the secrets that their keys are wrapped by, the database that has them."""

from __future__ import annotations

from experiments import Exposures
from profiles import mark_names, names_known
from rules import Instant
from service.audit import audit_seals
from service.settings import Settings
from storage import Database, Vault, kept_secret


def people_secrets(settings: Settings) -> list[bytes]:
    """The secrets of the settings, else the one of the data folder, which is made when it is first needed."""
    chosen = [key.strip().encode() for key in settings.people_key.split(",") if key.strip()]
    return chosen or [kept_secret(settings.data_dir / "secrets", "people.key")]


def keep_no_names(database: Database, exposures: Exposures, now: Instant) -> None:
    """Let marks stand where names of people stood before there were any; once in the life of a database."""
    with database.write() as connection:
        if not mark_names(connection, now):
            return

        def mark(unit: str) -> str:
            # It was not kept whether that was a user or a browser.
            user = database.vault.mark(f"user:{unit}")
            return user if names_known(connection, [f"user:{unit}"]) else database.vault.mark(f"anon:{unit}")

        exposures.rename(connection, mark)


def open_database(settings: Settings) -> Database:
    """The database of the settings, with what seals its audit log and what keeps its people."""
    return Database(settings.database, audit_seals(settings), Vault(*people_secrets(settings)))
