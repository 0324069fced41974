"""Events that break their schema do not count until somebody corrects them, and then once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from profiles import EVENT_SCHEMAS, Event, EventError, Quarantine, QuarantineFilter, State, Status, UnknownQuarantined
from profiles import tables as kept
from profiles.judging import breaches_of, reason_of
from rules import Shape, Vocabulary
from storage import read_log
from tests.profiles.calls import NOW, call, ordered
from tests.profiles.test_intake import in_parallel
from tests.profiles.world import VOCABULARY, World

ACCEPTED, DUPLICATE, QUARANTINED = Status.ACCEPTED, Status.DUPLICATE, Status.QUARANTINED


def broken(**more: Any) -> Event:
    return call(event="Order Completed", properties={"total": "much", "products": [{"price": {}}]}, **more)


def statuses(world: World, *events: Event) -> list[Status]:
    return [receipt.status for receipt in world.intake.accept(events, NOW)]


def orders(world: World, alias: str = "user:ann") -> float:
    profile = world.profiles.get(alias)
    return 0 if profile is None else profile.counters["orders"]


@pytest.fixture
def quarantine(world: World) -> Quarantine:
    return Quarantine(world.database, world.intake)


def test_an_event_that_breaks_its_schema_is_kept_with_the_reason_and_does_not_count(
    world: World, quarantine: Quarantine
) -> None:
    event = broken()
    (receipt,) = world.intake.accept([event], NOW)
    assert (receipt.status, [one.field for one in receipt.breaches]) == (QUARANTINED, ["total", "products.0.price"])
    assert (world.profiles.count(), world.seen) == (0, [])
    (one,) = quarantine.find(QuarantineFilter())
    assert (one.event, one.state, one.schema, one.reason) == (event, State.WAITING, "ecommerce-1", "total pattern")
    assert one.breaches == receipt.breaches


def test_the_good_ones_of_a_batch_count_all_the_same(world: World) -> None:
    assert statuses(world, ordered("1"), broken(), ordered("2")) == [ACCEPTED, QUARANTINED, ACCEPTED]
    assert orders(world) == 2


def test_sent_again_it_stays_one_event_in_quarantine(world: World, quarantine: Quarantine) -> None:
    event = broken()
    assert statuses(world, event, event) == [QUARANTINED, QUARANTINED]
    assert statuses(world, event) == [QUARANTINED]
    assert statuses(world, replace(event, properties={"total": 5})) == [QUARANTINED], "somebody has to decide on it"
    assert len(quarantine.find(QuarantineFilter())) == 1


def test_what_is_corrected_counts_once_however_often_it_is_asked_for(world: World, quarantine: Quarantine) -> None:
    event = broken()
    world.intake.accept([event], NOW)
    seq = quarantine.find(QuarantineFilter())[0].seq
    assert quarantine.redrive([seq], {}, author="eve", now=NOW)[seq].status is QUARANTINED
    done = [quarantine.redrive([seq], fix, author="eve", now=NOW)[seq].status for fix in ({seq: {"total": 5}}, {}, {})]
    assert done == [ACCEPTED, DUPLICATE, DUPLICATE]
    assert statuses(world, event) == [DUPLICATE]
    ann = world.profiles.get("user:ann")
    assert ann is not None and (ann.counters["orders"], ann.counters["spend"]) == (1, 5)
    assert set(ann.segments) == {"buyers"}
    settled = quarantine.get(seq)
    assert (settled.state, settled.settled_by, settled.settled_at) == (State.REDRIVEN, "eve", NOW)
    assert (settled.event.user_id, settled.event.properties) == (None, {}), "what it told is in the event log now"


def test_many_are_taken_in_at_once_and_those_that_are_still_broken_stay(world: World, quarantine: Quarantine) -> None:
    world.intake.accept([broken(user=name) for name in ("ann", "bob", "eve")], NOW)
    eve, bob, ann = (one.seq for one in quarantine.find(QuarantineFilter()))
    done = quarantine.redrive([ann, bob, eve], {ann: {"total": 1}, bob: {"total": "2.50"}}, author="x", now=NOW)
    assert [done[seq].status for seq in (ann, bob, eve)] == [ACCEPTED, ACCEPTED, QUARANTINED]
    assert [orders(world, f"user:{name}") for name in ("ann", "bob", "eve")] == [1, 1, 0]
    assert [one.seq for one in quarantine.find(QuarantineFilter())] == [eve]


def test_what_is_discarded_never_counts(world: World, quarantine: Quarantine) -> None:
    event = broken()
    world.intake.accept([event], NOW)
    seq = quarantine.find(QuarantineFilter())[0].seq
    assert [quarantine.discard([seq], author="eve", now=NOW) for _ in range(2)] == [1, 0]
    assert statuses(world, event) == [DUPLICATE]
    with pytest.raises(EventError, match="discarded"):
        quarantine.redrive([seq], {}, author="eve", now=NOW)
    assert (orders(world), quarantine.get(seq).event.properties) == (0, {})


def test_a_correction_that_comes_too_late_is_refused(world: World, quarantine: Quarantine) -> None:
    world.intake.accept([broken()], NOW)
    seq = quarantine.find(QuarantineFilter())[0].seq
    quarantine.redrive([seq], {seq: {"total": 5}}, author="eve", now=NOW)
    with pytest.raises(EventError, match="redriven"):
        quarantine.redrive([seq], {seq: {"total": 6}}, author="eve", now=NOW)


def test_one_that_is_not_there_stops_the_others(world: World, quarantine: Quarantine) -> None:
    world.intake.accept([broken()], NOW)
    seq = quarantine.find(QuarantineFilter())[0].seq
    with pytest.raises(UnknownQuarantined, match="no event 999"):
        quarantine.redrive([seq, 999], {seq: {"total": 5}}, author="eve", now=NOW)
    assert orders(world) == 0
    with pytest.raises(UnknownQuarantined):
        quarantine.get(999)


def test_each_that_is_settled_is_an_act_and_nothing_personal_is_in_it(world: World, quarantine: Quarantine) -> None:
    world.intake.accept([broken(), broken()], NOW)
    second, first = (one.seq for one in quarantine.find(QuarantineFilter()))
    quarantine.redrive([first, second], {first: {"total": 5}}, author="eve", now=NOW)
    quarantine.discard([first, second], author="eve", now=NOW)
    with world.database.read() as connection:
        acts = [(act.who, act.action, act.what, act.note) for act in read_log(connection, limit=9, oldest=True)]
    assert acts == [
        ("eve", "event.redrive", f"quarantine/{first}", ""),
        ("eve", "event.discard", f"quarantine/{second}", ""),
    ]


def test_lists_are_filtered_and_go_a_page_at_a_time(world: World, quarantine: Quarantine) -> None:
    other = call(event="Product Viewed", properties={"price": []})
    world.intake.accept([broken(), other, replace(broken(), source="app"), broken()], NOW)

    def found(**wanted: Any) -> int:
        return len(quarantine.find(QuarantineFilter(**wanted)))

    assert [found(), found(name="Product Viewed"), found(source="app"), found(reason="price type")] == [4, 1, 1, 1]
    assert [found(state="discarded"), found(reason="total pattern", source="shop")] == [0, 2]
    first = quarantine.find(QuarantineFilter(), limit=3)
    rest = quarantine.find(QuarantineFilter(), before=first[-1].seq, limit=3)
    assert len({one.seq for one in [*first, *rest]}) == 4


def test_two_who_take_the_same_in_at_once_count_it_once(world: World, quarantine: Quarantine) -> None:
    world.intake.accept([broken() for _ in range(4)], NOW)
    seqs = [one.seq for one in quarantine.find(QuarantineFilter())]

    def redrive() -> None:
        for seq in seqs:
            quarantine.redrive([seq], {}, author="eve", now=NOW)

    with world.database.write() as connection:
        connection.execute(kept.quarantine.update().values(body=ordered("1").body()))
    in_parallel(redrive, redrive, redrive)
    assert orders(world) == 4
    with world.database.read() as connection:
        assert connection.scalar(select(func.count()).where(kept.events.c.kind != "consent")) == 4


def test_a_schema_of_ones_own_takes_the_place_of_the_usual_one() -> None:
    own = {"Order Completed": Shape.of({"required": ["order_id"]})}
    assert [one.keyword for one in breaches_of(broken(), own)] == ["required"]
    assert breaches_of(broken(), {"Order Completed": Shape.of({})}) == []
    assert breaches_of(call("page"), {"Page Viewed": Shape.of({"required": ["url"]})})
    assert breaches_of(call("identify"), own) == []
    assert Vocabulary().shapes == VOCABULARY.shapes == {}


def test_a_reason_is_the_same_wherever_in_a_list_it_lies() -> None:
    properties = {"products": [{"price": 1}, {"price": []}]}
    assert reason_of(breaches_of(call(event="Cart Viewed", properties=properties), {})) == "products.*.price type"


FINE: dict[str, Any] = {
    "product_id": 17,
    "sku": "x",
    "price": "4.50",
    "quantity": 2,
    "category": None,
    "colour": ["red"],
}


@pytest.mark.parametrize("name", EVENT_SCHEMAS)
def test_each_event_of_a_shop_may_have_what_sdks_send(name: str) -> None:
    properties = {**FINE, "order_id": "7", "total": 9.5, "currency": "EUR", "products": [FINE, {}], "query": "tea"}
    assert breaches_of(call(event=name, properties=properties), {}) == []
    assert breaches_of(call(event=name, properties={}), {}) == []


@pytest.mark.parametrize("name", EVENT_SCHEMAS)
def test_each_event_of_a_shop_has_types_that_can_be_broken(name: str) -> None:
    for field in EVENT_SCHEMAS[name].schema["properties"]:
        told = breaches_of(call(event=name, properties={field: {"wrong": True}}), {})
        assert [one.field for one in told] == [field]
