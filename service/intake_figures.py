"""Figures of what comes in and of what waits: how long it takes, how much is told twice, how late the worker is."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from profiles import Event, Observer, Quarantine, Receipt, Status, Timers
from rules import Instant
from service.metrics import Durations

LAGS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SIZES: Final = (1, 5, 20, 50, 100, 250, 500, 1_000, 2_500)
LATE: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0)


class IntakeFigures(Observer):
    """What is counted while events are taken in."""

    def __init__(self, registry: CollectorRegistry, clock: Callable[[], Instant]) -> None:
        def durations(name: str, told: str) -> Durations:
            return Durations(name, told, buckets=LAGS, registry=registry)

        self._clock = clock
        self._committed = durations("intarsia_event_commit_seconds", "From when an event came in until it was durable")
        self._visible = durations(
            "intarsia_event_visible_seconds", "From when an event came in until the next page could know of it"
        )
        self._sizes = Histogram(
            "intarsia_event_group_size", "Events committed together", buckets=SIZES, registry=registry
        )
        self._again = Counter(
            "intarsia_event_duplicates_total",
            "Events whose id was known already, by whether they said the same as the first one",
            ["content"],
            registry=registry,
        )

    def committed(self, events: Sequence[Event], receipts: Sequence[Receipt]) -> None:
        """Count a group that is durable."""
        now = self._clock()
        self._committed.observe_all([max(now - event.received_at, 0.0) for event in events])
        self._sizes.observe(len(events))
        again = Tally("other" if one.differs else "same" for one in receipts if one.status is Status.DUPLICATE)
        for content, many in again.items():
            self._again.labels(content).inc(many)

    def visible(self, events: Sequence[Event]) -> None:
        """Count a group that pages know of."""
        now = self._clock()
        self._visible.observe_all([max(now - event.received_at, 0.0) for event in events])


class WorkerFigures:
    """How late the worker comes to each of its chores."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._late = Histogram(
            "intarsia_chore_late_seconds",
            "From when a chore of the worker was due until its turn",
            ["chore"],
            buckets=LATE,
            registry=registry,
        )

    def turn(self, chore: str, late: float) -> None:
        """A chore has its turn, so many seconds after it was due."""
        self._late.labels(chore).observe(late)


@dataclass(frozen=True, slots=True, eq=False)
class WaitingFigures(Collector):
    """What waits now: events in quarantine, and people whose timers are due. None while the database is away."""

    quarantine: Quarantine
    timers: Timers
    clock: Callable[[], Instant]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures as of now."""
        try:
            waiting, backlog = self.quarantine.waiting(), self.timers.backlog(self.clock())
        except SQLAlchemyError:
            return
        yield GaugeMetricFamily("intarsia_quarantine_waiting", "Events that wait to be settled", value=waiting)
        yield GaugeMetricFamily("intarsia_timers_due", "People whose timers are due", value=backlog.due)
        yield GaugeMetricFamily(
            "intarsia_timers_late_seconds", "For how long the first of them has been due", value=backlog.late
        )
