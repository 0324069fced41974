"""The figures of what came in, for a scraper: read when it asks, the same whichever process answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from profiles import COUNTS, Quality

MOST_SHOWN = 2_000
"""Rows of figures; each becomes five lines."""


@dataclass(frozen=True, slots=True)
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
