"""Rebuild: people, names and memberships are told anew by the log, byte for byte what they were; nobody hears twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete

from profiles import UnknownPerson, records
from profiles.membership.tables import memberships
from profiles.profile import COUNTERS
from profiles.rebuilding import rebuild
from profiles.rebuilding.rebuild import Different
from tests.profiles import histories
from tests.profiles.calls import NOW, ordered, viewed
from tests.profiles.histories import seeds
from tests.profiles.world import World
from tests.profiles.wrecks import (
    KEPT,
    KNOWN,
    all_of,
    deface,
    deface_without_log,
    live,
    purge,
    quiet,
    rebuild_of,
    settled,
    wipe,
)

HISTORIES = int(os.environ.get("INTARSIA_TEST_REBUILDS", "4"))


@pytest.fixture
def wild(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world with computed attributes and lists."""
    monkeypatch.setattr("tests.profiles.world.VOCABULARY", KNOWN)
    monkeypatch.setattr(histories, "VOCABULARY", KNOWN)
    world.kept = KEPT
    return world


@pytest.mark.parametrize("damage", [wipe, deface])
@pytest.mark.parametrize("start", range(HISTORIES // 2))
def test_what_was_lost_comes_back_byte_for_byte(
    wild: World,
    tmp_path: Path,
    start: int,
    damage: Callable[[Connection, random.Random], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As few people at once as make many transactions, and all of them in one."""
    if start % 2:
        monkeypatch.setattr(rebuild, "CHUNK", 3)
        monkeypatch.setattr(rebuild, "AT_ONCE", 0)
    (dice,) = seeds(1, 300 + start)
    now = live(wild, dice, tmp_path, erasing=False)
    assert list(rebuild_of(wild).check(now, quiet)) == [], "what came of ingest is what the log says"
    settled(wild, now)
    before, told = all_of(wild), list(wild.told)
    with wild.database.write() as connection:
        damage(connection, dice)
    assert list(rebuild_of(wild).check(now, quiet))
    rebuild_of(wild).run(now, quiet)
    assert all_of(wild) == before
    assert wild.told == told, "nobody is told anything twice"
    assert list(rebuild_of(wild).check(now, quiet)) == []
    assert rebuild_of(wild).run(now, quiet).changed == 0


@pytest.mark.parametrize("gone", ["erased", "purged"])
@pytest.mark.parametrize("start", range(HISTORIES // 4))
def test_where_the_log_is_not_whole_who_is_who_stays(wild: World, tmp_path: Path, start: int, gone: str) -> None:
    (dice,) = seeds(1, 700 + start)
    now = live(wild, dice, tmp_path, erasing=gone == "erased")
    if gone == "purged":
        now = purge(wild, now, tmp_path)
    assert list(rebuild_of(wild).check(now, quiet)) == []
    settled(wild, now)
    before, told = all_of(wild), list(wild.told)
    with wild.database.write() as connection:
        deface_without_log(connection, dice)
    assert {one.profile_id for one in rebuild_of(wild).check(now, quiet)} == {one for one, _ in before["documents"]}
    rebuild_of(wild).run(now, quiet)
    assert all_of(wild) == before
    assert wild.told == told


def crowd(world: World, people: int) -> list[str]:
    """So many buyers, each with a browser; the ids of their profiles."""
    everybody = [{"user": f"u{number}", "anonymous": f"a{number}"} for number in range(people)]
    world.intake.accept([one for who in everybody for one in (viewed("1", **who), ordered("2", **who))], NOW)
    with world.database.read() as connection:
        return [one.id for one in records.everybody(connection)]


def test_killed_in_the_middle_it_goes_on_where_it_was(
    wild: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = crowd(wild, 40)
    settled(wild, NOW)
    before = all_of(wild)
    with wild.database.write() as connection:
        wipe(connection, random.Random(1))
    command = [sys.executable, "-m", "tests.profiles.rebuilding", database_url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = [next(process.stdout).split() for _ in range(4)]
    process.kill()
    process.communicate()
    place = rebuild_of(wild).broken_off()
    assert place is not None and int(said[-1][1]) <= place.done < len(ids) == place.people
    monkeypatch.setattr(rebuild, "CHUNK", 2)
    seen: list[tuple[str, int]] = []
    assert rebuild_of(wild).run(NOW, lambda step, done, _: seen.append((step, done))).done == len(ids)
    assert seen[0] == (rebuild.PROFILES, place.done + 2), "what was done is not done again"
    assert all_of(wild) == before
    assert rebuild_of(wild).broken_off() is None


def test_events_come_in_meanwhile(wild: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "CHUNK", 2)
    crowd(wild, 9)
    with wild.database.write() as connection:
        for one in list(records.everybody(connection)):
            records.save(connection, [replace(one, counters=dict(COUNTERS), items=[])], NOW)
    told = list(wild.told)

    def go_on(step: str, done: int, total: int) -> None:
        """Some known, and somebody new, do something after each step."""
        if step == rebuild.PROFILES:
            wild.intake.accept([ordered("3", at=NOW, user=f"u{n}") for n in (done % 9, 8, done + 50)], NOW)

    rebuild_of(wild).run(NOW, go_on)
    assert list(rebuild_of(wild).check(NOW, quiet)) == []
    known = [wild.profiles.get(f"user:u{number}") for number in range(9)]
    assert all(one is not None and one.counters["orders"] >= 1 for one in known)
    old = {one.id for one in known if one is not None}
    assert [one for one in wild.told[len(told) :] if one[0] in old] == [], "they were buyers all the time"


def test_one_person_alone(wild: World) -> None:
    one, other = crowd(wild, 2)
    with wild.database.write() as connection:
        for forged in records.people(connection, [one, other]).values():
            records.save(connection, [replace(forged, traits={"size": "xl"}, until=NOW + 5)], NOW)
        connection.execute(delete(memberships))
    wrong = Different(one, ("traits", "memberships", "untils"))
    assert rebuild_of(wild).check_one(one, NOW) == wrong
    assert rebuild_of(wild).run_one(one, NOW) == wrong
    assert rebuild_of(wild).run_one(one, NOW) is rebuild_of(wild).check_one(one, NOW) is None
    assert [found.profile_id for found in rebuild_of(wild).check(NOW, quiet)] == [other]
    with pytest.raises(UnknownPerson):
        rebuild_of(wild).run_one("nobody", NOW)
    with pytest.raises(UnknownPerson):
        rebuild_of(wild).check_one("nobody", NOW)


def test_afresh_begins_at_the_beginning(wild: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "CHUNK", 2)
    crowd(wild, 7)

    def stop(step: str, done: int, total: int) -> None:
        if done == 4 and step == rebuild.PROFILES:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild_of(wild).run(NOW, stop)
    place = rebuild_of(wild).broken_off()
    assert place is not None and (place.done, place.people) == (4, 7)
    seen: list[int] = []

    def note(step: str, done: int, total: int) -> None:
        if step == rebuild.PROFILES:
            seen.append(done)

    rebuild_of(wild).run(NOW, note)
    assert seen == [6, 7]
    with pytest.raises(KeyboardInterrupt):
        rebuild_of(wild).run(NOW, stop)
    rebuild_of(wild).run(
        NOW, lambda step, done, _: seen.append(done) if step == rebuild.PROFILES else None, afresh=True
    )
    assert seen == [6, 7, 2, 4, 6, 7]
