"""Intake: events become part of what we know, each exactly once, in one transaction; then they are acknowledged."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import TypeAlias

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from profiles import records
from profiles.computed import plan_of
from profiles.events import Event, people_of
from profiles.fold import fold_all
from profiles.identity import Crowd, MustBeAlone, blank
from profiles.ingest import Groups, claim, renew
from profiles.judging import Id, Receipt, State, Status, schema_of, sorted_out
from profiles.profile import Profile
from profiles.segments import Change, Segments, settle
from rules import Instant, Vocabulary
from storage import Copy, Database, HotCopies, is_busy, lock_out

Hook: TypeAlias = Callable[[Connection, Event, str], None]
"""Called in the transaction for each new event, with its profile's id."""

Told: TypeAlias = Callable[[Connection, str, Sequence[Change]], None]
"""Called in the transaction with a profile's id and how it moved between segments, once for each change."""

LOCK = "people"
"""Whoever makes or joins people holds this lock alone; whoever only writes to known ones shares it."""


def tell_nobody(connection: Connection, profile_id: str, changes: Sequence[Change]) -> None:
    """Where nobody wants to know who entered and left."""


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
        on_changes: Told = tell_nobody,
    ) -> None:
        self._database = database
        self._segments = segments
        self._vocabulary = vocabulary
        self._hot = hot
        self._on_event = tuple(on_event)
        self._on_changes = on_changes
        self._groups = Groups(self._accept_group, _is_hopeless)

    def accept(self, events: Sequence[Event], now: Instant) -> list[Receipt]:
        """Commit these events, all or none, and tell of each what became of it. Threads that call at the same time
        share a transaction.

        When this returns, every one of them is durable; those that are accepted are folded into their profiles and
        counted in their segments, those that break their schema are in quarantine.
        """
        return self._groups.through(events, now) if events else []

    def take_again(
        self,
        gather: Callable[[Connection], list[Event]],
        settle: Callable[[Connection, Sequence[Receipt]], None],
        now: Instant,
    ) -> list[Receipt]:
        """Accept events that are in quarantine; those that break their schema still are left as they are.

        `gather` gives them and `settle` is told what became of each, both in the transaction that takes them in.
        """
        with self._database.write() as connection:
            lock_out(connection, LOCK)
            events = gather(connection)
            held = records.held_messages(connection, events)
            done = {key: state for key, state in held.items() if state is not State.WAITING}
            receipts = sorted_out(events, (), done, self._vocabulary().shapes)
            owners = records.find(connection, people_of(events))
            copies = self._count(connection, events, receipts, renew(connection, events, now), owners, now)
            settle(connection, receipts)
        self._hot.put(copies)
        return receipts

    def _accept_group(self, events: Sequence[Event], now: Instant) -> list[Receipt]:
        # SQLite has one writer anyway. PostgreSQL lets many in, as long as everybody is known.
        alone = self._database.engine.dialect.name == "sqlite"
        try:
            return self._accept(events, now, alone=alone)
        except (MustBeAlone, IntegrityError):
            # The second: two writers met over one new name. Alone, that cannot happen again.
            if alone:
                raise
            return self._accept(events, now, alone=True)

    def _accept(self, events: Sequence[Event], now: Instant, *, alone: bool) -> list[Receipt]:
        shapes = self._vocabulary().shapes
        with self._database.write() as connection:
            lock_out(connection, LOCK, shared=not alone)
            people = people_of(events)
            owners = records.find(connection, people)
            if not alone and len(owners) < len(people):
                raise MustBeAlone  # somebody is new; now that is known, and nothing was done yet
            came = claim(connection, events, now)
            held = records.held_messages(connection, events)
            receipts = sorted_out(events, came.before, held, shapes, came.other)
            copies = self._count(connection, events, receipts, came.seqs, owners, now, alone=alone)
            told = zip(events, receipts, strict=True)
            broken = [(event, schema_of(event, shapes), one.breaches) for event, one in told if one.breaches]
            records.keep_apart(connection, broken)
        self._hot.put(copies)
        return receipts

    def _count(
        self,
        connection: Connection,
        events: Sequence[Event],
        receipts: Sequence[Receipt],
        seqs: Mapping[Id, int],
        owners: dict[str, str],
        now: Instant,
        *,
        alone: bool = True,
    ) -> dict[str, Copy]:
        """Write those of the events that are accepted, and what follows; the hot copies of all their people."""
        before = records.hold(connection, owners.values())
        told = list(zip(events, receipts, strict=True))
        new = [event for event, receipt in told if receipt.status is Status.ACCEPTED]
        # Who is told "duplicate" may rely on it as well: the one that took it in may have died before it told.
        again = [event for event, receipt in told if receipt.status is Status.DUPLICATE]
        copies = self._take(connection, new, seqs, Crowd(owners, dict(before), alone), before, now)
        ids = {owners[alias] for event in again for alias in event.aliases if alias in owners}
        known = [before[one] for one in sorted(ids) if one in before]
        return {**records.copies_of(connection, known), **copies}

    def _take(
        self,
        connection: Connection,
        new: Sequence[Event],
        seqs: Mapping[Id, int],
        crowd: Crowd,
        before: dict[str, Profile],
        now: Instant,
    ) -> dict[str, Copy]:
        """Write the new events and all that follows from them; the hot copies of the people that changed."""
        owned = [(event, crowd.owner(event)) for event in new]
        owned = [(event, crowd.final(owner)) for event, owner in owned]
        records.add_events(connection, owned, seqs)
        records.point(connection, crowd.pointed)
        moves: list[tuple[str, list[Change]]] = []
        for old in crowd.merged:
            records.give_events(connection, old, crowd.final(old))
            gone = before.get(old)
            moves.append((old, [Change(key, "left", now, "merged") for key in gone.segments] if gone else []))
        copies = records.save(connection, list(self._folded(connection, owned, crowd, now, moves)), now)
        self._tell(connection, moves)
        for event, owner in owned:
            for hook in self._on_event:
                hook(connection, event, owner)
        return copies

    def _folded(
        self,
        connection: Connection,
        owned: Sequence[tuple[Event, str]],
        crowd: Crowd,
        now: Instant,
        moves: list[tuple[str, list[Change]]],
    ) -> Iterator[Profile]:
        segments, vocabulary = self._segments(), self._vocabulary()
        plan = plan_of(vocabulary)
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
                begun = replace(blank(profile), computed=plan.begun())
                profile = fold_all(begun, records.events_of(connection, owner), plan)
            else:
                if not profile.version:
                    profile = replace(profile, computed=plan.begun())
                profile = fold_all(profile, pending[owner], plan)
            if not plan.fits(profile.computed):
                history = records.events_of(connection, owner)
                profile = replace(profile, computed=plan.recounted(profile.computed, history))
            profile, more = settle(profile, segments, vocabulary, now, "event")
            moves.append((owner, changes + more))
            yield profile

    def _tell(self, connection: Connection, moves: Sequence[tuple[str, Sequence[Change]]]) -> None:
        records.note_all(connection, moves)
        for profile_id, changes in moves:
            if changes:
                self._on_changes(connection, profile_id, changes)


def _is_hopeless(error: Exception) -> bool:
    # Whoever comes next would wait as long for the same answer.
    return isinstance(error, OperationalError) and is_busy(error)


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
