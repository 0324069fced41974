"""Wild histories for a rebuild, all that there is to know after them, and ways to wreck it."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select, update

from profiles import STORES, Eraser, Keeping, Lists, Retention, records, tables
from profiles.identity import tables as identity
from profiles.membership.tables import memberships
from profiles.privacy.erasing import person_of
from profiles.rebuilding.rebuild import Rebuild
from profiles.segments import settle
from rules import Attribute, FactType, Vocabulary, read_computed
from storage import Ledger
from tests.profiles.calls import DAY, NOW
from tests.profiles.histories import history, identities, links, play
from tests.profiles.world import CART_WAITING, VOCABULARY, World, segments

BY = {"author": "ann", "reason": "two people"}

COMPUTED = {
    "profile.orders_2d": (FactType.NUMBER, {"count": "Order Completed", "within": "2d"}),
    "profile.favourite": (FactType.STRING, {"most_frequent": "Product Viewed", "of": "category"}),
    "profile.visits": (FactType.OBJECT, {"sessions": "*", "gap": "30m"}),
}
KNOWN = Vocabulary(
    {
        **VOCABULARY.attributes,
        "lists.*": Attribute("lists.*", FactType.BOOLEAN, "On the list", purpose="personalization"),
        **{
            path: Attribute(path, kind, path, purpose="personalization", computed=read_computed(body))
            for path, (kind, body) in COMPUTED.items()
        },
    },
    VOCABULARY.events,
)
KEPT = segments(
    cart_waiting=CART_WAITING,
    buyers={">": [{"var": "profile.orders"}, 0]},
    lately={">": [{"var": "profile.orders_2d"}, 0]},
    vip={"var": "lists.vip"},
    plain={"!": [{"in_segment": "vip"}]},
)


def rebuild_of(world: World) -> Rebuild:
    return Rebuild(world.database, lambda: world.kept, lambda: KNOWN, world.hot, on_changes=world._tell)


def quiet(step: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def live(world: World, dice: random.Random, tmp_path: Path, *, erasing: bool) -> float:
    """A wild history: late events, shared devices, splits and merges by hand, lists, maybe somebody erased; its end."""
    batches, now = history(dice, 14), NOW
    lists = Lists(world.database, lambda: world.kept, lambda: KNOWN, world.hot, on_changes=world._tell)
    lists.replace("vip", "", ["user:u1", "anon:a4", "user:nobody"], NOW, author="ann")
    for number, batch in enumerate(batches):
        play(world, [batch])
        now = batch[0] + 0.25
        joined = links(world)
        if number % 4 == 2 and joined:
            profile_id, link = dice.choice(joined)
            identities(world).split(profile_id, [link.id], now=now, **BY)
        with world.database.read() as connection:
            people = [one.id for one in records.everybody(connection)]
        if number == 5 and len(people) > 1:
            one, other = dice.sample(people, 2)
            identities(world).merge(one, other, now=now, **BY)
        if number == 7:
            lists.add("vip", [f"profile:{dice.choice(people)}", "anon:a2"], now, author="ann")
        if number == 9 and erasing:
            eraser = Eraser(world.database, world.hot, Ledger(tmp_path / f"{dice.random()}.jsonl"), STORES)
            with world.database.write() as connection:
                eraser.forget(connection, person_of(connection, dice.choice(people)), now)
    while world.timers.run_due(now + 1):
        pass
    return now + 1


def settled(world: World, now: float) -> None:
    """Let everybody be looked at wholly: so no moment is left of looks at some of the segments."""
    with world.database.write() as connection:
        people = list(records.everybody(connection))
        anew = [settle(replace(one, stamp="", untils={}), world.kept, KNOWN, now, "clock") for one in people]
        assert not any(changes for _, changes in anew)
        records.save(connection, [profile for profile, _ in anew], now)


QUERIES = {
    "names": select(tables.aliases.c.alias, tables.aliases.c.profile_id, tables.aliases.c.apart),
    "links": select(identity.links),
    "events": select(tables.events.c.seq, tables.events.c.profile_id),
    "timers": select(tables.timers),
    "memberships": select(memberships),
    "changes": select(tables.segment_changes),
}


def all_of(world: World) -> dict[str, Any]:
    """All that there is to know, documents opened."""
    with world.database.read() as connection:
        kept = {name: sorted(map(tuple, connection.execute(query))) for name, query in QUERIES.items()}
        return {**kept, "documents": sorted((one.id, one.dump()) for one in records.everybody(connection))}


def wipe(connection: Connection, dice: random.Random) -> None:
    """Everything that comes of the log."""
    for table in (tables.profiles, memberships, tables.timers, tables.aliases, identity.links):
        connection.execute(delete(table))


def deface(connection: Connection, dice: random.Random) -> None:
    """Some of everything: lost, of somebody else, unreadable, forged, of nobody."""
    ids = sorted(connection.scalars(select(tables.profiles.c.id)))
    some = dice.sample(ids, (len(ids) + 1) // 2)
    for one in some:
        here = tables.profiles.c.id == one
        match dice.randint(0, 4):
            case 0:
                connection.execute(delete(tables.profiles).where(here))
            case 1:
                connection.execute(update(tables.profiles).where(here).values(document=b"what?"))
            case 2:
                forged = replace(records.people(connection, [one])[one], traits={"x": 99}, untils={}, segments={})
                records.save(connection, [forged], NOW)
            case 3:
                other = dice.choice(ids)
                told = update(tables.aliases).where(tables.aliases.c.profile_id == one)
                connection.execute(told.values(profile_id=other, apart=True))
            case _:
                connection.execute(delete(memberships).where(memberships.c.profile_id == one))
                connection.execute(delete(tables.timers).where(tables.timers.c.profile_id == one))
    connection.execute(memberships.insert().values(segment="buyers", profile_id="nobody", since=NOW))
    connection.execute(tables.timers.insert().values(profile_id="nobody", due_at=NOW))
    connection.execute(update(identity.links).values(outcome="full"))


def deface_without_log(connection: Connection, dice: random.Random) -> None:
    """What comes back where the log is not whole: facts, memberships, timers, names that profiles have."""
    for one in list(records.everybody(connection)):
        forged = replace(one, traits={"x": 99}, counters={}, untils={}, segments={}, events={}, stamp="")
        records.save(connection, [forged], NOW)
    connection.execute(delete(memberships))
    connection.execute(delete(tables.aliases).where(tables.aliases.c.apart.is_(False)))


def purge(world: World, now: float, tmp_path: Path) -> float:
    """Let retention take all views that are older than six minutes, a day later; the moment."""
    now += DAY - 360
    eraser = Eraser(world.database, world.hot, Ledger(tmp_path / "ledger"), STORES)
    keeping = Keeping(types={"Product Viewed": 1})
    retention = Retention(world.database, world.hot, keeping, lambda: world.kept, lambda: KNOWN, eraser)
    while retention.work(now):
        pass
    while world.timers.run_due(now):
        pass
    return now
