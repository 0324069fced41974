"""What an operator can see of events on their way: lag, groups, what came twice, what waits, how late the worker is."""

from __future__ import annotations

import re
import threading

from prometheus_client import CollectorRegistry, generate_latest

from service.intake_figures import WorkerFigures
from service.worker import Chore, Worker
from tests.conftest import FixedClock
from tests.service.conftest import Shop


def figure(shop: Shop, name: str) -> float | None:
    """The value of a figure, named with its labels."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", shop.client.get("/metrics").text, re.MULTILINE)
    return float(found.group(1)) if found else None


def test_how_long_events_take_and_how_many_are_committed_together_is_counted(shop: Shop) -> None:
    calls = [{"type": "track", "userId": "ann", "event": "E", "messageId": f"m{n}"} for n in range(30)]
    assert shop.post("/v1/batch", {"batch": calls}).status_code == 200
    assert figure(shop, "intarsia_event_commit_seconds_count") == 30
    assert figure(shop, "intarsia_event_visible_seconds_count") == 30
    assert figure(shop, 'intarsia_event_visible_seconds_bucket{le="0.005"}') == 30, "the clock stands still"
    assert figure(shop, 'intarsia_event_group_size_bucket{le="20.0"}') == 0
    assert figure(shop, 'intarsia_event_group_size_bucket{le="50.0"}') == 1


def test_what_comes_twice_is_counted_by_whether_it_says_the_same(shop: Shop) -> None:
    call = {"userId": "ann", "event": "E", "messageId": "m"}
    for properties in ({}, {}, {}, {"other": 1}):
        shop.post("/v1/track", {**call, "properties": properties})
    assert figure(shop, 'intarsia_event_duplicates_total{content="same"}') == 2
    assert figure(shop, 'intarsia_event_duplicates_total{content="other"}') == 1


def test_what_waits_is_told_and_how_late_timers_are(shop: Shop) -> None:
    shop.consent()
    shop.track("Product Added", product_id="1")
    shop.track("Product Viewed", price=[])
    assert [figure(shop, f"intarsia_{name}") for name in ("quarantine_waiting", "timers_due")] == [1, 0]
    shop.clock.forward(11 * 60)
    assert figure(shop, "intarsia_timers_due") == 1
    assert figure(shop, "intarsia_timers_late_seconds") == shop.client.get("/readyz").get_json()["timers_late"] == 60
    shop.house.timers.run_due(shop.clock())
    assert figure(shop, "intarsia_timers_due") == figure(shop, "intarsia_timers_late_seconds") == 0


def test_how_late_the_worker_comes_to_each_chore_is_counted(clock: FixedClock) -> None:
    registry, stop = CollectorRegistry(), threading.Event()
    slow = Chore("slow", 5.0, lambda: clock.forward(3.0))
    quick = Chore("quick", 1.0, lambda: stop.set() if clock.now >= 1_750_000_003 else None)
    Worker([quick, slow], clock, WorkerFigures(registry).turn).run(stop)
    told = generate_latest(registry).decode()
    assert 'intarsia_chore_late_seconds_bucket{chore="quick",le="1.0"} 1.0' in told
    assert 'intarsia_chore_late_seconds_bucket{chore="quick",le="2.5"} 2.0' in told
    assert 'intarsia_chore_late_seconds_count{chore="slow"} 1.0' in told
