"""The hub: every page that listens, and one look at the database for all of them together."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from rules import Instant

log = logging.getLogger("intarsia")

T = TypeVar("T")

EVERY: Final = 0.25
"""Seconds between two looks."""

MOST_EACH: Final = 8
"""Pages of one person that may listen at once."""


class Stands(Protocol):
    """Whoever tells how things stand with people."""

    def now(self, aliases: list[str], now: Instant) -> dict[str, str]:
        """Alias -> how things stand."""

    def one(self, alias: str, now: Instant) -> str:
        """How things stand with one person."""


class Full(Exception):
    """No further page can listen now."""


@dataclass(eq=False, slots=True)
class Listener:
    """One page. It holds the newest state and no queue: who is slow misses what is over anyway."""

    alias: str
    state: str
    news: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Hub:
    """Pages that listen, at most `most`."""

    states: Stands
    clock: Callable[[], Instant]
    most: int
    count: Callable[[int], None] = lambda _: None
    listeners: set[Listener] = field(default_factory=set)
    each: Counter[str] = field(default_factory=Counter)
    failing: bool = False
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @contextmanager
    def listening(self, alias: str, state: str) -> Iterator[Listener]:
        """A page that listens for as long as this is entered. Raises `Full`."""
        if len(self.listeners) >= self.most or self.each[alias] >= MOST_EACH:
            raise Full
        listener = Listener(alias, state)
        self.listeners.add(listener)
        self.each[alias] += 1
        self.count(len(self.listeners))
        try:
            yield listener
        finally:
            self.listeners.discard(listener)
            self.each[alias] -= 1
            self.each += Counter()  # lets go of those who are gone
            self.count(len(self.listeners))

    async def run(self) -> None:
        """Look, again and again, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Look once, and let those know whose state is another one."""
        async with self.turn:
            aliases = sorted({one.alias for one in self.listeners})
            states = await self._asked(lambda: self.states.now(aliases, self.clock())) if aliases else None
        for one in list(self.listeners) if states else ():
            _tell(one, (states or {}).get(one.alias, one.state))

    async def look_at(self, one: Listener) -> None:
        """Look after one page alone: who begins, or ends, needs not wait for the next look."""
        state = await self._asked(lambda: self.states.one(one.alias, self.clock()))
        _tell(one, state or one.state)

    async def _asked(self, ask: Callable[[], T]) -> T | None:
        try:
            answer = await asyncio.to_thread(ask)
        except SQLAlchemyError as error:
            if not self.failing:
                log.warning("live: %s", type(error).__name__)  # said once; pages stay, and are told when it is back
            self.failing = True
            return None
        self.failing = False
        return answer


def _tell(one: Listener, state: str) -> None:
    if state != one.state:
        one.state = state
        one.news.set()
