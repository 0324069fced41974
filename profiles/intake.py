"""Intake: events become part of what we know, each exactly once, in one transaction; then they are acknowledged."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TypeAlias

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from profiles import records
from profiles.events import Event, people_of
from profiles.fold import fold_all
from profiles.identity import Crowd, MustBeAlone, blank
from profiles.profile import Profile
from profiles.segments import Change, Segments, settle
from rules import Instant, Vocabulary
from storage import Copy, Database, HotCopies, lock_out

Hook: TypeAlias = Callable[[Connection, Event, str], None]
"""Called in the transaction for each new event, with its profile's id."""

LOCK = "people"
"""Whoever makes or joins people holds this lock alone; whoever only writes to known ones shares it."""


class Status(StrEnum):
    """What became of an event: it counts now, or it counted before."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The acknowledgement of one event: it is committed."""

    message_id: str
    status: Status


class Intake:
    """The one way in for events. `segments` and `vocabulary` give those of the release that is served now."""

    def __init__(
        self,
        database: Database,
        segments: Callable[[], Segments],
        vocabulary: Callable[[], Vocabulary],
        hot: HotCopies,
        *,
        on_event: Sequence[Hook] = (),
    ) -> None:
        self._database = database
        self._segments = segments
        self._vocabulary = vocabulary
        self._hot = hot
        self._on_event = tuple(on_event)

    def accept(self, events: Sequence[Event], now: Instant) -> list[Receipt]:
        """Commit these events, all or none, and tell of each whether it is new.

        When this returns, every one of them is durable, folded into its profile and counted in its segments.
        """
        if not events:
            return []
        # SQLite has one writer anyway. PostgreSQL lets many in, as long as everybody is known.
        alone = self._database.engine.dialect.name == "sqlite"
        try:
            return self._accept(events, now, alone=alone)
        except (MustBeAlone, IntegrityError):
            # The second: two writers met over one new message id. Alone, that cannot happen again.
            if alone:
                raise
            return self._accept(events, now, alone=True)

    def _accept(self, events: Sequence[Event], now: Instant, *, alone: bool) -> list[Receipt]:
        with self._database.write() as connection:
            lock_out(connection, LOCK, shared=not alone)
            owners = records.find(connection, people_of(events))
            before = records.hold(connection, owners.values())
            receipts = _sorted_out(events, records.known_messages(connection, events))
            new = [event for event, receipt in zip(events, receipts, strict=True) if receipt.status is Status.ACCEPTED]
            copies = self._take(connection, new, Crowd(owners, dict(before), alone), before, now)
        # Who is told "duplicate" may rely on it as well: the one that took it in may have died before it told.
        known = [event for event, receipt in zip(events, receipts, strict=True) if receipt.status is Status.DUPLICATE]
        ids = {owners[alias] for event in known for alias in event.aliases if alias in owners}
        self._hot.put({**records.copies_of([before[one] for one in sorted(ids) if one in before]), **copies})
        return receipts

    def _take(
        self, connection: Connection, new: Sequence[Event], crowd: Crowd, before: dict[str, Profile], now: Instant
    ) -> dict[str, Copy]:
        """Write the new events and all that follows from them; the hot copies of the people that changed."""
        owned = [(event, crowd.owner(event)) for event in new]
        owned = [(event, crowd.final(owner)) for event, owner in owned]
        records.add_events(connection, owned)
        records.point(connection, crowd.pointed)
        for old in crowd.merged:
            records.give_events(connection, old, crowd.final(old))
            gone = before.get(old)
            left = [Change(key, "left", now, "merged") for key in gone.segments] if gone is not None else []
            records.note(connection, old, left)
        copies = records.save(connection, list(self._folded(connection, owned, crowd, now)), now)
        for event, owner in owned:
            for hook in self._on_event:
                hook(connection, event, owner)
        return copies

    def _folded(
        self, connection: Connection, owned: Sequence[tuple[Event, str]], crowd: Crowd, now: Instant
    ) -> Iterator[Profile]:
        segments, vocabulary = self._segments(), self._vocabulary()
        pending: defaultdict[str, list[Event]] = defaultdict(list)
        for event, owner in owned:
            pending[owner].append(event)
        joined = {crowd.final(old) for old in crowd.merged}
        for owner in sorted((pending.keys() | crowd.renamed | joined) - crowd.merged.keys()):
            profile, changes = crowd.profiles[owner], list[Change]()
            if profile.until is not None and profile.until < now:
                # What the clock did before these events came is the clock's.
                profile, changes = settle(profile, segments, vocabulary, now, "clock")
            if owner in joined:
                profile = fold_all(blank(profile), records.events_of(connection, owner))
            else:
                profile = fold_all(profile, pending[owner])
            profile, more = settle(profile, segments, vocabulary, now, "event")
            records.note(connection, owner, changes + more)
            yield profile


def backfill(
    intake: Intake,
    events: Iterable[Event],
    now: Instant,
    *,
    chunk: int = 5_000,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Take in a long history, best sorted by person; how many events were new.

    Each chunk is one transaction, so it can be broken off and begun again: what is there stays counted once.
    `progress` is told how many events each chunk had.
    """
    pending, new = iter(events), 0
    with _no_collection():
        while some := list(islice(pending, chunk)):
            receipts = intake.accept(some, now)
            new += sum(receipt.status is Status.ACCEPTED for receipt in receipts)
            progress(len(some))
    return new


@contextmanager
def _no_collection() -> Iterator[None]:
    # Thousands of small dicts live for a moment and never in cycles: looking for some took 30 % of an import.
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _sorted_out(events: Sequence[Event], known: set[tuple[str, str]]) -> list[Receipt]:
    """What becomes of each event: the first of its id is accepted unless that id is known already."""
    seen, receipts = set(known), []
    for event in events:
        key = (event.source, event.message_id)
        receipts.append(Receipt(event.message_id, Status.DUPLICATE if key in seen else Status.ACCEPTED))
        seen.add(key)
    return receipts
