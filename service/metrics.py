"""Figures for operators, in Prometheus' format; over all workers of this machine when there are several."""

from __future__ import annotations

import os
import threading
from bisect import bisect_left
from collections import Counter as Tally
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from engine import Page
from profiles import Receipt

MOST_WAITING = 1_000
"""Pages that wait to be counted together."""

BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)


DELAYS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)


class LiveFigures:
    """How many pages listen, over all processes that hold streams."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        told = "Pages that listen for changes"
        self._listening = Gauge(
            "intarsia_live_listeners", told, multiprocess_mode="livesum", registry=registry or CollectorRegistry()
        )

    def listening(self, many: int) -> None:
        """So many listen to this process now."""
        self._listening.set(many)


class Durations(Histogram):
    """A histogram that takes many observations in one step."""

    def observe_all(self, amounts: Sequence[float]) -> None:
        """The same as observing each."""
        self._raise_if_not_observable()  # type: ignore[no-untyped-call]
        self._sum.inc(sum(amounts))
        for place, many in Tally(bisect_left(self._upper_bounds, amount) for amount in amounts).items():
            self._buckets[place].inc(many)


@dataclass(slots=True)
class Metrics:
    """Counts of what was answered and taken in. No label ever holds anything personal."""

    figures: Collector
    """Figures that are not counted here but read when somebody asks."""
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    pages: Counter = field(init=False)
    seconds: Durations = field(init=False)
    slots: Counter = field(init=False)
    taken: Counter = field(init=False)
    broken: Counter = field(init=False)
    enrichers: Counter = field(init=False)
    refusals: Counter = field(init=False)
    trigger_delay: Histogram = field(init=False)
    answered: deque[tuple[str, str, int, float]] = field(default_factory=deque)
    """Pages not counted yet: layout, channel, level, seconds."""
    turn: threading.Lock = field(default_factory=threading.Lock)

    def enriched(self, enricher: str, outcome: str) -> None:
        """Count what came of asking an enricher."""
        self.enrichers.labels(enricher, outcome).inc()

    def __post_init__(self) -> None:
        self.enrichers = Counter(
            "intarsia_enrichers_total", "Enrichers asked", ["enricher", "outcome"], registry=self.registry
        )
        self.pages = Counter(
            "intarsia_pages_total", "Pages decided", ["layout", "channel", "level"], registry=self.registry
        )
        self.seconds = Durations(
            "intarsia_page_seconds", "Time to decide and render", ["channel"], buckets=BUCKETS, registry=self.registry
        )
        self.slots = Counter(
            "intarsia_fallbacks_total", "Slots that fell back", ["layout", "slot"], registry=self.registry
        )
        self.taken = Counter(
            "intarsia_events_total", "Events by what became of them", ["status"], registry=self.registry
        )
        self.refusals = Counter(
            "intarsia_consent_refusals_total",
            "Calls of which something was not kept, as their person does not agree",
            ["purpose"],
            registry=self.registry,
        )
        self.broken = Counter(
            "intarsia_broken_modules_total", "Modules that failed to render", ["channel"], registry=self.registry
        )

        self.trigger_delay = Histogram(
            "intarsia_trigger_delay_seconds",
            "From the moment at which a trigger was due to its first sending",
            buckets=DELAYS,
            registry=self.registry,
        )

    def page(self, page: Page, seconds: float) -> None:
        """One page was answered."""
        # A figure shared by processes takes several µs to change: pages are counted together, soon after.
        self.answered.append((page.layout, page.channel, page.level, seconds))
        if len(self.answered) >= MOST_WAITING:
            self.count()
        if page.level > 1:
            for filled in page.filled:
                if "fallback" in filled.why.filled_by or filled.why.filled_by == "static":
                    self.slots.labels(page.layout, filled.slot).inc()

    def count(self) -> None:
        """Bring the figures up to date with what was answered."""
        with self.turn:
            waiting = [self.answered.popleft() for _ in range(len(self.answered))]
            for (layout, channel, level), many in Tally(one[:3] for one in waiting).items():
                self.pages.labels(layout, channel, str(int(level))).inc(many)
            by_channel: dict[str, list[float]] = {}
            for _, channel, _, seconds in waiting:
                by_channel.setdefault(channel, []).append(seconds)
            for channel, times in by_channel.items():
                self.seconds.labels(channel).observe_all(times)

    def events(self, receipts: Sequence[Receipt], refused: int) -> None:
        """Some calls were taken in or refused."""
        for receipt in receipts:
            self.taken.labels(receipt.status).inc()
            for purpose in receipt.refused:
                self.refusals.labels(purpose).inc()
        if refused:
            self.taken.labels("refused").inc(refused)

    def text(self) -> bytes:
        """Everything, for a scraper."""
        self.count()
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            return generate_latest(registry) + self._read()
        return generate_latest(self.registry) + self._read()

    def _read(self) -> bytes:
        registry = CollectorRegistry()
        registry.register(self.figures)
        return generate_latest(registry)
