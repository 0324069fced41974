"""Whatever befalls the server of the copies while events and asks go on: no answer is older than what was acknowledged,
no event is lost, and all is as before when it is over."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from profiles import Profile
from storage import Database, HotCopies, Valkey
from tests.profiles.calls import NOW, viewed
from tests.profiles.world import World

Eventually = Callable[..., None]

SHOPPERS, DEEDS, STORMS = 3, 40, 6


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    """A server that this test may stop, empty and kill."""
    server = Valkey.start(tmp_path / "hot")
    yield server
    server.stop()


@pytest.fixture
def worlds(database: Database, server: Valkey) -> Iterator[list[World]]:
    """Two processes' worth of a shop: they share the database and the server."""
    doors = [HotCopies(server.url, pause=0.05) for _ in range(2)]
    yield [World(database, hot) for hot in doors]
    for hot in doors:
        hot.close()


def seen(world: World, alias: str) -> int:
    """How many coffees the served profile has looked at."""
    document, _ = world.profiles.raw(alias)
    return 0 if document is None else int(Profile.load(document).counters["viewed"].get("coffee", 0))


def flushed(server: Valkey) -> None:
    with redis.Redis.from_url(server.url, socket_timeout=5) as client:
        client.flushall()


def hung(server: Valkey) -> None:
    if (pid := server.pid) is not None:
        os.kill(pid, signal.SIGSTOP)
        time.sleep(0.1)
        os.kill(pid, signal.SIGCONT)


def killed(server: Valkey) -> None:
    """It is started again with what its append-only file remembers."""
    if (pid := server.pid) is not None:
        os.kill(pid, signal.SIGKILL)
        for _ in range(500):
            if server.pid not in (None, pid) and server.answers():
                return
            time.sleep(0.01)


def test_in_any_weather_each_answer_knows_what_was_acknowledged(
    worlds: list[World], server: Valkey, eventually: Eventually
) -> None:
    stale: list[str] = []
    calm, done = threading.Event(), [0] * SHOPPERS

    def shop(who: int) -> None:
        deeds = 0
        # On until the last storm is over: each of them is to meet somebody.
        while deeds < DEEDS or not calm.is_set():
            deeds += 1
            worlds[deeds % 2].intake.accept([viewed("1", NOW + deeds, user=f"u{who}")], NOW + deeds)
            told = [seen(world, f"user:u{who}") for world in worlds]
            stale.extend(f"u{who}: {found} instead of {deeds}" for found in told if found != deeds)
            done[who] = deeds

    shoppers = [threading.Thread(target=shop, args=(who,)) for who in range(SHOPPERS)]
    for shopper in shoppers:
        shopper.start()
    for number in range(STORMS):
        time.sleep(0.05)
        (flushed, hung, killed)[number % 3](server)
    calm.set()
    for shopper in shoppers:
        shopper.join()
    assert stale == []
    eventually(lambda: all(world.hot.available for world in worlds), 10)
    assert [[seen(world, f"user:u{who}") for who in range(SHOPPERS)] for world in worlds] == [done, done]
    fresh = [World(worlds[0].database, HotCopies(None)).profiles.get(f"user:u{who}") for who in range(SHOPPERS)]
    assert [one.counters["viewed"]["coffee"] for one in fresh if one] == done
