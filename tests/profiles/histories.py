"""Random histories of few people who share much: sign-ins, devices, addresses; and all that is known after."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import insert, select, text

from profiles import Event, Link, records, tables
from profiles.identity import tables as identity
from profiles.identity.people import Identities
from rules import Instant
from storage import Base, Database
from tests.profiles.calls import NOW, added, call, ordered, viewed
from tests.profiles.world import VOCABULARY, World

MARKS = ("email:1", "email:2", "phone:1", "device:1", "device:2", "external:1")
Batch = tuple[Instant, list[Event]]


def history(dice: random.Random, batches: int) -> list[Batch]:
    """Batches with the moments at which they come in."""
    now, told = NOW, list[Batch]()
    for _ in range(batches):
        now += dice.choice((1.0, 30.0, 400.0))
        told.append((now, [_event(dice, now) for _ in range(dice.randint(1, 4))]))
    return told


def _event(dice: random.Random, now: Instant) -> Event:
    at = now - dice.choice((0.0, 0.0, 0.0, 20.0, 900.0))
    user = dice.choice((None, None, "u1", "u2", "u3", "u4"))
    anonymous = dice.choice(("a1", "a2", "a3", "a4", "a5", "a6"))
    who: dict[str, Any] = {"user": user, "anonymous": None if user and dice.random() < 0.6 else anonymous}
    item = dice.choice("pqr")
    match dice.randint(0, 11):
        case 0:
            event = ordered(item, at=at, total=dice.randint(1, 9), **who)
        case 1 | 2 | 3:
            event = added(item, at, **who)
        case 4 | 5:
            event = call("identify", at, traits={dice.choice("xyz"): dice.randint(1, 3)}, **who)
        case 6 if user is not None:
            event = call("alias", at, previousId=dice.choice(("u1", "u2", "a1", "a4")), **who)
        case _:
            event = viewed(item, at, category=dice.choice(("Tea", "Coffee")), **who)
    marks = dice.sample(MARKS, dice.choice((0, 0, 0, 0, 0, 1, 1, 2)))
    return replace(event, marks=tuple(sorted(marks, key=MARKS.index)), received_at=now)


def play(world: World, batches: Sequence[Batch]) -> None:
    """Take a history in, the timers at work."""
    for now, events in batches:
        world.timers.run_due(now - 0.5)
        world.intake.accept(events, now)


def identities(world: World) -> Identities:
    """Merging and splitting in this world."""
    return Identities(world.database, lambda: world.kept, lambda: VOCABULARY, world.hot)


KEPT = {
    "aliases": select(tables.aliases.c.alias, tables.aliases.c.profile_id, tables.aliases.c.apart),
    "links": select(identity.links),
    "events": select(tables.events.c.seq, tables.events.c.profile_id, tables.events.c.kind, tables.events.c.message_id),
    "timers": select(tables.timers),
}


def known(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All that comes of a log: documents as they are sealed, names, links, whose each event is, timers."""
    with database.read() as connection:
        kept = {name: sorted(map(tuple, connection.execute(query))) for name, query in KEPT.items()}
        return kept | {"profiles": sorted((one.id, one.dump()) for one in records.everybody(connection))}


def what_is_known(kept: dict[str, list[tuple[Any, ...]]]) -> dict[str, Any]:
    """The same without what is of the log itself and not of who is who: its numbers, and its records of consent, which
    are written for what is new of a person; and without the moments of memberships, which are what was told."""
    told = {
        "events": sorted((message, owner) for _, owner, kind, message in kept["events"] if kind != "consent"),
        "links": [names for *names, _, _ in kept["links"]],
    }
    people = {one: orjson.loads(document) for one, document in kept["profiles"]}
    members = {one: {**told, "segments": sorted(told["segments"])} for one, told in people.items()}
    return {**kept, **told, "profiles": members}


def emptied(database: Database) -> None:
    """Begin anew: no people, numbers from 1. The audit log stays, as it always does."""
    names = [table.name for table in Base.metadata.sorted_tables if not table.name.startswith("audit")]
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY"))
            return
        for name in reversed(names):
            connection.execute(text(f"DELETE FROM {name}"))


def links(world: World) -> list[tuple[str, Link]]:
    """Every link between two names, with the profile of somebody who has it."""
    with world.database.read() as connection:
        people = [one.id for one in records.everybody(connection)]
    found = {link.id: (one, link) for one in people for link in identities(world).links(one)}
    return [found[number] for number in sorted(found) if found[number][1].kind != "hand"]


def cut_beforehand(database: Database, link: Link) -> None:
    """Let a link be cut before anybody told it."""
    made = {
        "act": "cut",
        "name": link.marks[0],
        "other": link.marks[1],
        "seq": 0,
        "at": NOW,
        "author": "",
        "reason": "",
    }
    with database.write() as connection:
        connection.execute(insert(identity.decisions).values(**made))


def seeds(count: int, start: int = 0) -> Iterator[random.Random]:
    """Dice of their own for so many histories."""
    return (random.Random(start + number) for number in range(count))
