"""The worker: what is due by the clock, each chore at its own pace, none of them a danger to the others."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from modules import Migrations
from profiles import Scrubber, Sealer, Trimmer
from service.audit import HeadLine
from service.house import House
from storage import Answers

log = logging.getLogger("intarsia")

SOON = 5.0
HOUR = 3600.0
DAY = 24 * HOUR


@dataclass(slots=True)
class Chore:
    """Something to do again and again: at most `every` so many seconds, and quickly, for the others wait. One that
    answers `AGAIN` has its next turn as soon as they have had theirs, one that answers a `Pause` after that."""

    name: str
    every: float
    do: Callable[[], object]
    due: float = 0.0
    failing: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """What a chore answers that knows when it has something to do: in so many seconds, where that is sooner."""

    seconds: float


@dataclass(slots=True)
class Timekeeper:
    """Runs the timers of memberships, and wakes up when the next is due."""

    house: House

    def __call__(self) -> object:
        """Wake whoever is due."""
        house = self.house
        house.published.refresh()
        if house.published.catalogue is None:
            return None
        if house.timers.run_due(house.clock(), WOKEN) >= WOKEN:
            return AGAIN
        due = house.timers.next_due()
        return None if due is None else Pause(max(due - house.clock(), HELD))


@dataclass(slots=True)
class Backfiller:
    """Brings everybody's memberships up to the segments that are served, and takes no more than half of the time."""

    house: House

    def __call__(self) -> object:
        """Look at the next people."""
        started = time.monotonic()
        if self.house.published.catalogue is None or not self.house.backfill.step(self.house.clock(), LOOKED_AT):
            return None
        # On SQLite nobody else writes meanwhile: whoever waits has their turn now.
        return Pause(time.monotonic() - started)


HELD: Final = 0.01
"""Seconds between two looks at somebody who is due and whom somebody else writes to."""

WOKEN: Final = 500
"""People that are woken in one transaction."""

LOOKED_AT: Final = 200
"""People that are brought up to other segments in one transaction."""

AGAIN = "again"
"""What a chore answers that has more to do at once."""


@dataclass(slots=True)
class Recounter:
    """Computes attributes anew whose definitions changed, a few people at a time."""

    house: House

    def __call__(self) -> str | None:
        """Carry on for some people."""
        return AGAIN if self.house.recount.work(self.house.clock()) else None


@dataclass(slots=True)
class Migrator:
    """Carries types that change into their new shape, a few modules at a time."""

    migrations: Migrations
    clock: Callable[[], float]

    def __call__(self) -> str | None:
        """Carry on for a batch."""
        return AGAIN if self.migrations.work(self.clock()) else None


@dataclass(slots=True)
class Sealing:
    """Seals what lies open from before people had keys, a little at a time; soon there is nothing left to do."""

    sealer: Sealer
    clock: Callable[[], float]

    def __call__(self) -> str | None:
        """Carry on for a batch."""
        return AGAIN if self.sealer.work(self.clock()) else None


def chores_of(house: House, every: float) -> list[Chore]:
    """All that the worker of a house does; `every` is the pace of those that people wait for."""
    return [
        Chore("timers", every, Timekeeper(house)),
        Chore("computed attributes", every, Recounter(house)),
        Chore("segments", every, Backfiller(house)),
        Chore("migrations", every, Migrator(Migrations(house.contents, house.database), house.clock)),
        Chore("sealing", every, Sealing(Sealer(house.database), house.clock)),
        Chore("triggers", every, house.triggering),
        Chore("erasures", SOON, partial(scrub_files, house)),
        Chore("retention", HOUR, partial(let_events_go, house)),
        Chore("webhooks", every, house.webhooks.tick),
        Chore("forgotten news", HOUR, partial(forget_news, house)),
        Chore("old answers", HOUR, partial(forget_answers, house)),
        Chore("what was seen", HOUR, partial(forget_seen, house, Trimmer(house.database, house.settings.seen_days))),
        Chore("audit", HOUR, HeadLine(house.database)),
    ]


def scrub_files(house: House) -> None:
    """Let who was forgotten leave the files; what others are reading in is tried again."""
    Scrubber(house.eraser).work(house.clock())


def let_events_go(house: House) -> str | None:
    """Let some of the events go that were kept long enough."""
    return AGAIN if house.retention.work(house.clock()) else None


def forget_news(house: House) -> int:
    """Forget news, deliveries, and what triggers fired, that are older than they are kept."""
    now = house.clock()
    before = now - house.settings.webhook_days * DAY
    return house.triggering.record.trim(before, now) + house.webhooks.ledger.trim(before)


def forget_seen(house: House, trimmer: Trimmer) -> str | None:
    """Forget some of the ids of events that came long ago and are in the log no more."""
    return AGAIN if trimmer(house.clock()) else None


def forget_answers(house: House) -> int:
    """Forget answers that were kept for requests that are sent again, and are past their time."""
    return Answers(house.database).forget(house.clock())


@dataclass(slots=True)
class Worker:
    """Does its chores until told to stop. One that fails is told once, and tried again at its pace."""

    chores: Sequence[Chore]
    clock: Callable[[], float] = field(default=time.monotonic)
    turn: Callable[[str, float], None] = lambda chore, late: None
    """Is told the name of each chore that has its turn, and how many seconds after it was due."""

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        while True:
            now = self.clock()
            for chore in self.chores:
                if chore.due <= now:
                    self.turn(chore.name, max(self.clock() - chore.due, 0.0) if chore.due else 0.0)
                    chore.due = now + _rest(chore, _do(chore))
            soonest = min(chore.due for chore in self.chores)
            if stop.wait(max(soonest - self.clock(), 0.0)):
                return


def _rest(chore: Chore, answer: object) -> float:
    """The seconds until a chore has its next turn."""
    if isinstance(answer, Pause):
        return min(answer.seconds, chore.every)
    return 0.0 if answer == AGAIN else chore.every


def _do(chore: Chore) -> object:
    """What the chore answers, None where it fails."""
    try:
        answer = chore.do()
        chore.failing = ""
        return answer
    except Exception as error:  # noqa: BLE001 -- a chore that fails must not take the others with it
        if type(error).__name__ != chore.failing:
            chore.failing = type(error).__name__
            # Its words may hold personal data: the log gets the kind alone.
            log.warning("%s: %s", chore.name, chore.failing)
        return None
