"""Group commit: who comes while others write is written with the next; nobody pays for what another brought."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import pytest

from profiles import Event, Receipt, Status
from profiles.ingest import Groups
from tests.profiles.calls import NOW, viewed


@dataclass
class Store:
    """Takes groups in, one at a time, and only when it is let; remembers what it took together."""

    fails: Callable[[Sequence[Event]], Exception | None] = lambda _: None
    taken: list[list[str]] = field(default_factory=list)
    tried: int = 0
    entered: threading.Event = field(default_factory=threading.Event)
    let: threading.Event = field(default_factory=threading.Event)

    def take(self, events: Sequence[Event], now: float) -> list[Receipt]:
        self.entered.set()
        assert self.let.wait(20)
        self.tried += 1
        if (error := self.fails(events)) is not None:
            raise error
        self.taken.append([event.message_id for event in events])
        return [Receipt(event.message_id, Status.ACCEPTED) for event in events]


def send_together(store: Store, groups: Groups, batches: Sequence[Sequence[Event]]) -> list[Any]:
    """The first batch is being written when all others come; what each caller got, or the error it met."""
    told: list[Any] = [None] * len(batches)

    def send(place: int) -> None:
        try:
            told[place] = [receipt.message_id for receipt in groups.through(batches[place], NOW)]
        except BaseException as error:
            told[place] = error

    threads = [threading.Thread(target=send, args=(place,)) for place in range(len(batches))]
    threads[0].start()
    assert store.entered.wait(20)
    for number, thread in enumerate(threads[1:], 1):
        thread.start()
        while len(groups._waiting) < number:
            assert thread.is_alive()
    store.let.set()
    for thread in threads:
        thread.join(20)
    return told


def batch(name: str, size: int = 2) -> list[Event]:
    return [viewed("1", messageId=f"{name}{place}") for place in range(size)]


def test_who_comes_while_one_writes_is_written_together_next_and_each_gets_its_own_receipts() -> None:
    store = Store()
    told = send_together(store, Groups(store.take), [batch(name) for name in "abcd"])
    assert told == [[f"{name}0", f"{name}1"] for name in "abcd"]
    assert [len(group) for group in store.taken] == [2, 6]


def test_a_group_is_bounded_and_whoever_came_first_is_first() -> None:
    store = Store()
    told = send_together(store, Groups(store.take, most=5), [batch(name) for name in "abcdef"] + [batch("g", 9)])
    assert [one[0] for one in told] == [f"{name}0" for name in "abcdefg"]
    assert [[one[0] for one in group[::2]] for group in store.taken[:3]] == [["a"], ["b", "c"], ["d", "e"]]
    assert [len(group) for group in store.taken] == [2, 4, 4, 2, 9]


def test_a_batch_that_fails_costs_no_other_its_place() -> None:
    def fails(events: Sequence[Event]) -> Exception | None:
        return ValueError("c") if any(event.message_id.startswith("c") for event in events) else None

    store = Store(fails)
    told = send_together(store, Groups(store.take), [batch(name) for name in "abcd"])
    assert isinstance(told[2], ValueError)
    assert [told[0], told[1], told[3]] == [[f"{name}0", f"{name}1"] for name in "abd"]
    assert sorted(chain(*store.taken)) == sorted(chain(*told[:2], *told[3:]))


def test_when_nothing_can_be_written_all_are_told_at_once() -> None:
    store = Store(lambda _: OSError("away"))
    told = send_together(store, Groups(store.take, hopeless=lambda error: isinstance(error, OSError)), [batch("a")] * 4)
    assert all(isinstance(one, OSError) for one in told)
    assert store.tried == 2


def test_nobody_waits_for_ever_for_a_thread_that_is_ended() -> None:
    class Ended(BaseException):
        pass

    def fails(events: Sequence[Event]) -> Exception | None:
        if any(event.message_id == "b0" for event in events):
            raise Ended
        return None

    store = Store(fails)
    told = send_together(store, Groups(store.take), [batch(name) for name in "abc"])
    assert told[0] == ["a0", "a1"]
    assert isinstance(told[1], Ended) and isinstance(told[2], Ended)
    with pytest.raises(Ended):
        Groups(store.take).through(batch("b"), NOW)
