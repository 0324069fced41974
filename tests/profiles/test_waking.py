"""Two workers, the real clock: each membership that ends is told once, with its moment, and never before it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter

from sqlalchemy import select

from profiles import Intake, tables
from storage import Database, HotCopies
from tests.profiles.calls import added
from tests.profiles.world import SEGMENTS, VOCABULARY

PEOPLE, WINDOW = 60, 600.0


def test_two_workers_tell_each_change_once_on_its_moment(database: Database, database_url: str) -> None:
    owners: dict[str, str] = {}
    intake = Intake(
        database,
        lambda: SEGMENTS,
        lambda: VOCABULARY,
        HotCopies(None),
        on_event=[lambda _, event, owner: owners.update({owner: str(event.user_id)})],
    )
    begun = time.time()
    # Their carts are forgotten within the next three seconds, five people at a time.
    events = [added("1", begun - WINDOW + 1 + (n // 5) * 0.15, user=f"u{n}") for n in range(PEOPLE)]
    due = {f"u{n}": events[n].at + WINDOW for n in range(PEOPLE)}
    intake.accept(events, begun)
    arguments = [sys.executable, "-m", "tests.profiles.waker", database_url]
    workers = [subprocess.Popen(arguments) for _ in range(2)]
    for worker in workers:
        assert worker.wait(timeout=60) == 0
    with database.read() as connection:
        changes = connection.execute(select(tables.segment_changes)).all()
        woken = dict(connection.execute(select(tables.profiles.c.id, tables.profiles.c.updated_at)).all())
        left = connection.execute(select(tables.timers)).all()
    told = Counter((owners[row.profile_id], row.change, row.segment) for row in changes)
    assert told == {(user, change, "cart-waiting"): 1 for user in due for change in ("entered", "left")}
    assert {owners[row.profile_id]: row.at for row in changes if row.change == "left"} == due
    assert all(woken[one] >= due[user] for one, user in owners.items()), "nobody is woken before their moment"
    assert left == []
