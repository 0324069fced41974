"""Figures for operators, in Prometheus' format; over all workers of this machine when there are several."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from engine import Page
from profiles import Receipt

BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)


@dataclass(slots=True)
class Metrics:
    """Counts of what was answered and taken in. No label ever holds anything personal."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    pages: Counter = field(init=False)
    seconds: Histogram = field(init=False)
    slots: Counter = field(init=False)
    taken: Counter = field(init=False)
    broken: Counter = field(init=False)
    series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pages = Counter(
            "intarsia_pages_total", "Pages decided", ["layout", "channel", "level"], registry=self.registry
        )
        self.seconds = Histogram(
            "intarsia_page_seconds", "Time to decide and render", ["channel"], buckets=BUCKETS, registry=self.registry
        )
        self.slots = Counter(
            "intarsia_fallbacks_total", "Slots that fell back", ["layout", "slot"], registry=self.registry
        )
        self.taken = Counter(
            "intarsia_events_total", "Events by what became of them", ["status"], registry=self.registry
        )
        self.broken = Counter(
            "intarsia_broken_modules_total", "Modules that failed to render", ["channel"], registry=self.registry
        )

    def page(self, page: Page, seconds: float) -> None:
        """One page was answered."""
        pages, times = self._of(page.layout, page.channel, page.level)
        pages.inc()
        times.observe(seconds)
        if page.level > 1:
            for filled in page.filled:
                if "fallback" in filled.why.filled_by or filled.why.filled_by == "static":
                    self.slots.labels(page.layout, filled.slot).inc()

    def _of(self, layout: str, channel: str, level: int) -> tuple[Counter, Histogram]:
        """The series of such pages, found by their labels once."""
        found = self.series.get((layout, channel, level))
        if found is None:
            found = (self.pages.labels(layout, channel, str(int(level))), self.seconds.labels(channel))
            self.series[layout, channel, level] = found
        return found

    def events(self, receipts: Sequence[Receipt], refused: int) -> None:
        """Some calls were taken in or refused."""
        for receipt in receipts:
            self.taken.labels(receipt.status).inc()
        if refused:
            self.taken.labels("refused").inc(refused)

    def text(self) -> bytes:
        """Everything, for a scraper."""
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            return generate_latest(registry)
        return generate_latest(self.registry)
