"""Reading people, and what computed attributes and enrichers cost.

    .venv/bin/python benchmarks/profiles.py [--people 2000] [--events 50] [--reads 2000]

Prints the time of a profile read over the management API in this process (p50, p99), as of now and as of the past; of
folding an event with 0, 10 and 50 computed attributes; and of the facts of a page with and without enrichers.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from accounts import Scope
from benchmarks.load import work_folder
from profiles import Event, Profile, Visit, facts_of, fold_all
from profiles.computed import Plan, plan_of
from rules import Attribute, FactType, Vocabulary, read_computed
from service.app import create_app
from service.house import House
from service.settings import Settings

NAMES = ("Product Viewed", "Product Added", "Order Completed", "Page Viewed")


def events(person: int, count: int, now: float) -> list[Event]:
    """What one made-up person did in the last 60 days."""
    dice, made = Random(person), []
    for number in range(count):
        what = {
            "product_id": str(dice.randrange(500)),
            "category": f"Kind {dice.randrange(20)}",
            "total": dice.random() * 90,
        }
        at = now - dice.random() * 60 * 86_400
        name = dice.choice(NAMES)
        made.append(
            Event(
                f"{person}-{number}",
                "bench",
                "track",
                name,
                at,
                now - 60,
                user_id=str(person),
                properties=what,
                consent={"personalization": True} if number == 0 else {},
            )
        )
    return made


def definitions(count: int) -> Vocabulary:
    """A vocabulary of so many computed attributes, of every way."""
    ways = [
        ("number", {"count": "Product Viewed", "within": "30d"}),
        ("number", {"sum": "Order Completed", "of": "total"}),
        ("string", {"most_frequent": "Product Viewed", "of": "category", "within": "30d"}),
        ("object", {"rfm": "Order Completed", "of": "total"}),
        ("object", {"sessions": "*", "gap": "30m"}),
    ]
    made = {}
    for number in range(count):
        kind, body = ways[number % len(ways)]
        path = f"profile.c{number}"
        made[path] = Attribute(path, FactType(kind), path, computed=read_computed(body))
    return Vocabulary(made)


def told(name: str, seconds: Sequence[float]) -> None:
    ordered = sorted(seconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    print(f"{name:<44} p50 {p50 * 1000:7.3f} ms   p99 {p99 * 1000:7.3f} ms")


def timed(times: int, do: Callable[[int], object]) -> list[float]:
    found = []
    for number in range(times):
        began = time.perf_counter()
        do(number)
        found.append(time.perf_counter() - began)
    return found


def reading(arguments: argparse.Namespace) -> None:
    """Profile reads over the management API."""
    settings = Settings(data_dir=work_folder())
    app = create_app(settings, watch=False)
    house: House = app.extensions["intarsia"]
    now = time.time()
    for start in range(0, arguments.people, 100):
        some = [one for person in range(start, start + 100) for one in events(person, arguments.events, now)]
        house.intake.accept(some, now)
    secret = house.keys.issue("bench", list(Scope), now, roles=["admin"])
    client, headers = app.test_client(), {"Authorization": f"Bearer {secret}"}
    ids = [house.profiles.find(f"user:{person}") for person in range(arguments.people)]
    past = datetime.fromtimestamp(now - 30, UTC).isoformat().replace("+", "%2B")

    def ask(path: str) -> None:
        answer = client.get(f"/v1/manage/people/{path}", headers=headers)
        assert answer.status_code == 200, answer.text

    told("profile", timed(arguments.reads, lambda n: ask(ids[n % len(ids)])))
    told("profile as of the past", timed(arguments.reads // 4, lambda n: ask(f"{ids[n % len(ids)]}?at={past}")))
    told("timeline, 100 events", timed(arguments.reads // 4, lambda n: ask(f"{ids[n % len(ids)]}/events")))
    house.close()


def folding(arguments: argparse.Namespace) -> None:
    """What each computed attribute adds to an event."""
    now = time.time()
    people = [events(person, arguments.events, now) for person in range(200)]
    bare = 0.0
    for count in (0, 10, 50):
        plan: Plan = plan_of(definitions(count))
        began = time.perf_counter()
        for some in people:
            fold_all(Profile(id="p", computed=plan.begun()), some, plan)
        each = (time.perf_counter() - began) / sum(map(len, people))
        bare = bare or each
        print(f"fold an event, {count:>2} computed attributes{each * 1e6:26.1f} µs   {each / bare:.2f} of none")


def visiting() -> None:
    """What the facts of a page cost with computed attributes, and what enrichers add."""
    from service.enriching import create_enrichment

    now = time.time()
    for count in (0, 10, 50):
        vocabulary = definitions(count)
        plan = plan_of(vocabulary)
        profile = fold_all(Profile(id="p", computed=plan.begun()), events(1, 200, now), plan)
        each = sum(timed(5_000, lambda _, p=profile, v=vocabulary: facts_of(p, v, {}, now))) / 5_000
        print(f"facts of a page, {count:>2} computed attributes{each * 1e6:23.1f} µs")
    enrichment = create_enrichment(Settings(), time.time)
    visit = Visit(
        "Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0", url="https://a.example/?utm_source=x"
    )
    for wanted in (frozenset({"os"}), frozenset({"os", "browser", "source", "referrer_kind"})):
        enrichment.facts(visit, wanted, {})
        each = sum(timed(5_000, lambda _, w=wanted: enrichment.facts(visit, w, {}))) / 5_000
        print(f"enrichers, {len(wanted)} facts, a browser seen before{each * 1e6:21.1f} µs")


def main() -> None:
    """Measure it all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--events", type=int, default=50)
    parser.add_argument("--reads", type=int, default=2_000)
    arguments = parser.parse_args()
    folding(arguments)
    visiting()
    reading(arguments)


if __name__ == "__main__":
    main()
