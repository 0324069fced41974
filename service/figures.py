"""The figures of what came in, for a scraper: read when it asks, the same whichever process answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from connectors import PeopleNews
from profiles import COUNTS, Backfill, FiringRecord, FiringState, Quality

MOST_SHOWN = 2_000
"""Rows of figures; each becomes five lines."""


@dataclass(frozen=True, slots=True, eq=False)
class EventFigures(Collector):
    """`intarsia_event_calls_total` and `intarsia_event_last_seen_seconds`, by source, kind and event."""

    quality: Quality

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """The figures as they were written down; none while the database is away."""
        labels = ["source", "kind", "event"]
        calls = CounterMetricFamily("intarsia_event_calls", "Calls by what became of them", labels=[*labels, "status"])
        seen = GaugeMetricFamily("intarsia_event_last_seen_seconds", "When one came in last", labels=labels)
        try:
            rows = self.quality.read(limit=MOST_SHOWN)
        except SQLAlchemyError:
            return
        for row in rows:
            of = [row.source, row.kind, row.name]
            seen.add_metric(of, row.last_seen)
            for status in COUNTS:
                calls.add_metric([*of, status], getattr(row, status))
        yield calls
        yield seen


@dataclass(frozen=True, slots=True, eq=False)
class TriggerFigures(Collector):
    """What became of what set triggers off, how much waits, and how far the messages about people have come."""

    firings: FiringRecord
    told: PeopleNews

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """The figures of what is kept; none while the database is away."""
        fired = GaugeMetricFamily(
            "intarsia_trigger_firings", "Changes that set triggers off, by what became of them; of those that are kept",
            labels=["trigger", "state"],
        )  # fmt: skip
        queue = GaugeMetricFamily("intarsia_trigger_queue", "Changes that are not decided yet, also those of later")
        sent = GaugeMetricFamily(
            "intarsia_trigger_deliveries", "Messages about people by state; of those that are kept", labels=["state"]
        )
        try:
            tallies, counts = self.firings.tallies(), self.told.counts()
        except SQLAlchemyError:
            return
        for trigger, tally in tallies.items():
            for state, many in tally.states.items():
                fired.add_metric([trigger, state], many)
        queue.add_metric([], sum(tally.states.get(FiringState.QUEUED, 0) for tally in tallies.values()))
        for at, many in counts.items():
            sent.add_metric([at], many)
        yield from (fired, queue, sent)


@dataclass(frozen=True, slots=True, eq=False)
class SegmentFigures(Collector):
    """How many people are behind the segments that are served."""

    backfill: Backfill

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """The figure of now; none while the database is away."""
        try:
            behind = self.backfill.behind()
        except SQLAlchemyError:
            return
        told = "People whose memberships were decided by other segments than those that are served"
        yield GaugeMetricFamily("intarsia_segment_people_behind", told, value=behind)


@dataclass(frozen=True, slots=True, eq=False)
class Together(Collector):
    """Several collectors as one."""

    each: tuple[Collector, ...]

    def collect(self) -> Iterator[Metric]:
        """All that they tell."""
        for one in self.each:
            yield from one.collect()
