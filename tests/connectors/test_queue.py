"""Each receiver is told all it asked for, in order for each entity, whatever fails and whoever dies."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from connectors.webhooks.queue import LEASE
from connectors.webhooks.tables import deliveries
from connectors.webhooks.values import Answer, Claim, State, UnknownDelivery, UnknownWebhook
from storage import Database, news, read_log
from tests.conftest import FixedClock
from tests.connectors.desk import BAD, OK, Desk

DAY = 86_400.0


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> Desk:
    return Desk(database, clock)


def told(claims: Sequence[Claim]) -> list[tuple[int, str]]:
    return [(claim.message.seq, claim.message.entity) for claim in claims]


def test_only_what_was_asked_for_and_came_afterwards_is_told(desk: Desk) -> None:
    desk.tell("modules/before")
    desk.subscribe(topics=["content.saved", "release.*"])
    desk.tell("modules/a")
    desk.tell("modules/b", topic="content.deleted")
    desk.tell("releases/r1", topic="release.published")
    assert told(desk.claim()) == [(2, "modules/a"), (4, "releases/r1")]
    assert desk.claim()[:1] == []


def test_messages_of_an_entity_come_one_after_the_other_and_others_do_not_wait(desk: Desk) -> None:
    desk.subscribe()
    desk.tell("modules/a", "modules/a", "modules/b", "modules/a")
    first, other = desk.claim()
    assert told([first, other]) == [(1, "modules/a"), (3, "modules/b")]
    assert desk.settle(first, BAD) is State.PENDING
    assert desk.settle(other, OK) is State.DELIVERED
    assert desk.claim() == []
    desk.clock.forward(2)
    for seq in (1, 2, 4):
        (claim,) = desk.claim()
        assert claim.message.seq == seq
        desk.settle(claim, OK)
    assert set(desk.states().values()) == {"delivered"}


def test_a_message_that_fails_too_often_is_a_dead_letter_and_the_next_goes_on(desk: Desk) -> None:
    desk.subscribe()
    desk.tell("modules/a", "modules/a")
    for tries, wait in ((1, 2.0), (2, 4.0), (3, 0.0)):
        (claim,) = desk.claim()
        assert (claim.message.seq, claim.tries) == (1, tries)
        state = desk.settle(claim, BAD)
        assert desk.claim() == [] or state is State.DEAD
        desk.clock.forward(wait)
    assert desk.states() == {1: "dead", 2: "pending"}
    found, attempts = desk.ledger.delivery("one", 1)
    assert (found.state, [(a.status, a.answer) for a in attempts]) == (State.DEAD, [(500, "oh no")] * 3)
    assert [d.seq for d in desk.ledger.deliveries("one", state=State.DEAD)] == [1]


def test_dead_letters_are_driven_again_and_wait_behind_what_is_under_way(desk: Desk) -> None:
    desk.subscribe()
    desk.tell("modules/a", "modules/a", "modules/b")
    for _ in range(3):
        for claim in desk.claim():
            desk.settle(claim, BAD)
        desk.clock.forward(10)
    assert desk.states() == {1: "dead", 2: "pending", 3: "dead"}
    assert desk.queue.redrive("one", [1, 2, 99], author="ann", now=desk.clock()) == 1
    assert desk.states() == {1: "waiting", 2: "pending", 3: "dead"}
    assert desk.queue.redrive("one", None, author="ann", now=desk.clock()) == 1
    assert told(desk.claim()) == [(2, "modules/a"), (3, "modules/b")]


def test_a_claim_is_nobody_else_s_until_its_lease_is_over(desk: Desk) -> None:
    """And whoever comes back late changes nothing."""
    desk.subscribe()
    desk.tell("modules/a")
    (lost,) = desk.claim()
    desk.clock.forward(LEASE - 1)
    assert desk.claim() == []
    desk.clock.forward(1)
    (again,) = desk.claim()
    assert (again.message, again.tries) == (lost.message, 2)
    assert desk.settle(lost, OK) is None
    assert desk.states() == {1: "pending"}
    assert desk.settle(again, OK) is State.DELIVERED
    assert desk.settle(again, BAD) is None
    assert desk.states() == {1: "delivered"}


def test_gone_stops_a_receiver_and_active_again_it_goes_on_where_it_stopped(desk: Desk) -> None:
    desk.subscribe("other", topics=["webhook.*"])
    desk.subscribe()
    desk.tell("modules/a", "modules/b")
    gone, _ = desk.claim()
    desk.settle(gone, Answer(0.1, 410))
    desk.tell("modules/c")
    assert desk.claim() == []
    hook = desk.hooks.get("one", desk.clock())
    assert (hook.active, hook.stopped) == (False, "the receiver answered 410 Gone")
    (notice,) = desk.claim("other")
    assert (notice.message.topic, notice.message.body["webhook"]) == ("webhook.disabled", "one")
    desk.hooks.change("one", {"active": True}, author="ann", now=desk.clock())
    desk.clock.forward(LEASE)
    assert sorted(told(desk.claim())) == [(1, "modules/a"), (2, "modules/b"), (3, "webhooks/one"), (4, "modules/c")]


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (Answer(0.1, 429, retry_after=100.0), 100.0),
        (Answer(0.1, 503, retry_after=100.0), 100.0),
        (Answer(0.1, 503), 2.0),
        (Answer(0.1, error="ConnectionRefusedError"), 2.0),
    ],
)
def test_a_receiver_that_is_busy_or_away_is_left_alone_as_a_whole(desk: Desk, answer: Answer, wait: float) -> None:
    desk.subscribe()
    desk.tell("modules/a", "modules/b")
    (first,) = desk.claim(most=1)
    desk.settle(first, answer)
    desk.clock.forward(wait - 0.5)
    assert desk.claim() == []
    desk.clock.forward(0.5)
    assert sorted(told(desk.claim())) == [(1, "modules/a"), (2, "modules/b")]


def test_a_receiver_that_fails_for_one_entity_is_told_of_the_others(desk: Desk) -> None:
    """A pause that is asked for with a plain failure is one for that message."""
    desk.subscribe()
    desk.tell("modules/a", "modules/b")
    (first,) = desk.claim(most=1)
    desk.settle(first, Answer(0.1, 500, retry_after=100.0))
    assert told(desk.claim()) == [(2, "modules/b")]
    desk.clock.forward(99)
    assert [c.message.seq for c in desk.claim()] == [2]
    desk.clock.forward(1)
    assert [c.message.seq for c in desk.claim()] == [1]


def test_all_that_came_after_a_cursor_is_told_again_with_the_same_messages(desk: Desk) -> None:
    desk.subscribe()
    desk.tell("modules/a", "modules/b", "modules/a")
    sent = []
    for _ in range(2):
        for claim in desk.claim():
            sent.append(claim.message)
            desk.settle(claim, OK)
    assert desk.queue.replay("one", 1, author="ann", now=desk.clock()) == 2
    again = []
    for _ in range(2):
        for claim in desk.claim():
            again.append(claim.message)
            desk.settle(claim, OK)
    assert again == [message for message in sent if message.seq > 1]
    assert desk.states() == {1: "delivered", 2: "delivered", 3: "delivered"}


def test_what_is_owed_to_nobody_is_forgotten_in_time(desk: Desk) -> None:
    desk.subscribe()
    desk.subscribe("paused")
    desk.tell("modules/a", "modules/b", "modules/c")
    for claim in desk.claim():
        if claim.message.entity != "modules/c":
            desk.settle(claim, OK)
    desk.hooks.change("paused", {"active": False}, author="ann", now=desk.clock())
    desk.clock.forward(DAY)
    desk.tell("modules/d", "modules/e")
    desk.ledger.trim(desk.clock() - 10)
    with desk.database.read() as connection:
        assert connection.execute(select(news.c.seq).order_by(news.c.seq)).scalars().all() == [3, 4, 5]
    assert set(desk.states()) == {3}
    assert desk.ledger.attempts("one") == []
    with pytest.raises(UnknownDelivery):
        desk.ledger.delivery("one", 1)
    for claim in desk.claim():
        desk.settle(claim, OK)
    desk.clock.forward(DAY)
    desk.ledger.trim(desk.clock() - 10)
    with desk.database.read() as connection:
        # The newest stays: its number must never be given twice.
        assert connection.execute(select(news.c.seq)).scalars().all() == [5]
        assert connection.scalar(select(func.count()).select_from(deliveries)) == 0


def test_every_change_of_a_receiver_is_an_act_and_no_secret_is_in_it(desk: Desk) -> None:
    desk.subscribe()
    desk.hooks.change("one", {"topics": ["content.*"]}, author="bob", now=2.0)
    desk.hooks.rotate("one", "whsec_BBBB", overlap=60, author="cid", now=3.0)
    desk.queue.replay("one", 0, author="dan", now=4.0)
    desk.queue.redrive("one", None, author="eve", now=5.0)
    desk.hooks.delete("one", author="fay", now=6.0)
    with desk.database.read() as connection:
        acts = read_log(connection, oldest=True)
    assert [(act.who, act.action, act.what) for act in acts] == [
        (who, f"webhook.{action}", "webhooks/one")
        for who, action in zip(
            ("ann", "bob", "cid", "dan", "eve", "fay"),
            ("create", "change", "rotate", "replay", "redrive", "delete"),
            strict=True,
        )
    ]
    assert acts[0].after == acts[1].before != acts[1].after == acts[5].before
    assert not any("whsec" in str(act) for act in acts)
    for use in (desk.hooks.get, desk.hooks.secrets):
        with pytest.raises(UnknownWebhook):
            use("one", 7.0)


def test_the_secret_before_signs_too_for_a_while(desk: Desk) -> None:
    desk.subscribe()
    desk.hooks.rotate("one", "whsec_BBBB", overlap=60, author="ann", now=100.0)
    assert desk.hooks.secrets("one", 159.0) == ("whsec_BBBB", "whsec_AAAA")
    assert desk.hooks.secrets("one", 160.0) == ("whsec_BBBB",)
    desk.hooks.rotate("one", "whsec_CCCC", overlap=0, author="ann", now=110.0)
    assert desk.hooks.secrets("one", 111.0) == ("whsec_CCCC",)
