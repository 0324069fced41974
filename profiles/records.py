"""Reading and writing people in an open transaction. Rows stay in here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Row, bindparam, delete, select, update

from profiles import tables
from profiles.events import Event
from profiles.judging import Id, State, id_of, reason_of
from profiles.profile import Profile, at_version
from rules import Breach, Instant
from storage import Copy, PersonKey, Vault, listed, person_keys, put_rows, upsert_rows, vault_of

T = TypeVar("T")

NOBODY: Mapping[str, Profile] = {}

CHUNK = 2_000
"""Values in one IN list; databases limit the parameters of a statement."""

WITH_KEY = (tables.profiles, person_keys, person_keys.c.owner == tables.profiles.c.id)
"""People and, where they have one, the key that their documents are sealed under."""

PEOPLE = select(
    tables.profiles.c.id, tables.profiles.c.version, tables.profiles.c.document, person_keys.c.wrapped
).outerjoin_from(*WITH_KEY)
"""People as rows that `profile_of` reads."""


def find(connection: Connection, aliases: Iterable[str]) -> dict[str, str]:
    """Alias -> profile id, for those that are known."""
    known, vault = tables.aliases.c, vault_of(connection)
    names = {vault.mark(alias): alias for alias in aliases}
    found: dict[str, str] = {}
    for some in _chunks(names):
        query = select(known.alias, known.profile_id).where(listed(connection, known.alias, some))
        found.update((names[mark], owner) for mark, owner in connection.execute(query))
    return found


def hold(connection: Connection, ids: Iterable[str], *, skip_held: bool = False) -> dict[str, Profile]:
    """These profiles, held against other writers until the transaction ends; always taken in the same order."""
    columns = tables.profiles.c
    held: dict[str, Profile] = {}
    for some in _chunks(sorted(set(ids))):
        # The keys come along: nobody can make or destroy them while we hold their people.
        query = PEOPLE.where(listed(connection, columns.id, some)).order_by(columns.id)
        for row in connection.execute(query.with_for_update(of=tables.profiles, skip_locked=skip_held)):
            vault_of(connection).learn(connection, row.id, row.wrapped)
            if (profile := profile_of(connection, row)) is not None:
                held[row.id] = profile
    return held


def people(connection: Connection, ids: Iterable[str]) -> dict[str, Profile]:
    """These profiles as they are now, held against nobody."""
    found: dict[str, Profile] = {}
    for some in _chunks(sorted(set(ids))):
        for row in connection.execute(PEOPLE.where(tables.profiles.c.id.in_(some))):
            if (profile := profile_of(connection, row)) is not None:
                found[profile.id] = profile
    return found


def everybody(connection: Connection) -> Iterator[Profile]:
    """Every person, few of them in memory at once."""
    for row in connection.execute(PEOPLE.order_by(tables.profiles.c.id).execution_options(yield_per=CHUNK)):
        if (profile := profile_of(connection, row)) is not None:
            yield profile


def profile_of(connection: Connection, row: Row[*tuple[Any, ...]]) -> Profile | None:
    """The profile in a row of `PEOPLE`; None where its key was destroyed."""
    document = vault_of(connection).open_with(row.document, row.wrapped)
    return None if document is None else Profile.load(at_version(document, row.version))


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
    vault = vault_of(connection)
    held = [(event, vault.mark(event.aliases[0]), schema, breaches) for event, schema, breaches in events]
    # No profile comes of these: each is sealed under a key of the name that it gives its person.
    keys = vault.keys(connection, {person for _, person, _, _ in held}) if held else {}
    rows = [
        {
            **_columns(event),
            "body": keys[person].seal(event.body()),
            "person": person,
            "schema": schema,
            "reason": reason_of(breaches),
            "breaches": orjson.dumps(breaches),
            "state": State.WAITING,
        }
        for event, person, schema, breaches in held
    ]
    if rows:
        connection.execute(tables.quarantine.insert(), rows)


def add_events(connection: Connection, events: Sequence[tuple[Event, str]], seqs: Mapping[Id, int]) -> None:
    """Write new events, each with its person's profile id, in these places of the log."""
    keys = vault_of(connection).keys(connection, {owner for _, owner in events}) if events else {}
    rows = [
        (seqs[id_of(e)], e.source, e.message_id, owner, e.kind, e.name, e.at, e.received_at, keys[owner].seal(e.body()))
        for e, owner in events
    ]
    put_rows(connection, tables.events, LOGGED, rows)


LOGGED = ("seq", "source", "message_id", "profile_id", "kind", "name", "at", "received_at", "body")


def _columns(event: Event) -> dict[str, object]:
    columns = ("source", "message_id", "kind", "name", "at", "received_at")
    return {name: getattr(event, name) for name in columns}


def events_of(connection: Connection, profile_id: str) -> Iterator[Event]:
    """All that this person did, in order of time."""
    columns = tables.events.c
    query = select(tables.events).where(columns.profile_id == profile_id).order_by(columns.at, columns.seq)
    for some in _chunks(connection.execute(query)):
        # What was sealed under a key that is gone was told of somebody who is forgotten.
        bodies = vault_of(connection).open_all(connection, [row.body for row in some])
        yield from (event_of(row, body) for row, body in zip(some, bodies, strict=True) if body is not None)


def save(
    connection: Connection, people: Sequence[Profile], now: Instant, before: Mapping[str, Profile] = NOBODY
) -> dict[str, Copy]:
    """Write these profiles and when their timers are due; their hot copies by key, to publish after the commit.

    Who was in the database as in `before` has a timer already.
    """
    if not people:
        return {}
    keys = vault_of(connection).keys(connection, [p.id for p in people])
    documents = [p.dump() for p in people]
    sealed = [keys[p.id].seal(document) for p, document in zip(people, documents, strict=True)]
    rows = [(p.id, p.version, document, now, p.stamp) for p, document in zip(people, sealed, strict=True)]
    upsert_rows(connection, tables.profiles, ("id", "version", "document", "updated_at", "stamp"), rows)
    set_timers(connection, [p for p in people if p.id not in before or before[p.id].until != p.until])
    return _copies(connection, people, documents, keys)


def copies_of(connection: Connection, people: Sequence[Profile]) -> dict[str, Copy]:
    """The hot copies of these people as they are, by key. A copy is sealed as the row is, and brings its key along: to
    read it takes no question to the database."""
    if not people:
        return {}
    keys = vault_of(connection).keys(connection, [p.id for p in people])
    return _copies(connection, people, [p.dump() for p in people], keys)


def _copies(
    connection: Connection, people: Sequence[Profile], documents: Sequence[bytes], keys: Mapping[str, PersonKey]
) -> dict[str, Copy]:
    vault = vault_of(connection)
    told = zip(people, documents, strict=True)
    whole = ((p, keys[p.id].copy(at_version(document, p.version))) for p, document in told)
    return {hot_key(vault, alias): Copy(p.version, copy) for p, copy in whole for alias in p.aliases}


def set_timers(connection: Connection, people: Sequence[Profile]) -> None:
    """Wake each of these people when time alone can next change something, or not at all."""
    due = [(p.id, p.until) for p in people if p.until is not None]
    upsert_rows(connection, tables.timers, ("profile_id", "due_at"), due)
    drop_timers(connection, [p.id for p in people if p.until is None])


def point(connection: Connection, owners: Mapping[str, str]) -> None:
    """Let these aliases lead to these profiles from now on."""
    mark = vault_of(connection).mark
    rows = [(mark(alias), owner) for alias, owner in owners.items()]
    upsert_rows(connection, tables.aliases, ("alias", "profile_id"), rows)


def give_events(connection: Connection, old: str, new: str) -> None:
    """Make all that `old` did the deeds of `new`, and let `old` be no more."""
    columns, vault = tables.events.c, vault_of(connection)
    rows = connection.execute(select(columns.seq, columns.body).where(columns.profile_id == old)).all()
    move_events(connection, {row.seq: row.body for row in rows}, new)
    vault.destroy(connection, [old])
    connection.execute(delete(tables.profiles).where(tables.profiles.c.id == old))
    drop_timers(connection, [old])


def move_events(connection: Connection, bodies: Mapping[int, bytes], owner: str) -> None:
    """Make these events (number -> body as it is kept) the deeds of `owner`, sealed under the owner's key: so what is
    destroyed with a key is of nobody else."""
    vault = vault_of(connection)
    opened = vault.open_all(connection, list(bodies.values()))
    key = vault.keys(connection, [owner])[owner]
    moved = [
        {"its": seq, "profile_id": owner, "body": key.seal(body)}
        for seq, body in zip(bodies, opened, strict=True)
        if body is not None
    ]
    if moved:
        statement = update(tables.events).where(tables.events.c.seq == bindparam("its"))
        values: dict[str, Any] = {"profile_id": bindparam("profile_id"), "body": bindparam("body")}
        connection.execute(statement.values(values), moved)


def drop_timers(connection: Connection, ids: Iterable[str]) -> None:
    """Wake nobody for these people."""
    for some in _chunks(ids):
        connection.execute(delete(tables.timers).where(listed(connection, tables.timers.c.profile_id, some)))


def hot_key(vault: Vault, alias: str) -> str:
    """The key of a profile's hot copy under one of its aliases."""
    return marked_key(vault.mark(alias))


def marked_key(mark: str) -> str:
    """The same, where the alias is known by its mark alone."""
    return f"profile:{mark}"


def event_of(row: Row[Any], body: bytes) -> Event:
    """The event in a row, with its body as it was before it was sealed."""
    return Event(
        message_id=row.message_id,
        source=row.source,
        kind=row.kind,
        name=row.name,
        at=row.at,
        received_at=row.received_at,
        **orjson.loads(body),
    )


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    pending = iter(values)
    while chunk := list(islice(pending, CHUNK)):
        yield chunk
