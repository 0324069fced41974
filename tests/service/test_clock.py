"""The clock that all processes share."""

from __future__ import annotations

import time

from service.clock import SharedClock
from storage import Database


def test_clocks_that_differ_show_the_same(database: Database) -> None:
    """On SQLite all are on one machine, with one clock; with PostgreSQL each goes by the database's."""
    shared = database.engine.dialect.name == "postgresql"
    clocks = [SharedClock(database, lambda skew=skew: time.time() + skew) for skew in (-90.0, 0.0, 3_600.0)]
    for clock in clocks:
        for _ in range(20):  # an answer that came late is not believed
            clock.set()
            if clock.ahead:
                break
    shown = [clock() - time.time() for clock in clocks]
    wanted = [0.0, 0.0, 0.0] if shared else [-90.0, 0.0, 3_600.0]
    assert all(abs(one - other) < 30 for one, other in zip(shown, wanted, strict=True)), shown


def test_a_clock_goes_on_between_two_looks() -> None:
    hands = [100.0]
    clock = SharedClock(Database("sqlite://"), lambda: hands[0], ahead=5.0)
    assert clock() == 105.0
    hands[0] = 107.5
    assert clock() == 112.5
