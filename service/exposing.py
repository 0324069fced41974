"""Exposures to experiments, counted as their events come in."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from experiments import Exposures
from profiles import Event
from service.published import Published
from storage import vault_of


def exposing(exposures: Exposures, published: Published) -> Callable[[Connection, Event, str], None]:
    """What intake calls for each event: it counts those that say that somebody was shown a variation."""

    def expose(connection: Connection, event: Event, _: str) -> None:
        if event.name == "Experiment Viewed":
            _expose(exposures, published, connection, event)

    return expose


def _expose(exposures: Exposures, published: Published, connection: Connection, event: Event) -> None:
    """Count an exposure to an experiment that there is; what a browser makes up counts for nothing."""
    catalogue, shown = published.catalogue, event.properties
    experiment = catalogue.experiments.get(str(shown.get("experiment"))) if catalogue else None
    variation = str(shown.get("variation"))
    if experiment is None or variation not in {v.key for v in experiment.variations}:
        return
    unit = vault_of(connection).mark(event.aliases[0])
    exposures.record(connection, experiment=experiment.key, unit=unit, variation=variation, at=event.at)
