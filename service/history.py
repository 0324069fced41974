"""The demo's past: the shop's items, and a year of what its customers did, taken in as live events would be."""

from __future__ import annotations

from connectors import Journey
from profiles import backfill
from service.house import House
from service.report import Report

DONE = "history-imported"
"""A file in the data folder that says it is all there."""


def import_history(house: House, progress: Report) -> None:
    """Import the demo data unless that was done; broken off, it goes on where events are not there yet."""
    done = house.settings.data_dir / DONE
    if done.exists():
        return
    now = house.clock()
    progress("Reading The Complete Journey", 0, 1)
    journey = Journey.load(now)
    progress("Reading The Complete Journey", 1, 1)
    items = len(journey.items)
    house.items.upsert(journey.items, now, lambda taken, _: progress("Items", taken, items))
    progress("Items", items, items)
    _import_events(house, journey, now, progress)
    done.touch()


def _import_events(house: House, journey: Journey, now: float, progress: Report) -> None:
    total = len(journey.people) + journey.lines["basket_id"].nunique() + len(journey.redemptions)
    taken = 0

    def tell(some: int) -> None:
        nonlocal taken
        taken += some
        progress("Customers and their orders", min(taken, total), total)

    backfill(house.intake, journey.events(), now, progress=tell)
    progress("Customers and their orders", total, total)
