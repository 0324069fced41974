"""The audit log for operators: the keys that seal it, all of its rows, and its head in the worker's own log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import orjson
from sqlalchemy import Connection

from layouts import PUBLICATIONS
from modules import REVISIONS, damaged_bodies
from service.settings import Settings
from storage import Database, Entry, Head, Seals, gaps, kept_secret, log_head

log = logging.getLogger("intarsia")


def house_secrets(settings: Settings) -> list[bytes]:
    """The keys of the settings, else the one of the data folder, which is made when it is first needed."""
    chosen = [key.strip().encode() for key in settings.audit_key.split(",") if key.strip()]
    return chosen or [kept_secret(settings.data_dir / "secrets", "audit.key")]


def audit_seals(settings: Settings) -> Seals:
    """What seals the audit log, and proves what older keys sealed."""
    return Seals(*house_secrets(settings))


@dataclass(slots=True)
class HeadLine:
    """Says where the log ends, as often as it is called and has grown: whoever ships our log keeps a head elsewhere."""

    database: Database
    told: Head | None = None

    def __call__(self) -> None:
        """Tell it, if there is news."""
        with self.database.read() as connection:
            head = log_head(connection)
        if head != self.told:
            self.told = head
            log.info("audit head %s", head)


TRAILS = (REVISIONS, PUBLICATIONS)
"""What the log must tell because the tables hold it."""


def missing_of(connection: Connection, since: float) -> Iterator[str]:
    """Where the tables and the log contradict each other, and bodies that are not those that were saved."""
    for trail in TRAILS:
        for gap in gaps(connection, trail, since):
            yield str(gap)
    for digest in damaged_bodies(connection):
        yield f"the bytes of the body {digest} are not those that were saved"


def as_line(entry: Entry) -> bytes:
    """A row as a line of JSON."""
    return orjson.dumps(asdict(entry), option=orjson.OPT_APPEND_NEWLINE)
