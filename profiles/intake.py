"""Intake: events become part of what we know, each exactly once, in one transaction; then they are acknowledged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TypeAlias

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from profiles import records
from profiles.computed import plan_of
from profiles.consent.answers import RECORD
from profiles.consent.changing import settle_answers
from profiles.consent.counting import counted_of
from profiles.consent.keeping import Keeper, Kept
from profiles.events import Event, people_of
from profiles.fold import fold_all
from profiles.forgotten import admitted
from profiles.identity import Crowd, MustBeAlone, blank, links, rows
from profiles.ingest import UNSEEN, Groups, Observer, Places, claim, no_collection, renew
from profiles.judging import Id, Receipt, State, Status, id_of, schema_of, sorted_out, withheld
from profiles.membership.listed import lists_of
from profiles.membership.moves import note_all
from profiles.profile import Profile
from profiles.segments import Change, Segments, is_due, settle
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
        tcf_vendor: int | None = None,
        observer: Observer = UNSEEN,
    ) -> None:
        self._database = database
        self._segments = segments
        self._vocabulary = vocabulary
        self._hot = hot
        self._on_event = tuple(on_event)
        self._on_changes = on_changes
        self._tcf_vendor = tcf_vendor
        self._observer = observer
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
            # Events of who was forgotten are in quarantine no more; of others' the forgotten names are taken out.
            owners = records.find(connection, people_of(events))
            may_come = admitted(connection, events, owners)
            events = [*may_come.events]
            held = records.held_messages(connection, events)
            done = {key: state for key, state in held.items() if state is not State.WAITING}
            before = records.hold(connection, owners.values())
            kept = self._kept(events, owners, before)
            receipts = sorted_out([one.event for one in kept], (), done, self._vocabulary().shapes)
            places = renew(connection, events, now)
            copies = self._count(connection, kept, receipts, places, owners, before, now)
            receipts = may_come.together(receipts)
            settle(connection, receipts)
        self._hot.put(copies)
        return receipts

    def _accept_group(self, events: Sequence[Event], now: Instant) -> list[Receipt]:
        # SQLite has one writer anyway. PostgreSQL lets many in, as long as everybody is known.
        alone = self._database.engine.dialect.name == "sqlite"
        with no_collection():
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
            owners = records.find(connection, people_of(events))
            may_come = admitted(connection, events, owners)
            events = may_come.events
            people = people_of(events)
            if not alone and len(owners) < len(people):
                raise MustBeAlone  # somebody is new; now that is known, and nothing was done yet
            came = claim(connection, events, now)
            held = records.held_messages(connection, events)
            before = records.hold(connection, owners.values())
            kept = self._kept(events, owners, before, came.before)
            receipts = sorted_out([one.event for one in kept], came.before, held, shapes, came.other)
            receipts = [withheld(receipt, one) for receipt, one in zip(receipts, kept, strict=True)]
            copies = self._count(connection, kept, receipts, came.places, owners, before, now, alone=alone)
            told = zip((one.event for one in kept), receipts, strict=True)
            broken = [(event, schema_of(event, shapes), one.breaches) for event, one in told if one.breaches]
            records.keep_apart(connection, broken)
        self._observer.committed(events, receipts)
        self._hot.put(copies)
        self._observer.visible(events)
        return may_come.together(receipts)

    def _kept(
        self,
        events: Sequence[Event],
        owners: Mapping[str, str],
        people: Mapping[str, Profile],
        before: Collection[Id] = (),
    ) -> list[Kept]:
        """What may be kept of each of these events; those that came `before` say nothing more."""
        keeper = Keeper(self._vocabulary(), owners, people, self._tcf_vendor)
        return [Kept(event) if before and id_of(event) in before else keeper.keep(event) for event in events]

    def _count(
        self,
        connection: Connection,
        kept: Sequence[Kept],
        receipts: Sequence[Receipt],
        places: Places,
        owners: dict[str, str],
        before: dict[str, Profile],
        now: Instant,
        *,
        alone: bool = True,
    ) -> dict[str, Copy]:
        """Write those of the events that are accepted, and what follows; the hot copies of all their people."""
        new, seqs = counted_of(connection, kept, receipts, places, now)
        # Who is told "duplicate" may rely on it as well: the one that took it in may have died before it told.
        told = zip(kept, receipts, strict=True)
        again = [one.event for one, receipt in told if receipt.status is Status.DUPLICATE]
        crowd = links.crowd_of(connection, new, owners, dict(before), alone=alone)
        copies = self._take(connection, new, seqs, crowd, before, now)
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
        # In the order of the log, as whoever tells it anew does: a record of consent is behind its event.
        told = sorted(((seqs[id_of(event)], event) for event in new), key=lambda one: one[0])
        whose = {seq: crowd.owner(event) for seq, event in told}
        owned = [(event, crowd.final(whose[seqs[id_of(event)]])) for event in new]
        records.add_events(connection, owned, seqs)
        links.keep(connection, crowd, seqs)
        moves: list[tuple[str, list[Change]]] = []
        for old in crowd.merged:
            records.give_events(connection, old, crowd.final(old))
            gone = before.get(old)
            moves.append((old, [Change(key, "left", now, "merged") for key in gone.segments] if gone else []))
        copies = records.save(connection, list(self._folded(connection, owned, crowd, now, moves)), now, before)
        self._tell(connection, moves)
        for event, owner in owned:
            if event.kind == RECORD:
                continue  # what it says, the event said beside which it is kept
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
        on_lists = lists_of(connection, [crowd.profiles[owner] for owner in crowd.renamed - crowd.merged.keys()])
        for owner in sorted((pending.keys() | crowd.renamed | joined) - crowd.merged.keys()):
            profile, changes = crowd.profiles[owner], list[Change]()
            fits = plan.fits(profile.computed)
            if profile.version and fits and is_due(profile, segments, vocabulary, now):
                # What the clock or other rules did before these events came is theirs.
                profile, changes = settle(profile, segments, vocabulary, now, "clock", before=profile)
            if owner in joined:
                begun = replace(blank(profile), computed=plan.begun())
                before, profile = None, fold_all(begun, rows.deeds(connection, owner), plan)
            else:
                if not profile.version:
                    profile = replace(profile, computed=plan.begun())
                before, profile = profile, fold_all(profile, pending[owner], plan)
            if not plan.fits(profile.computed):
                history = records.events_of(connection, owner)
                before, profile = None, replace(profile, computed=plan.recounted(profile.computed, history))
            if owner in crowd.renamed:
                profile = profile.but(lists=on_lists.get(owner, {}))
            last = pending[owner][-1].message_id if pending[owner] else ""
            known = crowd.profiles[owner]
            profile, more = settle_answers(known, profile, segments, vocabulary, now, before=before, event=last)
            moves.append((owner, changes + more))
            yield profile

    def _tell(self, connection: Connection, moves: Sequence[tuple[str, Sequence[Change]]]) -> None:
        note_all(connection, moves)
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
    while some := list(islice(pending, chunk)):
        receipts = intake.accept(some, now)
        new += sum(receipt.status is Status.ACCEPTED for receipt in receipts)
        progress(len(some))
    return new
