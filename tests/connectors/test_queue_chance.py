"""Chance plays with the queue: each receiver is told all of it, in order, whatever fails and whoever dies."""

from __future__ import annotations

import random

import pytest

from connectors.webhooks.queue import LEASE, Queue
from connectors.webhooks.values import Answer, Claim
from storage import Database
from tests.conftest import FixedClock
from tests.connectors.desk import BAD, OK, Desk


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> Desk:
    return Desk(database, clock)


class Chance:
    """News come, senders claim, attempts fail, senders die with what they hold, and time goes by, all by dice."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.dice, self.emitted = desk, random.Random(seed), 0
        desk.queue = Queue(desk.database, 1_000, self.dice.random)
        self.held: dict[tuple[str, str], tuple[Claim, float]] = {}
        self.accepted: dict[tuple[str, str], list[int]] = {}

    def tell(self) -> None:
        entities = [f"modules/{self.dice.randrange(4)}" for _ in range(self.dice.randrange(3))]
        self.desk.tell(*entities)
        self.emitted += len(entities)

    def claim(self, name: str) -> None:
        for claim in self.desk.claim(name, self.dice.randrange(1, 4)):
            key = (claim.webhook, claim.message.entity)
            assert key not in self.held or self.held[key][1] <= self.desk.clock(), "two have one entity at once"
            self.held[key] = (claim, self.desk.clock() + LEASE)

    def send(self, *, luck: float = 0.7) -> None:
        for key, (claim, until) in list(self.held.items()):
            if until > self.desk.clock() and self.dice.random() < luck:
                answer = self.dice.choices([OK, BAD, Answer(0.1, error="gone")], [6, 2, 1])[0]
                if answer.ok:  # the receiver has it, whether or not the sender lives to note it
                    self.accepted.setdefault(key, []).append(claim.message.seq)
                if self.dice.random() < 0.9:
                    self.desk.settle(claim, answer)
                    del self.held[key]


@pytest.mark.parametrize("seed", range(2))
def test_whatever_fails_and_whoever_dies_each_is_told_at_least_once_and_in_order(desk: Desk, seed: int) -> None:
    chance = Chance(desk, seed)
    for name in ("one", "two"):
        desk.subscribe(name)
    for _ in range(40):
        chance.tell()
        chance.claim(chance.dice.choice(["one", "two"]))
        chance.send()
        desk.clock.forward(chance.dice.choice([0.0, 0.5, 5.0, LEASE]))
    while {*desk.states("one").values(), *desk.states("two").values()} != {"delivered"}:
        for name in ("one", "two"):
            chance.claim(name)
        chance.send(luck=1.0)
        desk.clock.forward(LEASE)
    assert sum(len(set(seqs)) for seqs in chance.accepted.values()) == 2 * chance.emitted
    for seqs in chance.accepted.values():
        assert seqs == sorted(seqs), "an older message came after a newer one"
