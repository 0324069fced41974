"""A sender at work, over real HTTP: signed, in order, and nobody in the way of anybody else."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from connectors.webhooks.addresses import Guard
from connectors.webhooks.sender import Sender
from connectors.webhooks.signing import secret_of
from connectors.webhooks.transport import Transport
from storage import Database, Notice, emit
from tests.connectors.receiver import Receiver, Reply, Taken, proves, receiving

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

SECRET = secret_of(b"s" * 32)
ROOT = Path(__file__).resolve().parents[2]
Eventually = Callable[[Callable[[], object], float], None]


@pytest.fixture
def sender(database: Database) -> Iterator[Sender]:
    """A sender whose second tries come at once."""
    made = Sender(database, Transport(Guard(private=True)), dice=lambda: 0.0)
    yield made
    made.close(30)


def subscribe(sender: Sender, receiver: Receiver, name: str = "one") -> None:
    sender.hooks.create(name, SECRET, url=receiver.url, topics=["content.*"], author="ann", now=1.0)


def tell(database: Database, *entities: str) -> None:
    with database.write() as connection:
        emit(connection, *(Notice("content.saved", entity, 5.0, {"n": n}) for n, entity in enumerate(entities)))


def in_order_and_one_at_a_time(taken: list[Taken]) -> bool:
    """Of each entity: numbers that never go back, and no request that begins before the one before it has ended."""
    by_entity: dict[str, list[Taken]] = {}
    for one in sorted(taken, key=lambda one: one.began):
        by_entity.setdefault(one.body["entity"], []).append(one)
    return all(
        before.body["cursor"] <= after.body["cursor"] and before.ended <= after.began
        for ones in by_entity.values()
        for before, after in pairwise(ones)
    )


def test_news_arrive_signed_in_order_and_once_though_some_tries_fail(sender: Sender, eventually: Eventually) -> None:
    dice = random.Random(3)
    with receiving(lambda _: Reply(dice.choice([200, 200, 500, 503]))) as receiver:
        subscribe(sender, receiver)
        tell(sender.database, *(f"modules/{n % 5}" for n in range(30)))

        def all_there() -> bool:
            sender.tick()
            return len(receiver.accepted()) == 30

        eventually(all_there, 60)
    accepted = receiver.accepted()
    assert [one.body["cursor"] for one in sorted(accepted, key=lambda one: one.body["cursor"])] == list(range(1, 31))
    assert in_order_and_one_at_a_time(receiver.taken)
    assert all(proves(one, SECRET) for one in receiver.taken)
    assert len({one.id for one in receiver.taken}) == 30
    assert accepted[0].headers["content-type"] == "application/json"


def test_two_senders_share_the_work_and_never_send_the_same_at_once(
    sender: Sender, database_url: str, eventually: Eventually
) -> None:
    other_database = Database(database_url)
    other = Sender(other_database, sender.transport)
    with receiving(lambda _: Reply(wait=0.005)) as receiver:
        subscribe(sender, receiver)
        tell(sender.database, *(f"modules/{n % 7}" for n in range(60)))
        stop = threading.Event()
        threads = [threading.Thread(target=ticking, args=(one, stop)) for one in (sender, other)]
        for thread in threads:
            thread.start()
        eventually(lambda: len(receiver.accepted()) >= 60, 60)
        stop.set()
        for thread in threads:
            thread.join()
    other.close(30)
    other_database.close()
    assert sorted(one.body["cursor"] for one in receiver.taken) == list(range(1, 61))
    assert in_order_and_one_at_a_time(receiver.taken)


def ticking(sender: Sender, stop: threading.Event) -> None:
    while not stop.wait(0.01):
        sender.tick()


def test_a_receiver_that_hangs_takes_nobody_else_s_turn(sender: Sender, eventually: Eventually) -> None:
    """It hangs until the other one has everything."""
    done = threading.Event()

    def hang(_: dict[str, Any]) -> Reply:
        done.wait(60)
        return Reply()

    with receiving(hang) as slow, receiving() as quick:
        subscribe(sender, slow, "slow")
        subscribe(sender, quick, "quick")
        tell(sender.database, *(f"modules/{n}" for n in range(40)))

        def all_there() -> bool:
            sender.tick()
            return len(quick.accepted()) == 40

        eventually(all_there, 60)
        assert slow.taken == []
        done.set()
        sender.close(30)


def test_a_ping_is_sent_at_once_signed_and_told(sender: Sender) -> None:
    with receiving(lambda _: Reply(418, body=b"short and stout")) as receiver:
        subscribe(sender, receiver)
        answer = sender.ping("one", author="ann")
    assert (answer.status, answer.body) == (418, "short and stout")
    assert receiver.taken[0].body["type"] == "webhook.ping"
    assert proves(receiver.taken[0], SECRET)
    (attempt,) = sender.ledger.attempts("one")
    assert (attempt.seq, attempt.status, attempt.answer) == (0, 418, "short and stout")


SENDER = """
    import sys, time
    from connectors.webhooks.addresses import Guard
    from connectors.webhooks.sender import Sender
    from connectors.webhooks.transport import Transport
    from storage import Database
    sender = Sender(Database(sys.argv[1]), Transport(Guard(private=True), total=1.0), lease=2.0)
    print("ready", flush=True)
    while True:
        sender.tick()
        time.sleep(0.01)
"""


@pytest.mark.slow
def test_senders_that_are_killed_in_the_middle_lose_nothing(
    sender: Sender, database_url: str, eventually: Eventually
) -> None:
    """kill -9 while two processes send; each message arrives all the same, in the order of its entity."""
    with receiving(lambda _: Reply(wait=0.01)) as receiver:
        subscribe(sender, receiver)
        pair = [start(database_url) for _ in range(2)]
        tell(sender.database, *(f"modules/{n % 6}" for n in range(60)))
        eventually(lambda: len(receiver.taken) >= 12, 60)
        for process in pair:
            kill(process)
        assert len(receiver.accepted()) < 60, "all was sent before anybody was killed"
        last = start(database_url)
        eventually(lambda: len({one.id for one in receiver.accepted()}) == 60, 60)
        kill(last)
    by_entity: dict[str, list[int]] = {}
    for one in receiver.accepted():
        by_entity.setdefault(one.body["entity"], []).append(one.body["cursor"])
    assert all(cursors == sorted(cursors) for cursors in by_entity.values())


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def start(url: str) -> subprocess.Popen[str]:
    """A process that sends what is due."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SENDER), url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process
