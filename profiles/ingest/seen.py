"""What has been seen: an event counts once for its source and message id, also when it is in the log no more."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from sqlalchemy import Connection, delete, func, select, text

from profiles import tables
from profiles.events import Event
from profiles.ingest.tables import seen
from profiles.judging import Id, id_of
from rules import Instant
from storage import Database, claim_rows, listed, upsert_rows

DAY: Final = 86_400
SEEN_DAYS: Final = 30
"""The least number of days for which an event that came is known again."""
SCANNED: Final = 5_000
"""Rows that are looked at in one step of forgetting."""

COLUMNS = ("id", "content", "seq", "day")


@dataclass(frozen=True, slots=True)
class Places:
    """Places in the log: of each event, and the one behind it, for the record of consent that is kept beside it."""

    of: Mapping[Id, int]
    behind: Mapping[Id, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was known of some events before they came, and the places in the log that are theirs if they count."""

    before: frozenset[Id]
    """Came before, in this batch or an earlier one."""
    other: frozenset[int]
    """Places in the batch of events that differ from the one that came first under their id."""
    places: Places


def claim(connection: Connection, events: Sequence[Event], now: Instant, places: Places | None = None) -> Seen:
    """Write down that these came, at `places` or at new ones. Whoever writes the same ids at this moment waits for us,
    or we for them."""
    first: dict[Id, tuple[str, int]] = {}
    for event in events:
        key = id_of(event)
        if key not in first:
            first[key] = (digest_of(event), content_of(event))
    places = _places(connection, first) if places is None else places
    seqs = places.of
    day = int(now // DAY)
    rows = sorted((digest, content, seqs[key], day) for key, (digest, content) in first.items())
    fresh = claim_rows(connection, seen, COLUMNS, rows)
    before = frozenset(key for key, (digest, _) in first.items() if digest not in fresh)
    known = _contents(connection, [first[key][0] for key in before])
    contents = {key: known.get(digest, content) for key, (digest, content) in first.items()}
    again = (place for place, event in enumerate(events) if len(first) < len(events) or id_of(event) in before)
    other = frozenset(place for place in again if content_of(events[place]) != contents[id_of(events[place])])
    return Seen(before, other, places)


def renew(connection: Connection, events: Sequence[Event], now: Instant) -> Places:
    """Places in the log for events that came before and are taken in now, after all."""
    ids = {id_of(event): event for event in events}
    places = _places(connection, ids)
    rows = sorted((digest_of(e), content_of(e), places.of[key], int(now // DAY)) for key, e in ids.items())
    upsert_rows(connection, seen, COLUMNS, rows, changed=("seq", "day"))
    return places


def _places(connection: Connection, ids: Collection[Id]) -> Places:
    drawn = _next_seqs(connection, 2 * len(ids))
    return Places(dict(zip(ids, drawn[::2], strict=True)), dict(zip(ids, drawn[1::2], strict=True)))


def _next_seqs(connection: Connection, count: int) -> Sequence[int]:
    """The next free places in the log. SQLite has one writer, who may count on by itself."""
    if connection.dialect.name == "postgresql":
        draw = "SELECT nextval(pg_get_serial_sequence('events', 'seq')) FROM generate_series(1, :count)"
        return list(connection.scalars(text(draw), {"count": count}))
    last = connection.scalar(select(func.max(tables.events.c.seq))) or 0
    return range(last + 1, last + count + 1)


def digest_of(event: Event) -> str:
    """The name of an event among all that were seen."""
    return _digest(event.source, event.message_id)


def _digest(source: str, message_id: str) -> str:
    key = f"{source}\n{message_id}".encode()
    return urlsafe_b64encode(blake2b(key, digest_size=16).digest())[:22].decode()


def content_of(event: Event) -> int:
    """A digest of what an event says, in 64 bits; not of its time, which is corrected anew each time it is sent.

    It is mixed with the message id, which is kept nowhere once the event is erased: it tells nobody what was said.
    """
    told = f"{event.message_id}\n{event.kind}\n{event.name}\n".encode() + event.body()
    return int.from_bytes(blake2b(told, digest_size=8).digest(), "big", signed=True)


def forget_old(
    database: Database, now: Instant, days: int, after: str = "", scanned: int = SCANNED
) -> tuple[int, str | None]:
    """Forget what came more than `days` days ago and is in the log no more, from the key `after` on; how many were
    forgotten, and the key to go on from, None at the end."""
    # A whole day more, for the day in which it came counts only from when it came.
    oldest = int(now // DAY) - days
    with database.read() as connection:
        some = select(seen).where(seen.c.id > after).order_by(seen.c.id).limit(scanned)
        rows = list(connection.execute(some))
        old = {row.id: row.seq for row in rows if row.day < oldest}
        logged = _logged(connection, old.values())
    gone = [digest for digest, seq in old.items() if logged.get(seq) != digest]
    if gone:
        with database.write() as connection:
            connection.execute(delete(seen).where(listed(connection, seen.c.id, gone), seen.c.day < oldest))
    return len(gone), rows[-1].id if len(rows) == scanned else None


def _logged(connection: Connection, seqs: Iterable[int]) -> dict[int, str]:
    """Place in the log -> the digest of who is there: SQLite gives places at the end again once they are free."""
    log = tables.events.c
    query = select(log.seq, log.source, log.message_id).where(listed(connection, log.seq, list(seqs)))
    return {seq: _digest(source, message_id) for seq, source, message_id in connection.execute(query)}


@dataclass(slots=True)
class Trimmer:
    """Goes through all that was seen, once a day, a little at a time."""

    database: Database
    days: int
    after: str = ""
    done: Instant = float("-inf")
    """When it was last through."""

    def __call__(self, now: Instant) -> bool:
        """Look at some more; whether there is more to look at now."""
        if now < self.done + DAY:
            return False
        _, after = forget_old(self.database, now, self.days, self.after)
        self.after = after or ""
        self.done = now if after is None else self.done
        return after is not None


def _contents(connection: Connection, digests: Sequence[str]) -> dict[str, int]:
    if not digests:
        return {}
    query = select(seen.c.id, seen.c.content).where(listed(connection, seen.c.id, digests))
    return {row.id: row.content for row in connection.execute(query)}
