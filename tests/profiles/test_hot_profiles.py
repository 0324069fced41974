"""Hot profiles: the next answer sees the last event, whatever happens to the server of the copies."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from profiles import Profile
from profiles.records import hot_key
from storage import Database, HotCopies, Valkey
from tests.profiles.calls import MINUTE, NOW, added, call, viewed
from tests.profiles.world import World

Eventually = Callable[..., None]

DEGRADED = "profile copies unavailable"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    """A server that this test may kill."""
    server = Valkey.start(tmp_path / "hot")
    yield server
    server.stop()


@pytest.fixture
def hot(server: Valkey) -> Iterator[HotCopies]:
    hot = HotCopies(server.url, pause=0.05)
    yield hot
    hot.close()


@pytest.fixture
def busy(database: Database, hot: HotCopies) -> World:
    """A world with hot copies."""
    return World(database, hot)


def views(world: World, alias: str = "user:ann") -> tuple[int, str]:
    """How many coffees the served profile has seen, and whether the answer is degraded."""
    document, degraded = world.profiles.raw(alias)
    return (0 if document is None else Profile.load(document).counters["viewed"].get("coffee", 0)), degraded


def pid_of(server: Valkey) -> int:
    assert server.pid is not None
    return server.pid


def test_the_next_answer_sees_the_last_event(busy: World) -> None:
    assert views(busy) == (0, "")
    for n in range(1, 4):
        busy.intake.accept([viewed("1")], NOW)
        assert views(busy) == (n, "")


def test_who_is_told_duplicate_sees_the_event_too(busy: World, database: Database) -> None:
    busy.intake.accept([viewed("1")], NOW)
    assert views(busy) == (1, "")
    second = viewed("2")
    died_before_it_told = World(database, HotCopies(None))
    died_before_it_told.intake.accept([second], NOW)
    busy.intake.accept([second], NOW)  # the client had no answer, and asks again
    assert views(busy) == (2, "")


def test_a_hot_profile_needs_no_sql(busy: World) -> None:
    busy.intake.accept([viewed("1")], NOW)
    busy.database.close()
    unreachable = World(Database("sqlite:////nonexistent/nothing.db"), busy.hot)
    assert views(unreachable) == (1, "")


def test_a_miss_is_filled_from_sql(busy: World, hot: HotCopies) -> None:
    busy.intake.accept([viewed("1")], NOW)
    hot.forget_all()
    assert views(busy) == (1, "")
    assert hot.get(hot_key(busy.database.vault, "user:ann")) is not None


def test_that_somebody_is_a_stranger_is_remembered_until_they_are_not(busy: World, hot: HotCopies) -> None:
    assert views(busy, "anon:new") == (0, "")
    assert hot.get(hot_key(busy.database.vault, "anon:new")) == b""
    busy.intake.accept([viewed("1", user=None, anonymous="new")], NOW)
    assert views(busy, "anon:new") == (1, "")


def test_every_alias_is_fresh_after_a_join(busy: World) -> None:
    for n in range(3):
        busy.intake.accept([viewed(str(n), user=None, anonymous="x")], NOW)
    assert views(busy, "anon:x") == (3, "")
    busy.intake.accept([call("identify", anonymous="x")], NOW)
    busy.intake.accept([call("identify", user="bob", anonymous="x")], NOW)
    assert (views(busy, "anon:x"), views(busy)) == ((0, ""), (3, ""))


def test_a_timer_reaches_the_hot_copy(busy: World) -> None:
    busy.intake.accept([added("1", NOW)], NOW)
    busy.timers.run_due(NOW + 10 * MINUTE)
    document, _ = busy.profiles.raw("user:ann")
    assert document is not None
    assert Profile.load(document).segments == {}


def test_while_the_server_hangs_answers_come_from_sql_and_say_so(
    busy: World, server: Valkey, hot: HotCopies, eventually: Eventually
) -> None:
    busy.intake.accept([viewed("1")], NOW)
    os.kill(pid_of(server), signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert views(busy) == (1, DEGRADED)
        busy.intake.accept([viewed("1")], NOW)
        assert views(busy) == (2, DEGRADED)
        assert time.monotonic() - began < 1.0
    finally:
        os.kill(pid_of(server), signal.SIGCONT)
    eventually(lambda: hot.available)
    assert views(busy) == (2, ""), "the copy of before is not believed"


def test_a_killed_server_is_not_missed_and_what_it_remembers_is_not_believed(
    busy: World, server: Valkey, hot: HotCopies, eventually: Eventually
) -> None:
    busy.intake.accept([viewed("1")], NOW)
    first = pid_of(server)
    os.kill(first, signal.SIGKILL)
    busy.intake.accept([viewed("1")], NOW)
    assert views(busy)[0] == 2
    eventually(lambda: server.pid not in (None, first) and server.answers() and hot.available)
    assert views(busy) == (2, "")


def test_with_nobody_to_connect_to_all_goes_on(database: Database, tmp_path: Path) -> None:
    hot = HotCopies(f"unix://{tmp_path}/nobody")
    world = World(database, hot)
    world.intake.accept([viewed("1")], NOW)
    assert views(world) == (1, DEGRADED)
    assert views(world, "anon:nobody") == (0, DEGRADED)
    hot.close()
