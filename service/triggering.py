"""Triggers of this process: what is due is decided, told by way of the outbox, and done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from connectors import CONNECTORS, Guard, Outward, Sender, Transport, register_sinks
from profiles import Actor, Decider, FiringRecord, Intake, Lists, Teller, Way
from rules import Instant
from service.metrics import Metrics
from service.published import Published
from service.settings import Settings
from storage import Database

AGAIN = "again"

FULL = 200
"""Firings of one look; where there were so many, there may be more."""


@dataclass(frozen=True, slots=True)
class Triggering:
    """A chore of the worker: called again and again, it decides and does what is due."""

    database: Database
    published: Published
    decider: Decider
    actor: Actor
    teller: Teller
    record: FiringRecord
    clock: Callable[[], Instant]
    metrics: Metrics

    @classmethod
    def over(
        cls,
        database: Database,
        published: Published,
        intake: Intake,
        lists: Lists,
        clock: Callable[[], Instant],
        metrics: Metrics,
    ) -> Triggering:
        """Of what is served now."""
        return cls(
            database,
            published,
            Decider(database, published.triggers, published.vocabulary),
            Actor(database, intake, lists),
            Teller(database, published.vocabulary),
            FiringRecord(database),
            clock,
            metrics,
        )

    def __call__(self) -> str | None:
        """Look once."""
        if self.published.catalogue is None:
            return None  # nobody knows yet which triggers there are
        now = self.clock()
        tells = (one for trigger in self.published.triggers().entries for one in trigger.tells)
        register_sinks(self.database, {one.topic("") for one in tells if one.way is Way.CONNECTOR}, now)
        decided = self.decider.decide_due(now, FULL).total()
        self.actor.act(now)
        return AGAIN if decided == FULL else None

    def sender(self, settings: Settings) -> Sender:
        """The sender of this process: over HTTP, and into the sinks of the connectors that have one."""
        folder = settings.data_dir / "sinks"
        sinks = {name: one.sink(folder) for name, one in CONNECTORS.items() if one.sink is not None}
        outward = Outward(Transport(Guard(settings.webhook_private), self.clock), sinks)
        made = Sender(self.database, outward, self.clock, settings.webhook_tries)
        made.tell_of, made.first_sent = self.teller.tell, partial(_delayed, self.metrics)
        return made


def _delayed(metrics: Metrics, body: Mapping[str, Any], now: Instant) -> None:
    metrics.trigger_delay.observe(max(now - body["due"], 0.0))
