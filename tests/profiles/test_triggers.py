"""Triggers: set off once by each change, decided when due, told of what consent allows at that moment."""

from __future__ import annotations

from typing import Any

import pytest

from profiles import FiringState, Withheld
from profiles.triggers.record import forget_firings
from storage import Database
from tests.profiles.calls import MINUTE, NOW, added, call, ordered
from tests.profiles.triggering import Stage, trigger

DAY = 86_400.0
BIG = {">": [{"var": "properties.total"}, 100]}


def test_a_change_is_written_down_with_it_and_told_once(database: Database) -> None:
    stage = Stage(database, trigger())
    stage.tell(added("tea"))
    (fired,) = stage.fired()
    assert (fired.state, fired.trigger, fired.at) == (FiringState.QUEUED, "cart", NOW)
    assert stage.decide() == {"fired": 1}
    assert stage.decide() == {}
    ((topic, entity, body),) = stage.news()
    person = stage.profiles.get("user:ann")
    assert person is not None
    assert (topic, entity, body["id"]) == ("trigger.cart", f"people/{person.id}", fired.id)
    assert body["change"]["segment"] == "cart-waiting"


def test_leaving_by_the_clock_and_by_a_purchase_are_changes_too(database: Database) -> None:
    stage = Stage(database, trigger("gone", when={"left": "cart-waiting"}))
    stage.tell(added("tea"))
    stage.tell(added("tea", user="bob"))
    stage.clock.forward(MINUTE)
    stage.tell(ordered("tea", at=stage.clock()))
    stage.clock.forward(10 * MINUTE)
    stage.timers.run_due(stage.clock())
    assert [one.at - NOW for one in stage.fired()] == [MINUTE, 10 * MINUTE]
    assert len({one.id for one in stage.fired()}) == 2


def test_a_transaction_that_fails_sets_nothing_off(database: Database) -> None:
    stage = Stage(database, trigger())

    def broken(*_: object) -> None:
        raise RuntimeError("no")

    stage.intake._on_event = (broken,)
    with pytest.raises(RuntimeError):
        stage.tell(added("tea"))
    assert stage.fired() == []


def test_an_event_fires_when_its_rule_says_yes(database: Database) -> None:
    rule = {"and": [BIG, {">": [{"var": "profile.orders"}, 1]}]}
    stage = Stage(database, trigger("big", when={"event": "Order Completed", "logic": rule}))
    for total in (500, 50, 101):
        stage.tell(ordered("tea", total=total))
    assert [one.cause["event"] for one in stage.fired()] == [
        "Order Completed"
    ]  # the first: no orders before; 50: little


def test_an_event_that_may_not_be_read_fires_nothing(database: Database) -> None:
    stage = Stage(database, trigger("big", when={"event": "Order Completed"}))
    stage.tell(ordered("tea"), personalization=False)
    stage.tell(ordered("tea", user="bob"))
    assert len(stage.fired()) == 1


def test_history_fires_nothing(database: Database) -> None:
    stage = Stage(database, trigger("big", when={"event": "Order Completed"}))
    stage.tell(ordered("tea", at=NOW - 2 * DAY))
    assert stage.fired() == []


@pytest.mark.parametrize(
    ("more", "later", "state"),
    [
        ({"delay": "5m"}, 4 * MINUTE, "queued"),
        ({"delay": "5m"}, 5 * MINUTE, "fired"),
        ({"delay": "20m", "still": True}, 20 * MINUTE, "lapsed"),
        ({"delay": "5m", "still": True}, 5 * MINUTE, "fired"),
        ({"purpose": "ads"}, 0, "withheld"),
        ({"purpose": "necessary"}, 0, "fired"),
        ({"holdout": 1}, 0, "held-out"),
        ({"holdout": 0}, 0, "fired"),
    ],
)
def test_it_is_decided_when_it_is_due(database: Database, more: dict[str, Any], later: float, state: str) -> None:
    stage = Stage(database, trigger(**more))
    stage.tell(added("tea"))
    stage.clock.forward(later)
    stage.timers.run_due(stage.clock())
    stage.decide()
    assert stage.states() == [state]
    assert len(stage.news()) == (state == "fired")


def test_nobody_is_told_twice_within_the_cap(database: Database) -> None:
    stage = Stage(database, trigger("big", when={"event": "Order Completed"}, once_per="1d"))
    for hours in (0, 12, 13, 12):
        stage.clock.forward(hours * 3600)
        stage.tell(ordered("tea", at=stage.clock()))
        stage.decide()
    assert stage.states() == ["fired", "capped", "fired", "capped"]


def test_two_of_one_person_due_at_once_are_one_within_the_cap(database: Database) -> None:
    stage = Stage(database, trigger("big", when={"event": "Order Completed"}, once_per="1d"))
    for _ in range(3):
        stage.tell(ordered("tea"))
    assert stage.decide() == {"fired": 1, "capped": 2}


def test_a_holdout_is_the_share_that_was_asked_for_and_stays(database: Database) -> None:
    one = Stage(database, trigger(holdout=0.2)).served.entries[0]
    out = [one.holds_out(f"person-{number}") for number in range(5_000)]
    assert 0.17 < sum(out) / len(out) < 0.23
    assert out == [one.holds_out(f"person-{number}") for number in range(5_000)]


def test_what_is_served_when_it_is_due_counts(database: Database) -> None:
    stage = Stage(database, trigger(delay="5m"))
    stage.tell(added("tea"))
    stage.served = Stage(database, trigger("another")).served
    stage.clock.forward(5 * MINUTE)
    assert stage.decide() == {"dropped": 1}


def test_only_named_attributes_that_consent_allows_are_told(database: Database) -> None:
    named = ["profile.first_name", "profile.age_band", "profile.bought.medicine", "properties.total", "profile.orders"]
    stage = Stage(
        database,
        trigger(
            "big",
            when={"event": "Order Completed"},
            purpose="personalization",
            do=[{"stream": {"attributes": named, "aliases": ["user"]}}],
        ),
    )
    stage.tell(call(kind="identify", traits={"first_name": "Ann", "age_band": "25-34", "size": "m"}))
    stage.tell(ordered("tea", total=150, category="medicine", anonymous="browser"), marketing=False)
    stage.decide()
    ((topic, _, body),) = stage.news()
    assert topic == "stream.big"
    assert "Ann" not in repr(body)  # what stands in the outbox is nobody's data
    told = stage.teller.tell(body, stage.clock())
    assert told["person"]["attributes"] == {"profile.first_name": "Ann", "properties.total": 150, "profile.orders": 1}
    assert told["person"]["aliases"] == ["user:ann"]
    assert told["id"] == body["id"]
    assert told["change"] == {"kind": "event", "event": "Order Completed", "at": NOW}


def test_consent_that_is_withdrawn_while_it_waits_withholds_it(database: Database) -> None:
    stage = Stage(database, trigger(delay="5m"), trigger("now"))
    stage.tell(added("tea"))
    stage.decide()
    ((_, _, body),) = stage.news()
    stage.withdraw()
    with pytest.raises(Withheld, match="no consent to marketing"):
        stage.teller.tell(body, stage.clock())
    stage.clock.forward(5 * MINUTE)
    assert stage.decide() == {"withheld": 1}
    with database.write() as connection:
        assert forget_firings(connection, body["person"]) == 2
    assert stage.fired() == []


def test_a_trigger_sets_a_trait_and_emits_an_event_once(database: Database) -> None:
    do = [{"trait": {"name": "size", "value": "xl"}}, {"event": {"name": "Reminder Due", "properties": {"a": 1}}}]
    stage = Stage(database, trigger(do=do))
    stage.tell(added("tea"))
    stage.decide()
    assert stage.actor.act(stage.clock()) == 1
    assert stage.actor.act(stage.clock()) == 0
    (fired,) = stage.fired()
    person = stage.profiles.get("user:ann")
    assert person is not None
    assert (fired.acts, person.traits["size"], person.events["Reminder Due"]) == ("done", "xl", [[NOW, {"a": 1}]])


def test_triggers_that_set_off_each_other_come_to_an_end(database: Database) -> None:
    pair = [
        trigger(key, when={"event": of}, purpose="necessary", do=[{"event": {"name": then}}])
        for key, of, then in (("ping", "Page Viewed", "Product Viewed"), ("pong", "Product Viewed", "Page Viewed"))
    ]
    stage = Stage(database, *pair)
    stage.tell(call(event="Page Viewed"), analytics=True)
    for _ in range(20):
        stage.decide()
        stage.actor.act(stage.clock())
    assert [one.depth for one in stage.fired()] == [0, 1, 2, 3, 4, 5, 6]
    assert stage.states() == ["fired"] * 6 + ["looped"]


def test_what_is_over_is_forgotten_and_what_waits_is_kept(database: Database) -> None:
    stage = Stage(database, trigger(), trigger("later", delay="9d"))
    stage.tell(added("tea"))
    stage.decide()
    assert {key: (one.states, one.last_fired_at) for key, one in stage.record.tallies().items()} == {
        "cart": ({"fired": 1}, NOW),
        "later": ({"queued": 1}, None),
    }
    assert stage.record.trim(NOW, NOW) == 0
    assert stage.record.trim(NOW + 1, NOW) == 1
    assert [one.trigger for one in stage.fired()] == ["later"]


def test_a_trigger_puts_somebody_on_a_list_and_takes_them_off(database: Database) -> None:
    stage = Stage(
        database,
        trigger("in", do=[{"list": {"add": "waiting"}}]),
        trigger("out", when={"left": "cart-waiting"}, do=[{"list": {"remove": "waiting"}}]),
        trigger("lost", do=[{"list": {"add": "nowhere"}}]),
    )
    stage.lists.replace("waiting", "Waiting", [], NOW, author="ann")
    stage.tell(added("tea"))
    stage.decide()
    stage.actor.act(stage.clock())
    assert stage.lists.get("waiting").people == 1
    assert {one.trigger: one.acts for one in stage.fired()} == {"in": "done", "lost": "failed"}
    stage.clock.forward(MINUTE)
    stage.tell(ordered("tea", at=stage.clock()))
    stage.decide()
    stage.actor.act(stage.clock())
    assert stage.lists.get("waiting").people == 0
