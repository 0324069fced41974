"""Erasing: 40 canaries are found before, none afterwards; nobody comes back by a call, a replay, or an older backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import orjson
import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select

from profiles import (
    STORES,
    Eraser,
    Exporter,
    Kind,
    Person,
    Requests,
    Standing,
    Status,
    UnknownPerson,
    allowed_history,
    facts_of,
    records,
    schema_of,
    tables,
)
from profiles.forgotten import refused_among
from profiles.privacy.erasing import person_of
from storage import Ledger, read_log
from storage.audit import Search
from tests.profiles.calls import DAY, NOW, call, ordered, viewed
from tests.profiles.test_sealing import bytes_of
from tests.profiles.world import VOCABULARY, World

CANARIES = [f"canary-{n:02}@example.com" for n in range(40)]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger apart from the database."""
    return Ledger(tmp_path / "elsewhere" / "erasures.jsonl")


@pytest.fixture
def requests(world: World, ledger: Ledger) -> Requests:
    """What people may ask for."""
    eraser = Eraser(world.database, world.hot, ledger, STORES)
    return Requests(world.database, world.intake, eraser, Exporter(world.database, STORES))


def plant(world: World) -> str:
    """Forty canaries, wherever a call can put them; the profile's id."""
    c = iter(CANARIES)
    user, browser, second = next(c), next(c), next(c)
    calls = [
        call(
            "identify", at=NOW, user=user, anonymous=browser, traits={next(c): "name", "email": next(c), "a": [next(c)]}
        ),
        call(
            "track", at=NOW + 1, event="Signed Up", user=user, properties={"with": next(c), "deep": {"er": [next(c)]}}
        ),
        call("group", at=NOW + 2, user=user, groupId=next(c), traits={"boss": next(c)}),
        call("alias", at=NOW + 3, user=user, previousId=second),
        ordered("2", at=NOW + 4, user=user, total="much", category=next(c)),
    ]
    calls += [call("track", at=NOW + 5 + n, event="Note", user=user, properties={"n": next(c)}) for n in range(10)]
    calls += [call("identify", at=NOW + 20 + n, user=user, traits={f"t{n}": one}) for n, one in enumerate(c)]
    statuses = [receipt.status for receipt in world.intake.accept(calls, NOW + 60)]
    assert statuses.count(Status.QUARANTINED) == 1
    return world.profiles.find(f"user:{user}")


def exported(requests: Requests, profile_id: str) -> dict[str, Any]:
    person = requests.exporter.find(profile_id)
    told: dict[str, Any] = orjson.loads(b"".join(requests.exporter.as_json(person, NOW)))
    return told


def asked(requests: Requests, kind: Kind, profile_id: str, **details: Any) -> Any:
    made = requests.take_down(kind, profile_id, f"by mail from {CANARIES[0]}", details, NOW, author="eve", now=NOW)
    return requests.carry_out(made.seq, author="eve", now=NOW + DAY)


def test_forty_canaries_before_and_none_afterwards(world: World, requests: Requests) -> None:
    profile_id = plant(world)
    other = call("identify", at=NOW, user="bob", traits={"email": "bob@example.com"})
    world.intake.accept([other], NOW)
    told = exported(requests, profile_id)
    text = orjson.dumps(told).decode()
    assert [one for one in CANARIES if one not in text] == []
    done = asked(requests, Kind.ERASE, profile_id)
    assert (done.state, done.profile_id, done.asked_by, done.details) == (Standing.DONE, "", "", {})
    assert done.proof["left"] == 0
    assert done.proof["keys"] >= 2
    assert done.proof["erased"]["events"] == len(told["stores"]["events"])
    everything = bytes_of(world.database)
    assert [one for one in CANARIES if one.encode() in everything] == []
    assert profile_id.encode() not in everything.replace(done.proof["erasure"].encode(), b"")
    with pytest.raises(UnknownPerson):
        world.profiles.by_id(profile_id)
    bob = world.profiles.get("user:bob")
    assert bob is not None
    assert bob.traits == {"email": "bob@example.com"}


def test_what_is_handed_out_fits_its_schema_in_both_forms(world: World, requests: Requests, tmp_path: Path) -> None:
    profile_id = plant(world)
    told = exported(requests, profile_id)
    schema = schema_of(STORES)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(told)
    for name, rows in told["stores"].items():
        beyond = {key for row in rows for key in row} - set(STORES[name].fields)
        assert not beyond, f"{name} says more than its schema: {beyond}"
    person = requests.exporter.find(profile_id)
    (tmp_path / "x.zip").write_bytes(b"".join(requests.exporter.as_csv(person, NOW)))
    with ZipFile(tmp_path / "x.zip") as archive:
        assert archive.testzip() is None
        text = "".join(archive.read(name).decode() for name in archive.namelist())
        lines = archive.read("events.csv").decode().splitlines()
    assert [one for one in CANARIES if one not in text] == []
    assert len(lines) == 1 + len(told["stores"]["events"])


def test_who_was_forgotten_is_refused_until_that_is_lifted(world: World, requests: Requests) -> None:
    profile_id = plant(world)
    asked(requests, Kind.ERASE, profile_id)
    user, browser = CANARIES[0], CANARIES[1]
    before = bytes_of(world.database)
    again = [
        viewed("1", user=user),
        viewed("2", user=None, anonymous=browser),
        viewed("3", user="bob", anonymous=browser),
        call("alias", user="bob", previousId=user),
        viewed("4", user="cid"),
    ]
    statuses = [receipt.status for receipt in world.intake.accept(again, NOW + 100)]
    assert statuses == [Status.ERASED, Status.ERASED, Status.ACCEPTED, Status.ACCEPTED, Status.ACCEPTED]
    assert world.profiles.get(f"user:{user}") is None
    # The browser is another's now: the event is theirs, the forgotten name is not.
    bob = world.profiles.get("user:bob")
    assert bob is not None
    assert bob.aliases == ("user:bob",)
    assert before is not None
    requests.lift([f"user:{user}"], author="eve", now=NOW + 200)
    assert [one.status for one in world.intake.accept([viewed("5", user=user)], NOW + 201)] == [Status.ACCEPTED]
    anew = world.profiles.get(f"user:{user}")
    assert anew is not None
    assert (anew.traits, anew.counters["orders"]) == ({}, 0)


def test_what_is_done_is_in_the_log_and_names_nobody(world: World, requests: Requests) -> None:
    profile_id = plant(world)
    asked(requests, Kind.ERASE, profile_id)
    with world.database.read() as connection:
        log = [(one.who, one.action, one.what, bool(one.after)) for one in read_log(connection, Search(), limit=10)]
    assert log[:2] == [
        ("eve", "person.erase.done", "people/requests/1", True),
        ("eve", "person.receive", "people/requests/1", False),
    ]


def test_a_ledger_that_was_lost_is_written_anew_from_the_database(world: World, requests: Requests) -> None:
    asked(requests, Kind.ERASE, plant(world))
    ledger = requests.eraser.ledger
    before = list(ledger.read())
    ledger.path.write_bytes(b'{"id": "torn')
    assert requests.eraser.carry_out(NOW) == 0
    assert list(ledger.read()) == before


def test_restricted_is_kept_and_not_used(world: World, requests: Requests) -> None:
    world.intake.accept([ordered("1", user="ann")], NOW)
    ann = world.profiles.find("user:ann")
    assert "buyers" in world.profiles.by_id(ann).segments
    asked(requests, Kind.RESTRICT, ann)
    held = world.profiles.by_id(ann)
    assert (held.restricted, held.segments, held.counters["orders"]) == (True, {}, 1)
    facts = facts_of(held, VOCABULARY, {}, NOW + DAY)
    assert (facts.values["profile"], facts.values["consent"], allowed_history(held, VOCABULARY)) == ({}, {}, [])
    asked(requests, Kind.UNRESTRICT, ann)
    assert "buyers" in world.profiles.by_id(ann).segments


def test_what_is_wrong_is_put_right_and_an_objection_holds(world: World, requests: Requests) -> None:
    world.intake.accept([call("identify", user=None, anonymous="a1", traits={"first_name": "Anm"})], NOW)
    who = world.profiles.find("anon:a1")
    done = asked(requests, Kind.RECTIFY, who, traits={"first_name": "Ann"})
    assert done.proof == {"event": f"request-{done.seq}", "status": "accepted"}
    asked(requests, Kind.OBJECT, who, purpose="analytics")
    profile = world.profiles.by_id(who)
    assert (profile.traits["first_name"], profile.consent["analytics"]) == ("Ann", False)
    with world.database.read() as connection:
        sources = [one.source for one in records.events_of(connection, who)]
    # The first call has a record of its consent beside it.
    assert sources == ["shop", "shop", "privacy", "privacy"]


def test_who_shares_a_browser_keeps_all_that_is_theirs(world: World, requests: Requests) -> None:
    """Two people on one browser, and one whose past was joined: what one is forgotten with is not the other's."""
    world.intake.accept([viewed("1", user="ann", anonymous="shared"), viewed("2", user="bob", anonymous="shared")], NOW)
    world.intake.accept([viewed("3", user=None, anonymous="phone")], NOW + 1)
    world.intake.accept([viewed("4", user="bob", anonymous="phone")], NOW + 2)
    bob = world.profiles.find("user:bob")
    before = exported(requests, bob)["stores"]
    asked(requests, Kind.ERASE, world.profiles.find("user:ann"))
    after = exported(requests, bob)["stores"]
    assert after["events"] == before["events"]
    assert [one["name"] for one in after["events"]].count("Product Viewed") == 3
    with world.database.read() as connection:
        assert refused_among(connection, ["user:ann", "user:bob", "anon:shared"]) == {"user:ann"}
        assert isinstance(person_of(connection, bob), Person)
        assert connection.scalars(select(tables.aliases.c.profile_id).distinct()).all() == [bob]
