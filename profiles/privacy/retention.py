"""Retention: events that were kept long enough go, and each person is folded again from what remains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from profiles import records, tables
from profiles.computed import plan_of
from profiles.events import Event
from profiles.fold import fold_all
from profiles.identity import blank
from profiles.intake import LOCK, Told, tell_nobody
from profiles.membership.moves import note
from profiles.privacy.erasing import Eraser, person_of
from profiles.privacy.sweeping import note_place, place_of
from profiles.profile import Profile
from profiles.segments import Segments, settle
from rules import Instant, Vocabulary
from storage import Copy, Database, HotCopies, lock_out, overwrite_deleted, vault_of

DAY: Final = 86_400.0
NAME: Final = "retention"
PURGED_TO: Final = "purged"
"""The sweep that notes the last event that went: whoever reads the log from its beginning must know."""
ALL: Final = "*"
SCANNED: Final = 2_000
"""Events that are looked at in one step."""
PURGED: Final = 200
"""Events that go in one step: it holds the lock of people while it runs."""

E = tables.events.c


@dataclass(frozen=True, slots=True)
class Keeping:
    """For how long events are kept, in days: by type, else by the purpose that it is registered for, else all."""

    types: Mapping[str, int] = field(default_factory=dict)
    purposes: Mapping[str, int] = field(default_factory=dict)
    others: int | None = None

    def __bool__(self) -> bool:
        """Whether anything goes at all."""
        return bool(self.types or self.purposes) or self.others is not None

    def ends(self, name: str, at: Instant, vocabulary: Vocabulary) -> Instant | None:
        """Until when an event of this type is kept; None: for good. What only tells of a person, or of consent, has no
        type, and stays."""
        days = self.types.get(name, self.purposes.get(vocabulary.events.get(name, ""), self.others)) if name else None
        return None if days is None else at + days * DAY


class Retention:
    """Walks the log, a few events in each transaction; it may be stopped at any moment, and goes on from there."""

    def __init__(
        self,
        database: Database,
        hot: HotCopies,
        keeping: Keeping,
        segments: Callable[[], Segments],
        vocabulary: Callable[[], Vocabulary],
        eraser: Eraser,
        *,
        on_changes: Told = tell_nobody,
    ) -> None:
        self._database = database
        self._hot = hot
        self._keeping = keeping
        self._segments = segments
        self._vocabulary = vocabulary
        self._eraser = eraser
        self._on_changes = on_changes

    def work(self, now: Instant) -> bool:
        """Do a step; whether there is more to do before the walk is over. The next walk begins where the log begins."""
        if not self._keeping:
            return False
        with self._database.read() as connection:
            place = place_of(connection, NAME) or 0
            columns = (E.seq, E.profile_id, E.name, E.at)
            rows = connection.execute(select(*columns).where(E.seq > place).order_by(E.seq).limit(SCANNED)).all()
        due = [row for row in rows if self._is_over(row, now)]
        some = due[:PURGED]
        reached = some[-1].seq if len(due) > PURGED else (rows[-1].seq if rows else 0)
        copies: dict[str, Copy] = {}
        with self._database.write() as connection:
            if some:
                lock_out(connection, LOCK)
                copies = self._purge(connection, some, now)
                note_place(connection, PURGED_TO, some[-1].seq, now)
            note_place(connection, NAME, reached, now)
        self._hot.put(copies)
        return bool(rows)

    def _is_over(self, row: Row[*tuple[Any, ...]], now: Instant) -> bool:
        ends = self._keeping.ends(row.name, row.at, self._vocabulary())
        return ends is not None and ends <= now

    def _purge(self, connection: Connection, due: Sequence[Row[*tuple[Any, ...]]], now: Instant) -> dict[str, Copy]:
        overwrite_deleted(connection)
        gone: defaultdict[str, set[int]] = defaultdict(set)
        for row in due:
            gone[row.profile_id].add(row.seq)
        held = records.hold(connection, gone)
        left: list[Profile] = []
        for profile_id, profile in sorted(held.items()):
            if _forget(connection, profile_id, gone[profile_id]):
                left.append(self._again(connection, profile, now))
            else:
                person = person_of(connection, profile_id)
                self._eraser.let_go(connection, person)
                self._eraser.after([person])
        return records.save(connection, left, now)

    def _again(self, connection: Connection, profile: Profile, now: Instant) -> Profile:
        """The person as what remains tells it, with the changes of segments that this makes."""
        plan = plan_of(self._vocabulary())
        begun = replace(blank(profile), computed=plan.begun())
        folded = fold_all(begun, records.events_of(connection, profile.id), plan)
        settled, changes = settle(folded, self._segments(), self._vocabulary(), now, "clock")
        if changes:
            note(connection, profile.id, changes)
            self._on_changes(connection, profile.id, changes)
        return replace(settled, version=profile.version + 1)


def _forget(connection: Connection, profile_id: str, seqs: set[int]) -> bool:
    """Delete these events of a person; whether any others remain. One that alone tells that two names are one person
    stays as that, and as nothing else."""
    rows = connection.execute(select(tables.events).where(E.profile_id == profile_id).order_by(E.at, E.seq)).all()
    bodies = vault_of(connection).open_all(connection, [row.body for row in rows])
    events = {row.seq: records.event_of(row, body) for row, body in zip(rows, bodies, strict=True) if body is not None}
    remaining = [event for seq, event in events.items() if seq not in seqs]
    if not remaining:
        return False
    husks = _evidence([(seq, event) for seq, event in events.items() if seq in seqs], remaining)
    _strip(connection, profile_id, husks)
    going = sorted(seqs - husks.keys())
    connection.execute(delete(tables.events).where(E.seq.in_(going)))
    return True


def _evidence(going: Iterable[tuple[int, Event]], remaining: Iterable[Event]) -> dict[int, Event]:
    known = [set(event.aliases) for event in remaining]
    kept: dict[int, Event] = {}
    for seq, event in going:
        names = set(event.aliases)
        if len(names) > 1 and not any(names <= one for one in known):
            kept[seq] = replace(event, name="", properties={}, traits={})
            known.append(names)
    return kept


def _strip(connection: Connection, profile_id: str, husks: Mapping[int, Event]) -> None:
    if not husks:
        return
    key = vault_of(connection).keys(connection, [profile_id])[profile_id]
    rows = [{"its": seq, "name": "", "body": key.seal(event.body())} for seq, event in husks.items()]
    values: dict[str, Any] = {"name": bindparam("name"), "body": bindparam("body")}
    connection.execute(update(tables.events).where(E.seq == bindparam("its")).values(values), rows)
