"""Reading and writing people in an open transaction. Rows stay in here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Row, delete, literal, select, true, update

from profiles import tables
from profiles.events import Event
from profiles.judging import Id, State, id_of, reason_of
from profiles.profile import Profile, at_version
from profiles.segments import Change
from rules import Breach, Instant
from storage import Copy, insert, listed, put_rows, upsert_rows

T = TypeVar("T")

CHUNK = 2_000
"""Values in one IN list; databases limit the parameters of a statement."""


def find(connection: Connection, aliases: Iterable[str]) -> dict[str, str]:
    """Alias -> profile id, for those that are known."""
    known = tables.aliases.c
    found: dict[str, str] = {}
    for some in _chunks(aliases):
        query = select(known.alias, known.profile_id).where(listed(connection, known.alias, some))
        found.update((alias, owner) for alias, owner in connection.execute(query))
    return found


def hold(connection: Connection, ids: Iterable[str], *, skip_held: bool = False) -> dict[str, Profile]:
    """These profiles, held against other writers until the transaction ends; always taken in the same order."""
    columns = tables.profiles.c
    held: dict[str, Profile] = {}
    for some in _chunks(sorted(set(ids))):
        query = (
            select(columns.version, columns.document).where(listed(connection, columns.id, some)).order_by(columns.id)
        )
        rows = connection.execute(query.with_for_update(skip_locked=skip_held))
        held.update((profile.id, profile) for profile in map(profile_of, rows))
    return held


def profile_of(row: Row[*tuple[Any, ...]]) -> Profile:
    """The profile in a row with its `version` and `document`."""
    return Profile.load(at_version(row.document, row.version))


def _by_source(events: Iterable[Event]) -> Mapping[str, list[str]]:
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for event in events:
        ids[event.source].append(event.message_id)
    return ids


def held_messages(connection: Connection, events: Iterable[Event]) -> dict[Id, State]:
    """Which of these events are, or were, in quarantine, and where they stand."""
    columns = tables.quarantine.c
    held: dict[Id, State] = {}
    for source, ids in _by_source(events).items():
        for some in _chunks(ids):
            query = select(columns.message_id, columns.state).where(columns.source == source)
            rows = connection.execute(query.where(listed(connection, columns.message_id, some)))
            held.update(((source, message_id), State(state)) for message_id, state in rows)
    return held


def keep_apart(connection: Connection, events: Iterable[tuple[Event, str, Sequence[Breach]]]) -> None:
    """Put events into quarantine, each with the name of the schema that it breaks, and where."""
    rows = [
        {
            **_columns(event),
            "schema": schema,
            "reason": reason_of(breaches),
            "breaches": orjson.dumps(breaches),
            "state": State.WAITING,
        }
        for event, schema, breaches in events
    ]
    if rows:
        connection.execute(tables.quarantine.insert(), rows)


def add_events(connection: Connection, events: Sequence[tuple[Event, str]], seqs: Mapping[Id, int]) -> None:
    """Write new events, each with its person's profile id, in these places of the log."""
    rows = [
        (seqs[id_of(e)], e.source, e.message_id, owner, e.kind, e.name, e.at, e.received_at, e.body())
        for e, owner in events
    ]
    put_rows(connection, tables.events, LOGGED, rows)


LOGGED = ("seq", "source", "message_id", "profile_id", "kind", "name", "at", "received_at", "body")


def _columns(event: Event) -> dict[str, object]:
    columns = ("source", "message_id", "kind", "name", "at", "received_at")
    return {**{name: getattr(event, name) for name in columns}, "body": event.body()}


def events_of(connection: Connection, profile_id: str) -> Iterator[Event]:
    """All that this person did, in order of time."""
    columns = tables.events.c
    query = select(tables.events).where(columns.profile_id == profile_id).order_by(columns.at, columns.seq)
    return (_event(row) for row in connection.execute(query))


def save(connection: Connection, people: Sequence[Profile], now: Instant) -> dict[str, Copy]:
    """Write these profiles and when their timers are due; their hot copies by key, to publish after the commit."""
    documents = [p.dump() for p in people]
    rows = [(p.id, p.version, document, now) for p, document in zip(people, documents, strict=True)]
    upsert_rows(connection, tables.profiles, ("id", "version", "document", "updated_at"), rows)
    set_timers(connection, people)
    return _copies(people, documents)


def copies_of(people: Sequence[Profile]) -> dict[str, Copy]:
    """The hot copies of these people as they are, by key."""
    return _copies(people, [p.dump() for p in people])


def _copies(people: Sequence[Profile], documents: Sequence[bytes]) -> dict[str, Copy]:
    written = zip(people, documents, strict=True)
    whole = [(p, Copy(p.version, at_version(document, p.version))) for p, document in written]
    return {hot_key(alias): copy for p, copy in whole for alias in p.aliases}


def set_timers(connection: Connection, people: Sequence[Profile]) -> None:
    """Wake each of these people when time alone can next change something, or not at all."""
    due = [(p.id, p.until) for p in people if p.until is not None]
    upsert_rows(connection, tables.timers, ("profile_id", "due_at"), due)
    drop_timers(connection, [p.id for p in people if p.until is None])


def point(connection: Connection, owners: Mapping[str, str]) -> None:
    """Let these aliases lead to these profiles from now on."""
    upsert_rows(connection, tables.aliases, ("alias", "profile_id"), [*owners.items()])


def note(connection: Connection, profile_id: str, changes: Iterable[Change]) -> None:
    """Write down how one person moved between segments."""
    note_all(connection, [(profile_id, changes)])


def note_all(connection: Connection, moves: Iterable[tuple[str, Iterable[Change]]]) -> None:
    """Write down how people moved between segments: profile id and changes of each."""
    rows = [(who, c.segment, c.change, c.at, c.cause) for who, changes in moves for c in changes]
    put_rows(connection, tables.segment_changes, ("profile_id", "segment", "change", "at", "cause"), rows)


def give_events(connection: Connection, old: str, new: str) -> None:
    """Make all that `old` did the deeds of `new`, and let `old` be no more."""
    columns = tables.events.c
    connection.execute(update(tables.events).where(columns.profile_id == old).values(profile_id=new))
    connection.execute(delete(tables.profiles).where(tables.profiles.c.id == old))
    drop_timers(connection, [old])


def wake_all(connection: Connection, now: Instant) -> None:
    """Let everybody's timer be due now."""
    people = select(tables.profiles.c.id, literal(now)).where(true())
    statement = insert(connection, tables.timers).from_select(["profile_id", "due_at"], people)
    connection.execute(statement.on_conflict_do_update(index_elements=["profile_id"], set_={"due_at": now}))


def drop_timers(connection: Connection, ids: Iterable[str]) -> None:
    """Wake nobody for these people."""
    for some in _chunks(ids):
        connection.execute(delete(tables.timers).where(listed(connection, tables.timers.c.profile_id, some)))


def hot_key(alias: str) -> str:
    """The key of a profile's hot copy under one of its aliases."""
    return f"profile:{alias}"


def _event(row: Row[Any]) -> Event:
    return Event(
        message_id=row.message_id,
        source=row.source,
        kind=row.kind,
        name=row.name,
        at=row.at,
        received_at=row.received_at,
        **orjson.loads(row.body),
    )


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    pending = iter(values)
    while chunk := list(islice(pending, CHUNK)):
        yield chunk
