"""Segments: a crowd counted by hand, what an event costs with 10 and with 1,000 of them, timers, a backfill.

    .venv/bin/python -m benchmarks.segments                 # 100,000 people; some minutes
    .venv/bin/python -m benchmarks.segments --people 2000 --url postgresql+psycopg://…

The crowd (`benchmarks/crowd.py`) is taken in, and who is in a segment of four dimensions is compared with what counting
by hand says, then again as the clock goes on without any event. After that another segment is published and everybody
follows. The cost of an event is that of `settle`, and of `Intake.accept` with all that it writes, in this process; of
the segments five read the event that comes, however many there are. What is looked at whole is measured beside it.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from benchmarks.crowd import DAY, HIKERS, NOW, SEGMENTS, VOCABULARY, Somebody
from profiles import Backfill, Census, Event, Intake, Profile, Segment, Segments, Timers, fold_all, parse_call
from profiles.ingest.collecting import no_collection
from profiles.membership.tables import memberships
from profiles.segments import settle
from rules import Attribute, FactType, Vocabulary, parse
from storage import Database, HotCopies, migrate

CHUNK: Final = 2_000
READING: Final = 5
"""Segments that read the event that comes."""
KINDS: Final = 200
EVENTS: Final = 400


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--people", type=int, default=100_000)
    options.add_argument("--url", default="", help="a database; an SQLite file in a folder of its own without it")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _crowd(Database(given.url or f"sqlite:///{Path(folder)}/crowd.db"), given.people)
        _costs(Path(folder))
    print(f"memory at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _crowd(database: Database, people: int) -> None:
    migrate(database)
    kept, hot = [SEGMENTS], HotCopies(None)
    owners: dict[str, str] = {}
    served: tuple[Any, ...] = (database, lambda: kept[0], lambda: VOCABULARY, hot)

    def note(_: object, event: Event, owner: str) -> None:
        owners[str(event.user_id)] = owner

    intake, timers, backfill = Intake(*served, on_event=[note]), Timers(*served), Backfill(*served)
    crowd = [Somebody.of(number) for number in range(people)]
    events = (event for one in crowd for event in one.events())
    with told(f"{people:,} people taken in"):
        while some := list(islice(events, CHUNK)):
            intake.accept(some, NOW)
    for later in (0.0, 1.0, 3.0, 8.0, 31.0):
        with told(f"{later:.0f} days later, the timers of") as tell:
            woken = _all(lambda at=NOW + later * DAY: timers.run_due(at))
            tell(f"{woken:,} people")
        wanted = {owners[one.key] for one in crowd if one.is_hiker(later)}
        assert _members(database) == wanted, "counting by hand says otherwise"
        print(f"  {len(wanted):,} in the segment, as counting by hand says")
    kept[0] = Segments.of([*SEGMENTS, Segment("near", "Near", parse(HIKERS["and"][2]))])
    with told("another segment: everybody followed"):
        assert _all(lambda: backfill.step(NOW + 32 * DAY)) == people
    with told("the size of both segments, and a sample"):
        census = Census(database, lambda: kept[0], lambda: VOCABULARY)
        sizes = census.sizes(["hikers", "near"], NOW + 32 * DAY)
        census.sample("near", NOW, 100)
    assert sizes[1].size == sum(one.agrees and one.kilometres < 10 for one in crowd)


def _members(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.scalars(select(memberships.c.profile_id).where(memberships.c.segment == "hikers")))


def _all(step: Callable[[], int]) -> int:
    done = 0
    while some := step():
        done += some
    return done


@contextmanager
def told(what: str) -> Iterator[Callable[[str], None]]:
    """Print how long something took."""
    more: list[str] = []
    begun = time.perf_counter()
    yield more.append
    print(f"{what}{''.join(f' {one}' for one in more)}: {time.perf_counter() - begun:.3f} s")


def _vocabulary() -> Vocabulary:
    names = [f"profile.t{number}" for number in range(KINDS)]
    attributes = {name: Attribute(name, FactType.NUMBER, name, purpose="necessary") for name in names}
    events = ["Product Viewed", *(f"Kind {number}" for number in range(KINDS))]
    return Vocabulary(attributes, dict.fromkeys(events, "necessary"))


def _segments(count: int) -> Segments:
    """So many segments: five read "Product Viewed", the others one of many kinds of events, or a trait."""

    def logic(number: int) -> Any:
        if number < READING:
            return {">=": [{"events": {"type": "Product Viewed", "within": "30d"}}, number + 1]}
        if number % 2:
            return {">": [{"events": {"type": f"Kind {number % KINDS}", "within": f"{1 + number % 30}d"}}, 0]}
        return {"==": [{"var": f"profile.t{number % KINDS}"}, number % 7]}

    return Segments.of(Segment(f"s{number}", f"s{number}", parse(logic(number))) for number in range(count))


def _call(number: int, at: float, name: str, user: str = "ann", **body: Any) -> Event:
    return parse_call("track", {"messageId": f"{user}-{number}", "userId": user, "event": name, **body},
                      source="benchmark", received_at=at)  # fmt: skip


def _history(user: str) -> list[Event]:
    traits = {f"t{number}": number % 7 for number in range(0, KINDS, 4)}
    told = {"messageId": f"{user}-traits", "userId": user, "traits": traits}
    past = [_call(-1 - n, NOW - n * 3_600, f"Kind {n % KINDS}", user) for n in range(40)]
    return [parse_call("identify", told, source="benchmark", received_at=NOW), *past]


def _costs(folder: Path) -> None:
    vocabulary, costs = _vocabulary(), {}
    for count in (10, 100, 1_000):
        segments = _segments(count)
        with no_collection():  # as intake does
            quick, whole, members = _settled(segments, vocabulary)
        accepted = _accepted(Database(f"sqlite:///{folder}/cost-{count}.db"), segments, vocabulary)
        costs[count] = (quick, accepted)
        print(
            f"{count:,} segments ({members} memberships a person): settle {1e6 * quick:.0f} µs an event, all of them"
            f" {1e6 * whole:.0f} µs; intake {1e6 * accepted:.0f} µs an event"
        )
    for place, what in enumerate(("settle", "intake")):
        print(f"{what}: 1,000 segments to 10: {costs[1_000][place] / costs[10][place]:.2f} (at most 2)")


def _settled(segments: Segments, vocabulary: Vocabulary) -> tuple[float, float, int]:
    """The processor's time that one event's settling takes: of what can change, of everything; and the memberships."""
    person = fold_all(Profile(id="ann", aliases=("user:ann",)), _history("ann"))
    person, _ = settle(person, segments, vocabulary, NOW, "event")
    quick, whole = [], []
    for number in range(EVENTS):
        at = NOW + number
        folded = fold_all(person, [_call(number, at, "Product Viewed")])
        begun = time.process_time()
        settled, _ = settle(folded, segments, vocabulary, at, "event", before=person)
        between = time.process_time()
        full, _ = settle(folded, segments, vocabulary, at, "event")
        whole.append(time.process_time() - between)
        quick.append(between - begun)
        assert settled.segments == full.segments
        person = settled
    return statistics.mean(quick), statistics.mean(whole), len(person.segments)


def _accepted(database: Database, segments: Segments, vocabulary: Vocabulary) -> float:
    """The processor's time of one event in a transaction of a hundred, of a hundred people, with all that it writes."""
    migrate(database)
    intake = Intake(database, lambda: segments, lambda: vocabulary, HotCopies(None))
    people = [f"u{number}" for number in range(100)]
    for user in people:
        intake.accept(_history(user), NOW)
    intake.accept([_call(0, NOW, "Product Viewed", user) for user in people], NOW)
    spent = []
    for number in range(1, EVENTS // 10):
        at = NOW + number
        events = [_call(number, at, "Product Viewed", user) for user in people]
        begun = time.process_time()
        intake.accept(events, at)
        spent.append((time.process_time() - begun) / len(people))
    return statistics.median(spent)


if __name__ == "__main__":
    main()
