"""Figures: what came in is counted by source and event, and added up over processes."""

from __future__ import annotations

from profiles import Quality
from profiles.quality import MOST_NAMES, OTHERS
from storage import Database
from tests.profiles.calls import NOW


def test_figures_add_up_over_processes(database: Database) -> None:
    one, other = Quality(database), Quality(database)
    one.note("shop", [("track", "Order Completed", "accepted"), ("track", "Order Completed", "refused")], NOW)
    other.note("shop", [("track", "Order Completed", "quarantined"), ("page", "Page Viewed", "duplicate")], NOW + 5)
    for quality in (one, other, one):
        quality.flush()
    page, order = one.read()
    assert (page.kind, page.name, page.duplicate, page.accepted) == ("page", "Page Viewed", 1, 0)
    assert (order.accepted, order.refused, order.quarantined, order.last_seen) == (1, 1, 1, NOW + 5)


def test_what_a_sender_makes_up_is_counted_together(database: Database) -> None:
    quality = Quality(database)
    made_up = [("track", f"E{number}", "accepted") for number in range(MOST_NAMES + 7)]
    quality.note("shop", [*made_up, ("sing", ["x"], "refused"), (None, "a\x00b", "refused")], NOW)
    quality.flush()
    rows = {(row.kind, row.name): row for row in quality.read(limit=10_000)}
    assert rows["track", OTHERS].accepted == 7
    assert rows["unknown", ""].refused == 2


def test_figures_go_a_page_at_a_time(database: Database) -> None:
    quality = Quality(database)
    for source in ("app", "shop"):
        quality.note(source, [("track", name, "accepted") for name in "abc"], NOW)
    quality.flush()
    first = quality.read(limit=4)
    rest = quality.read(after=(first[-1].source, first[-1].kind, first[-1].name))
    assert [(row.source, row.name) for row in [*first, *rest]] == [(s, n) for s in ("app", "shop") for n in "abc"]
    assert {row.source for row in quality.read(source="app")} == {"app"}
