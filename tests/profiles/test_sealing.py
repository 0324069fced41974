"""Nothing that was told of a person lies open in the database, also what was written before there were keys."""

from __future__ import annotations

import orjson
from sqlalchemy import MetaData, func, select

from profiles import Sealer, Status, mark_names, records, tables
from storage import Database
from tests.profiles.calls import NOW, call, ordered, viewed
from tests.profiles.world import World

CANARY = "canary-7@example.com"


def bytes_of(database: Database) -> bytes:
    """All that all tables hold."""
    metadata, found = MetaData(), []
    with database.read() as connection:
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                found += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row]
    return b"\n".join(found)


def fill(world: World) -> None:
    """Canaries in everything that a call can tell."""
    told = [
        call("identify", at=NOW, user=CANARY, anonymous=f"a-{CANARY}", traits={"email": CANARY, "size": "m"}),
        viewed("1", user=CANARY, anonymous=f"a-{CANARY}"),
        call("track", event="Signed Up", user=CANARY, properties={"with": CANARY}),
        ordered("2", user=CANARY, total="much"),
        call("group", user=CANARY, groupId=CANARY, traits={"boss": CANARY}),
    ]
    statuses = [receipt.status for receipt in world.intake.accept(told, NOW)]
    assert statuses.count(Status.QUARANTINED) == 1


def test_no_table_holds_what_was_told_and_everything_is_read_again(world: World) -> None:
    fill(world)
    assert CANARY.encode() not in bytes_of(world.database)
    profile = world.profiles.get(f"user:{CANARY}")
    assert profile is not None
    assert profile.traits["email"] == CANARY
    assert profile.aliases == (f"user:{CANARY}", f"anon:a-{CANARY}")
    with world.database.read() as connection:
        told = list(records.events_of(connection, profile.id))
        # What each said of consent that was new is a record beside it.
        assert {one.user_id for one in told} == {CANARY}
        assert len([one for one in told if one.kind != "consent"]) == 4
        assert [one.id for one in records.everybody(connection)] == [profile.id]


def test_what_is_joined_is_sealed_under_the_key_of_who_it_is_now(world: World) -> None:
    """An anonymous past becomes a user's: the key it was told under is destroyed, and nothing is lost."""
    world.intake.accept([viewed("1", user="ann", anonymous=None)], NOW)
    world.intake.accept([viewed("2", user=None, anonymous="browser")], NOW + 1)
    world.intake.accept([call("identify", at=NOW + 2, user="ann", anonymous="browser")], NOW + 2)
    profile = world.profiles.get("anon:browser")
    assert profile is not None
    with world.database.read() as connection:
        vault = world.database.vault
        key = vault.keys(connection, [profile.id])[profile.id]
        bodies = connection.scalars(select(tables.events.c.body)).all()
        assert {bytes(one)[1:9] for one in bodies} == {key.id}
        assert len(list(records.events_of(connection, profile.id))) == len(bodies) >= 3


def laid_open(world: World) -> None:
    """The same database as a version without keys left it."""
    with world.database.write() as connection:
        vault = world.database.vault
        for table, key, body in ((tables.events, "seq", "body"), (tables.profiles, "id", "document")):
            for row in connection.execute(select(table)).all():
                plain = vault.open(connection, getattr(row, body))
                connection.execute(table.update().where(table.c[key] == getattr(row, key)).values({body: plain}))
        for row in connection.execute(select(tables.quarantine)).all():
            plain = vault.open(connection, row.body)
            connection.execute(tables.quarantine.update().values(body=plain, person=""))
        for document in list(connection.scalars(select(tables.profiles.c.document))):
            for name in orjson.loads(document)["aliases"]:
                here = tables.aliases.c.alias == vault.mark(name)
                connection.execute(tables.aliases.update().where(here).values(alias=name))
        vault.destroy(connection, {row.owner for row in connection.execute(select(records.person_keys)).all()})


def test_what_lay_open_is_sealed_bit_by_bit(world: World) -> None:
    fill(world)
    before = world.profiles.get(f"user:{CANARY}")
    with world.database.read() as connection:
        events = connection.scalar(select(func.count()).select_from(tables.events))
    laid_open(world)
    assert CANARY.encode() in bytes_of(world.database)
    with world.database.write() as connection:
        assert mark_names(connection, NOW)
        assert not mark_names(connection, NOW)
    # It is read while it lies open.
    assert world.profiles.get(f"user:{CANARY}") == before
    sealer = Sealer(world.database)
    while sealer.work(NOW):
        pass
    assert CANARY.encode() not in bytes_of(world.database)
    assert world.profiles.get(f"user:{CANARY}") == before
    assert before is not None
    with world.database.read() as connection:
        assert len(list(records.events_of(connection, before.id))) == events
    assert sealer.rewrap() >= 2
