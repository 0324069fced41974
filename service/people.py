"""What keeps people private, wired: the secrets that their keys are wrapped by, the database that has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from experiments import Exposures
from profiles import NOT_PERSONAL, STORES, Eraser, Exporter, Keeping, Requests, Store, mark_names, names_known
from rules import Instant
from service.audit import audit_seals
from service.settings import Settings
from storage import Database, HotCopies, Ledger, Vault, kept_secret

if TYPE_CHECKING:
    from service.house import House


def people_secrets(settings: Settings) -> list[bytes]:
    """The secrets of the settings, else the one of the data folder, which is made when it is first needed."""
    chosen = [key.strip().encode() for key in settings.people_key.split(",") if key.strip()]
    return chosen or [kept_secret(settings.data_dir / "secrets", "people.key")]


def keep_no_names(database: Database, shown: Exposures, now: Instant) -> None:
    """Let marks stand where names of people stood before there were any; once in the life of a database."""
    with database.write() as connection:
        if not mark_names(connection, now):
            return

        def mark(unit: str) -> str:
            # It was not kept whether that was a user or a browser.
            user = database.vault.mark(f"user:{unit}")
            return user if names_known(connection, [f"user:{unit}"]) else database.vault.mark(f"anon:{unit}")

        shown.rename(connection, mark)


def stores_of(database: Database) -> Mapping[str, Store]:
    """Every place in which something is kept of people, in whatever package."""
    exposures = Exposures(database)
    text = {"type": "string"}
    shown = Store(
        "exposures",
        "Which variations of experiments were shown; a unit is the mark of a name",
        ("exposures",),
        {"experiment": text, "unit": text, "variation": text, "at": {"type": "number"}},
        lambda connection, person: exposures.told(connection, person.marks),
        lambda connection, person: exposures.forget(connection, person.marks),
    )
    return {**STORES, shown.name: shown}


PURPOSE: Final = "purpose:"

NAMELESS: Final[Mapping[str, str]] = {
    **NOT_PERSONAL,
    **dict.fromkeys(
        (
            "accounts", "api_key_secrets", "api_keys", "oidc_flows", "password_links", "preview_keys", "previews",
            "recovery_codes", "roles", "sessions", "signin_attempts",
        ),
        "of those who work with the product, not of those it is made for",
    ),
    **dict.fromkeys(("audit_head", "audit_log"), "acts of those who work here; of people an opaque id at most"),
    **dict.fromkeys(
        (
            "bodies", "comments", "derived", "documents", "drafts", "edges", "listed", "listed_locales", "listed_tags",
            "manifest_spans", "picture_facts", "pointers", "publications", "published", "release_changes",
            "release_steps", "releases", "revisions", "spots", "texts", "type_migration_entries", "type_migrations",
        ),
        "content and its life",
    ),
    **dict.fromkeys(("items", "item_feed"), "what is sold"),
    **dict.fromkeys(("models", "current_model"), "what was learnt of many; who is forgotten is not in the next one"),
    "idempotency": "answers that are sealed under a key of the client's; for a day",
    "outbox": "of people an opaque id at most, for `INTARSIA_WEBHOOK_DAYS`",
    **dict.fromkeys(
        ("webhooks", "webhook_deliveries", "webhook_attempts"),
        "numbers of news, and what receivers answered, for `INTARSIA_WEBHOOK_DAYS`",
    ),
}  # fmt: skip
"""Every other table -> why nothing of people is in it."""


def eraser_of(settings: Settings, database: Database, hot: HotCopies) -> Eraser:
    """What forgets people, with the ledger of the settings."""
    return Eraser(database, hot, Ledger(settings.erasures or settings.data_dir / "erasures.jsonl"), stores_of(database))


def keeping_of(settings: Settings) -> Keeping:
    """For how long events are kept."""
    chosen = dict(settings.retention)
    others = chosen.pop("*", None)
    named = {key.removeprefix(PURPOSE): days for key, days in chosen.items() if key.startswith(PURPOSE)}
    return Keeping({key: days for key, days in chosen.items() if not key.startswith(PURPOSE)}, named, others)


def requests_of(house: House) -> Requests:
    """What people may ask for."""
    exporter = Exporter(house.database, house.eraser.stores)
    return Requests(house.database, house.intake, house.eraser, exporter, house.settings.request_months)


def open_database(settings: Settings) -> Database:
    """The database of the settings, with what seals its audit log and what keeps its people."""
    return Database(settings.database, audit_seals(settings), Vault(*people_secrets(settings)))
