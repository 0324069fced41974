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
from sqlalchemy.exc import IntegrityError

from profiles import records
from profiles.computed import plan_of
from profiles.events import Event, people_of
from profiles.fold import fold_all
from profiles.identity import Crowd, MustBeAlone, blank
from profiles.judging import Id, Receipt, State, Status, schema_of, sorted_out
from profiles.membership.listed import lists_of
from profiles.profile import Profile
from profiles.segments import Change, Segments, is_due, settle
from rules import Instant, Vocabulary
from storage import Copy, Database, HotCopies, lock_out

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

    def accept(self, events: Sequence[Event], now: Instant) -> list[Receipt]:
        """Commit these events, all or none, and tell of each what became of it.

        When this returns, every one of them is durable; those that are accepted are folded into their profiles and
        counted in their segments, those that break their schema are in quarantine.
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
            receipts, copies = self._taken(connection, events, now, {}, alone=True)
            settle(connection, receipts)
        self._hot.put(copies)
        return receipts

    def _accept(self, events: Sequence[Event], now: Instant, *, alone: bool) -> list[Receipt]:
        with self._database.write() as connection:
            lock_out(connection, LOCK, shared=not alone)
            held = records.held_messages(connection, events)
            receipts, copies = self._taken(connection, events, now, held, alone=alone)
            shapes = self._vocabulary().shapes
            told = zip(events, receipts, strict=True)
            broken = [(event, schema_of(event, shapes), one.breaches) for event, one in told if one.breaches]
            records.keep_apart(connection, broken)
        self._hot.put(copies)
        return receipts

    def _taken(
        self, connection: Connection, events: Sequence[Event], now: Instant, held: Mapping[Id, State], *, alone: bool
    ) -> tuple[list[Receipt], dict[str, Copy]]:
        """What becomes of these events, after those that count are written; and the hot copies of their people."""
        owners = records.find(connection, people_of(events))
        before = records.hold(connection, owners.values())
        receipts = sorted_out(events, records.known_messages(connection, events), held, self._vocabulary().shapes)
        told = list(zip(events, receipts, strict=True))
        new = [event for event, receipt in told if receipt.status is Status.ACCEPTED]
        # Who is told "duplicate" may rely on it as well: the one that took it in may have died before it told.
        again = [event for event, receipt in told if receipt.status is Status.DUPLICATE]
        copies = self._take(connection, new, Crowd(owners, dict(before), alone), before, now)
        ids = {owners[alias] for event in again for alias in event.aliases if alias in owners}
        return receipts, {**records.copies_of([before[one] for one in sorted(ids) if one in before]), **copies}

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
            self._note(connection, old, left)
        copies = records.save(connection, list(self._folded(connection, owned, crowd, now)), now)
        for event, owner in owned:
            for hook in self._on_event:
                hook(connection, event, owner)
        return copies

    def _folded(
        self, connection: Connection, owned: Sequence[tuple[Event, str]], crowd: Crowd, now: Instant
    ) -> Iterator[Profile]:
        segments, vocabulary = self._segments(), self._vocabulary()
        plan = plan_of(vocabulary)
        pending: defaultdict[str, list[Event]] = defaultdict(list)
        for event, owner in owned:
            pending[owner].append(event)
        joined = {crowd.final(old) for old in crowd.merged}
        on_lists = lists_of(connection, [crowd.profiles[owner] for owner in crowd.renamed - crowd.merged.keys()])
        for owner in sorted((pending.keys() | crowd.renamed | joined) - crowd.merged.keys()):
            profile, changes = crowd.profiles[owner], list[Change]()
            fits = plan.fits(profile.computed)
            if profile.version and fits and is_due(profile, segments, vocabulary, now):
                # What the clock or other rules did before these events came is theirs.
                profile, changes = settle(profile, segments, vocabulary, now, "clock", before=profile)
            if owner in joined:
                begun = replace(blank(profile), computed=plan.begun())
                before, profile = None, fold_all(begun, records.events_of(connection, owner), plan)
            else:
                if not profile.version:
                    profile = replace(profile, computed=plan.begun())
                before, profile = profile, fold_all(profile, pending[owner], plan)
            if not plan.fits(profile.computed):
                history = records.events_of(connection, owner)
                before, profile = None, replace(profile, computed=plan.recounted(profile.computed, history))
            if owner in crowd.renamed:
                profile = replace(profile, lists=on_lists.get(owner, {}))
            last = pending[owner][-1].message_id if pending[owner] else ""
            profile, more = settle(profile, segments, vocabulary, now, "event", before=before, event=last)
            self._note(connection, owner, changes + more)
            yield profile

    def _note(self, connection: Connection, profile_id: str, changes: Sequence[Change]) -> None:
        if changes:
            records.note(connection, profile_id, changes)
            self._on_changes(connection, profile_id, changes)


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
