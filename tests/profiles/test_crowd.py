"""Several dimensions at once are what counting by hand says, now and as time passes without any event."""

from __future__ import annotations

import os

from sqlalchemy import select

from benchmarks.crowd import DAY, NOW, SEGMENTS, VOCABULARY, Somebody
from profiles import Intake, Timers
from profiles.membership.tables import memberships
from storage import Database, HotCopies

PEOPLE = int(os.environ.get("INTARSIA_CROWD", "200"))


def members(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.scalars(select(memberships.c.profile_id).where(memberships.c.segment == "hikers")))


def test_who_is_a_hiker_is_what_counting_by_hand_says(database: Database) -> None:
    crowd = [Somebody.of(number) for number in range(PEOPLE)]
    hot = HotCopies(None)
    timers = Timers(database, lambda: SEGMENTS, lambda: VOCABULARY, hot)
    owners: dict[str, str] = {}
    intake = Intake(
        database,
        lambda: SEGMENTS,
        lambda: VOCABULARY,
        hot,
        on_event=[lambda _, event, owner: owners.update({str(event.user_id): owner})],
    )
    events = [event for one in crowd for event in one.events()]
    for start in range(0, len(events), 500):
        intake.accept(events[start : start + 500], NOW)
    assert len(owners) == PEOPLE
    counts = []
    for later in (0.0, 0.5, 2.0, 5.0, 12.0, 40.0):
        while timers.run_due(NOW + later * DAY):
            pass
        wanted = {owners[one.key] for one in crowd if one.is_hiker(later)}
        assert members(database) == wanted
        counts.append(len(wanted))
    assert counts[0] > 2
    assert counts[-1] == 0
