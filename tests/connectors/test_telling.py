"""What triggers set off, sent over real HTTP by real processes that are killed: never lost, always of one id."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from connectors.sinks import JsonLines, Outward, register_sinks
from connectors.webhooks.addresses import Guard
from connectors.webhooks.sender import Sender
from connectors.webhooks.signing import secret_of
from connectors.webhooks.transport import Transport
from connectors.webhooks.values import State
from storage import Database
from tests.connectors.receiver import Reply, proves, receiving
from tests.profiles.calls import NOW, added
from tests.profiles.triggering import Stage, trigger

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

SECRET = secret_of(b"s" * 32)
ROOT = Path(__file__).resolve().parents[2]
Eventually = Callable[[Callable[[], object], float], None]
PEOPLE = 12

WORKER = """
    import sys, time
    from connectors.webhooks.addresses import Guard
    from connectors.webhooks.sender import Sender
    from connectors.webhooks.transport import Transport
    from storage import Database
    from tests.profiles.triggering import Stage, trigger

    database = Database(sys.argv[1])
    stage = Stage(database, trigger())
    sender = Sender(database, Transport(Guard(private=True)), dice=lambda: 0.0, lease=4.0)
    sender.tell_of = stage.teller.tell
    print("ready", flush=True)
    while True:
        stage.decider.decide_due(time.time(), 5)
        sender.tick()
        time.sleep(0.02)
"""


@pytest.fixture
def stage(database: Database) -> Stage:
    """The world with a trigger that tells webhooks of whoever fills a cart."""
    return Stage(database, trigger(do=[{"webhook": {"attributes": ["profile.first_name"]}}]))


@pytest.fixture
def sender(stage: Stage) -> Iterator[Sender]:
    """A sender that tells of people."""
    made = Sender(stage.database, Transport(Guard(private=True)), stage.clock, dice=lambda: 0.0)
    made.tell_of = stage.teller.tell
    yield made
    made.close(30)


def subscribe(sender: Sender, url: str, *topics: str) -> None:
    sender.hooks.create("one", SECRET, url=url, topics=topics, author="ann", now=NOW)


def states(sender: Sender) -> list[State]:
    return [one.state for one in sender.ledger.deliveries("one")]


def test_a_webhook_is_told_with_the_id_of_the_change(stage: Stage, sender: Sender, eventually: Eventually) -> None:
    with receiving() as receiver:
        subscribe(sender, receiver.url, "trigger.*")
        stage.tell(added("tea"))
        stage.decide()
        sender.tick()
        eventually(lambda: states(sender) == [State.DELIVERED], 30)
    (taken,) = receiver.taken
    (fired,) = stage.fired()
    assert taken.id == taken.body["data"]["id"] == fired.id
    assert taken.body["type"] == "trigger.cart"
    assert proves(taken, SECRET)


def test_who_asks_for_all_topics_is_not_told_of_people(stage: Stage, sender: Sender) -> None:
    subscribe(sender, "http://127.0.0.1:9/", "*")
    stage.tell(added("tea"))
    stage.decide()
    sender.tick()
    assert states(sender) == []


def test_consent_that_is_withdrawn_between_two_tries_withholds_the_next(
    stage: Stage, sender: Sender, eventually: Eventually
) -> None:
    with receiving(lambda _: Reply(500)) as receiver:
        subscribe(sender, receiver.url, "trigger.*")
        stage.tell(added("tea"))
        stage.decide()
        sender.tick()
        eventually(lambda: len(receiver.taken) >= 1, 30)
        stage.withdraw()
        sender.tick()
        eventually(lambda: states(sender) == [State.WITHHELD], 30)
    attempts = sender.ledger.attempts("one")
    assert attempts[0].error == "withheld: no consent to marketing"
    assert all("ann" not in repr(one) for one in attempts)


def test_a_sink_is_a_receiver_with_a_queue_of_its_own(
    stage: Stage, sender: Sender, tmp_path: Path, eventually: Eventually
) -> None:
    do = [{"connector": {"kind": "jsonl", "name": "crm", "aliases": ["user"]}}]
    stage.served = Stage(stage.database, trigger(do=do)).served
    sender.transport = Outward(Transport(Guard()), {"jsonl": JsonLines(tmp_path)})
    (tmp_path / "crm.jsonl").write_bytes(b'{"torn":')  # somebody died while writing
    for _ in range(2):
        register_sinks(stage.database, ["sink.jsonl.crm"], NOW)
    for user in ("ann", "bob"):
        stage.tell(added("tea", user=user))
    stage.decide()
    sender.tick()
    file = tmp_path / "crm.jsonl"
    eventually(lambda: len(file.read_bytes().splitlines()) == 3, 30)
    told = [orjson.loads(line)["data"] for line in file.read_bytes().splitlines()[1:]]
    assert sorted(one["person"]["aliases"] for one in told) == [["user:ann"], ["user:bob"]]
    assert {one["id"] for one in told} == {one.id for one in stage.fired()}


def test_a_worker_that_is_killed_between_sending_and_marking_tells_again_with_the_same_id(
    stage: Stage, sender: Sender, database_url: str, eventually: Eventually
) -> None:
    seen: Counter[str] = Counter()
    reached, killed = threading.Event(), threading.Event()

    def reply(body: dict[str, Any]) -> Reply:
        seen[body["data"]["id"]] += 1
        reached.set()
        killed.wait(60)  # the message is here, and nobody has marked it
        return Reply()

    with receiving(reply) as receiver:
        subscribe(sender, receiver.url, "trigger.*")
        for number in range(PEOPLE):
            stage.tell(added("tea", user=f"user-{number}"))
        first = start(database_url)
        assert reached.wait(60)
        first.kill()
        first.communicate()
        killed.set()
        pair = [start(database_url) for _ in range(2)]
        eventually(lambda: states(sender) == [State.DELIVERED] * PEOPLE, 60)
        for process in pair:
            process.kill()
            process.communicate()
    assert seen.keys() == {one.id for one in stage.fired()}
    assert max(seen.values()) == 2
    assert stage.states() == ["fired"] * PEOPLE


def start(url: str) -> subprocess.Popen[str]:
    """A process that decides and sends what is due."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WORKER), url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process
