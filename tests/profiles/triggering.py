"""The toy world with triggers: what is set off, decided, told and done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from profiles import Actor, Decider, Event, Firings, FiringState, Intake, Lists, Profiles, Teller, Timers, Triggers
from profiles.triggers.record import Fired, FiringRecord
from profiles.triggers.trigger import parse_trigger
from storage import Database, HotCopies, news
from tests.conftest import FixedClock
from tests.profiles.calls import NOW, call
from tests.profiles.world import SEGMENTS, VOCABULARY

CONSENT = {"personalization": True, "marketing": True}


def trigger(key: str = "cart", **more: Any) -> tuple[str, dict[str, Any]]:
    """A trigger as it is written: it tells a webhook of whoever enters `cart-waiting`."""
    usual: dict[str, Any] = {
        "title": key,
        "when": {"entered": "cart-waiting"},
        "purpose": "marketing",
        "do": [{"webhook": {}}],
    }
    return key, {**usual, **more}


class Stage:
    """The world, its triggers, and a clock that stands still."""

    def __init__(self, database: Database, *written: tuple[str, dict[str, Any]], now: float = NOW) -> None:
        self.database, self.clock = database, FixedClock(now)
        self.served = Triggers.of(parse_trigger(key, body) for key, body in written)
        firings = Firings(lambda: self.served, lambda: VOCABULARY, self.clock)
        hot = HotCopies(None)
        parts = (database, lambda: SEGMENTS, lambda: VOCABULARY, hot)
        self.intake = Intake(*parts, on_event=[firings.on_event], on_changes=firings.on_changes)
        self.timers = Timers(*parts, on_changes=firings.on_changes)
        self.profiles = Profiles(database, hot)
        self.decider = Decider(database, lambda: self.served, lambda: VOCABULARY)
        self.lists = Lists(*parts, on_changes=firings.on_changes)
        self.actor = Actor(database, self.intake, self.lists)
        self.teller = Teller(database, lambda: VOCABULARY)
        self.record = FiringRecord(database)

    def tell(self, event: Event, **consent: bool) -> None:
        """An event comes in, with consent to everything but what is said otherwise."""
        self.intake.accept([replace(event, consent={**CONSENT, **consent})], self.clock())

    def withdraw(self, user: str = "ann", purpose: str = "marketing") -> None:
        """Somebody takes a consent back, a second later than now."""
        event = call(kind="identify", at=self.clock.forward(1), user=user)
        self.intake.accept([replace(event, consent={purpose: False})], self.clock())

    def decide(self) -> dict[str, int]:
        """Decide what is due: how many came to which state."""
        return {state.value: many for state, many in self.decider.decide_due(self.clock()).items()}

    def fired(self) -> list[Fired]:
        """All that was set off, oldest first."""
        return self.record.find()[::-1]

    def states(self) -> list[FiringState]:
        """What became of it."""
        return [one.state for one in self.fired()]

    def news(self) -> list[tuple[str, str, dict[str, Any]]]:
        """What is in the outbox: topic, entity, body."""
        with self.database.read() as connection:
            return [(row.topic, row.entity, row.body) for row in connection.execute(select(news).order_by(news.c.seq))]
