"""Reading and writing people in an open transaction. Rows stay in here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import Connection, Row, delete, select, update

from profiles import tables
from profiles.events import Event
from profiles.judging import Id, State, reason_of
from profiles.membership.tables import memberships
from profiles.profile import Profile, at_version
from profiles.segments import Change
from rules import Breach, Instant
from storage import Copy, insert

T = TypeVar("T")

ENTERED: Final = "entered"

REASON: Final = 500
"""Characters of a reason that are kept."""

CHUNK = 2_000
"""Values in one IN list; databases limit the parameters of a statement."""


def find(connection: Connection, aliases: Iterable[str]) -> dict[str, str]:
    """Alias -> profile id, for those that are known."""
    known = tables.aliases.c
    found: dict[str, str] = {}
    for some in _chunks(aliases):
        rows = connection.execute(select(known.alias, known.profile_id).where(known.alias.in_(some)))
        found.update((row.alias, row.profile_id) for row in rows)
    return found


def hold(connection: Connection, ids: Iterable[str], *, skip_held: bool = False) -> dict[str, Profile]:
    """These profiles, held against other writers until the transaction ends; always taken in the same order."""
    columns = tables.profiles.c
    held: dict[str, Profile] = {}
    for some in _chunks(sorted(set(ids))):
        query = select(columns.version, columns.document).where(columns.id.in_(some)).order_by(columns.id)
        rows = connection.execute(query.with_for_update(skip_locked=skip_held))
        held.update((profile.id, profile) for profile in map(profile_of, rows))
    return held


def profile_of(row: Row[*tuple[Any, ...]]) -> Profile:
    """The profile in a row with its `version` and `document`."""
    return Profile.load(at_version(row.document, row.version))


def known_messages(connection: Connection, events: Iterable[Event]) -> set[Id]:
    """Which of these events, as (source, message id), were accepted before."""
    columns = tables.events.c
    known: set[Id] = set()
    for source, ids in _by_source(events).items():
        for some in _chunks(ids):
            query = select(columns.message_id).where(columns.source == source, columns.message_id.in_(some))
            known.update((source, message_id) for message_id in connection.scalars(query))
    return known


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
            query = select(columns.message_id, columns.state)
            rows = connection.execute(query.where(columns.source == source, columns.message_id.in_(some)))
            held.update(((source, row.message_id), State(row.state)) for row in rows)
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


def add_events(connection: Connection, events: Sequence[tuple[Event, str]]) -> None:
    """Write new events, each with its person's profile id."""
    rows = [{**_columns(event), "profile_id": profile_id} for event, profile_id in events]
    if rows:
        connection.execute(tables.events.insert(), rows)


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
    rows = [
        {"id": p.id, "version": p.version, "document": document, "updated_at": now, "stamp": p.stamp}
        for p, document in zip(people, documents, strict=True)
    ]
    _upsert(connection, tables.profiles, rows)
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
    due = [{"profile_id": p.id, "due_at": p.until} for p in people if p.until is not None]
    _upsert(connection, tables.timers, due)
    drop_timers(connection, [p.id for p in people if p.until is None])


def point(connection: Connection, owners: Mapping[str, str]) -> None:
    """Let these aliases lead to these profiles from now on."""
    _upsert(connection, tables.aliases, [{"alias": alias, "profile_id": owner} for alias, owner in owners.items()])


def note(connection: Connection, profile_id: str, changes: Iterable[Change]) -> None:
    """Write down how one person moved between segments, and where they are now."""
    rows = [
        {"profile_id": profile_id, "segment": c.segment, "change": c.change, "at": c.at, "cause": c.cause}
        | {"reason": c.reason[:REASON], "event": c.event}
        for c in changes
    ]
    if rows:
        connection.execute(tables.segment_changes.insert(), rows)
        place(connection, profile_id, {row["segment"]: row["at"] if row["change"] == ENTERED else None for row in rows})


def place(connection: Connection, profile_id: str, segments: Mapping[Any, Any]) -> None:
    """Let a person be in these segments since these moments, and not in those of which it is None."""
    columns = memberships.c
    inside = {key: since for key, since in segments.items() if since is not None}
    rows = [{"segment": key, "profile_id": profile_id, "since": since} for key, since in inside.items()]
    _upsert(connection, memberships, rows)
    outside = [key for key, since in segments.items() if since is None]
    for some in _chunks(outside):
        connection.execute(delete(memberships).where(columns.segment.in_(some), columns.profile_id == profile_id))


def give_events(connection: Connection, old: str, new: str) -> None:
    """Make all that `old` did the deeds of `new`, and let `old` be no more."""
    columns = tables.events.c
    connection.execute(update(tables.events).where(columns.profile_id == old).values(profile_id=new))
    connection.execute(delete(tables.profiles).where(tables.profiles.c.id == old))
    drop_timers(connection, [old])


def drop_timers(connection: Connection, ids: Iterable[str]) -> None:
    """Wake nobody for these people."""
    for some in _chunks(ids):
        connection.execute(delete(tables.timers).where(tables.timers.c.profile_id.in_(some)))


def hot_key(alias: str) -> str:
    """The key of a profile's hot copy under one of its aliases."""
    return f"profile:{alias}"


def _upsert(connection: Connection, table: Any, rows: Sequence[Mapping[str, object]]) -> None:
    if not rows:
        return
    statement = insert(connection, table)
    key = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), rows)


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
