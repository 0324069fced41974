"""Running enrichers: in order, each within its time; what is late or fails leaves its facts unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, TypeAlias

import orjson

from profiles import Visit
from rules import Instant, Json, Origin

Found: TypeAlias = Mapping[str, Json]

FAILURES: Final = 3
"""Failures one after the other after which an enricher is left alone."""
PAUSE: Final = 30.0
"""Seconds for which it is; then one request tries again."""
MOST_KEPT: Final = 10_000
"""Answers that are kept of one enricher."""
THREADS: Final = 8


@dataclass(frozen=True, slots=True)
class Enricher:
    """Finds facts of the context. One without `seconds` is quick and asks nobody; it runs where it is called."""

    name: str
    gives: frozenset[str]
    find: Callable[[Visit, Found], Found]
    """Gets the visit and the facts so far. What it gives beyond `gives` is left out."""
    needs: tuple[str, ...] = ()
    """Facts without which it is not asked; its answer is kept by them."""
    seconds: float | None = None
    """How long an answer waits for it."""
    keeps: float = 0.0
    """Seconds for which an answer holds."""


@dataclass(slots=True)
class _Line:
    """What is known of an enricher that asks others: answers, requests under way, and whether it is well."""

    kept: dict[bytes, tuple[Instant, Found]] = field(default_factory=dict)
    asked: dict[bytes, Future[Found]] = field(default_factory=dict)
    failures: int = 0
    closed_until: Instant = 0.0
    lock: Lock = field(default_factory=Lock)


class Enrichment:
    """All enrichers of a house, in order. `note` is told what came of each: its name and a word."""

    def __init__(
        self,
        enrichers: Sequence[Enricher],
        clock: Callable[[], Instant],
        note: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        self.enrichers = tuple(enrichers)
        self.gives = frozenset(fact for one in enrichers for fact in one.gives)
        self._clock = clock
        self._note = note
        self._lines = {one.name: _Line() for one in enrichers if one.seconds is not None}
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="enricher") if self._lines else None

    def facts(
        self, visit: Visit, wanted: frozenset[str], known: Found, *, quick: bool = False
    ) -> tuple[dict[str, Json], dict[str, Origin]]:
        """The facts of `wanted` that were found and are not `known`, and where each comes from. Never raises.

        With `quick` only those are asked that ask nobody themselves.
        """
        found: dict[str, Json] = {}
        origins: dict[str, Origin] = {}
        needed = wanted | {name for one in self.enrichers if one.gives & wanted for name in one.needs}
        for one in self.enrichers:
            open_facts = (one.gives & needed) - known.keys() - found.keys()
            if not open_facts or (quick and one.seconds is not None):
                continue
            facts, origin = self._ask(one, visit, {**known, **found})
            for name in open_facts & facts.keys():
                if (value := facts[name]) is not None:
                    found[name], origins[name] = value, origin
        return {name: found[name] for name in found if name in wanted}, origins

    def warm(self, wanted: frozenset[str]) -> None:
        """Let whoever finds some of these read what they need for it, before the first visitor waits for that."""
        if wanted & self.gives:
            self.facts(Visit(user_agent="Mozilla/5.0"), wanted, {}, quick=True)

    def close(self) -> None:
        """Wait for nobody any more."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, one: Enricher, visit: Visit, so_far: Found) -> tuple[Found, Origin]:
        now = self._clock()
        if one.seconds is None:
            return self._quickly(one, visit, so_far), Origin(one.name, now)
        if any(so_far.get(name) is None for name in one.needs):
            return {}, Origin(one.name, now)
        needs = {name: so_far[name] for name in one.needs}
        line, key = self._lines[one.name], orjson.dumps(needs)
        kept = line.kept.get(key)
        if kept is not None and now < kept[0] + one.keeps:
            self._note(one.name, "kept")
            return kept[1], Origin(one.name, kept[0], cached=True)
        if now < line.closed_until:
            self._note(one.name, "paused")
            return {}, Origin(one.name, now)
        return self._slowly(one, line, key, visit, needs), Origin(one.name, now)

    def _quickly(self, one: Enricher, visit: Visit, so_far: Found) -> Found:
        try:
            return one.find(visit, so_far)
        except Exception:  # noqa: BLE001 -- a visitor never pays for what an enricher does
            self._note(one.name, "failed")
            return {}

    def _slowly(self, one: Enricher, line: _Line, key: bytes, visit: Visit, needs: Found) -> Found:
        assert self._pool is not None
        with line.lock:
            future = line.asked.get(key)
            if future is None:
                future = line.asked[key] = self._pool.submit(self._answer, one, line, key, visit, needs)
        try:
            found = future.result(one.seconds)
        except TimeoutError:
            self._failed(one, line, "late")
            return {}
        except Exception:  # noqa: BLE001 -- told by its kind of outcome; its words may hold personal data
            self._failed(one, line, "failed")
            return {}
        line.failures = 0
        self._note(one.name, "found")
        return found

    def _answer(self, one: Enricher, line: _Line, key: bytes, visit: Visit, needs: Found) -> Found:
        """Ask, and keep the answer, also one that comes too late for who asked first."""
        try:
            found = one.find(visit, needs)
            if len(line.kept) >= MOST_KEPT:
                line.kept.clear()
            line.kept[key] = (self._clock(), found)
            return found
        finally:
            with line.lock:  # not before it was written down there
                line.asked.pop(key, None)

    def _failed(self, one: Enricher, line: _Line, word: str) -> None:
        line.failures += 1
        if line.failures >= FAILURES:
            # The next one after the pause is alone: a single failure more closes it again.
            line.failures, line.closed_until = FAILURES - 1, self._clock() + PAUSE
        self._note(one.name, word)


NO_ENRICHMENT: Final = Enrichment((), float)
"""Finds nothing."""
