"""The management API over a big library: lists, filters, the search, reads and saves, at two sizes in one run.

    python -m benchmarks.content [--modules 100000] [--beside 1000] [--rounds 60] [--postgresql] [--keep FOLDER]

Both libraries have 200 types and are asked in turn, through HTTP in the process (a WSGI client: no socket). Of each
request is printed the wall clock and the processor time of the process, 50th and 95th percentile in ms, and its median
processor time against the small library, the reference. Filters that leave few modules of the small library are asked
for as many as it has. On PostgreSQL the server's own processor time is not in it. With `--keep` the libraries stay in
the folder and are not loaded again. 100,000 modules are loaded in about two minutes.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from admin.content.cursors import cursor_of
from benchmarks.houses import fill, manager, postgresql, settings_of, work_folder
from benchmarks.library import SEGMENTS, TAGS, TYPES, WORDS
from service.app import create_app
from service.house import House
from service.settings import Settings

BARS: Mapping[str, float] = {"list": 100, "filter": 100, "search": 100, "read": 100, "save": 50}
"""What a request is of -> the wall clock in ms that 95 of 100 must not exceed."""

GROWTH = 3.0
"""As often the processor time of the small library may what is read a page at a time take."""

FEW = 2
"""Modules of one type that the small library surely has: with a page as long, both answer the same number of rows."""

SERIAL = itertools.count()


@dataclass(slots=True)
class Desk:
    """A library, and somebody who manages it."""

    modules: int
    house: House
    client: FlaskClient
    headers: Mapping[str, str]
    dice: random.Random = field(default_factory=lambda: random.Random(5))

    @classmethod
    def of(cls, settings: Settings, modules: int) -> Desk:
        """The desk of a library that is loaded."""
        fill(settings, modules)
        app = create_app(settings, parts=("manage",), watch=False)
        house: House = app.extensions["intarsia"]
        desk = cls(modules, house, app.test_client(), manager(house))
        for _ in range(50):  # so that some modules are changed since they were published
            _save_module(desk)()
        return desk

    def get(self, path: str, **query: Any) -> TestResponse:
        """One GET, which must succeed."""
        return _right(self.client.get(f"/v1/manage/{path}", headers=self.headers, query_string=query))

    def put(self, path: str, body: Any) -> TestResponse:
        """One PUT, which must succeed."""
        return _right(self.client.put(f"/v1/manage/{path}", headers=self.headers, data=json.dumps(body)))

    @property
    def module(self) -> str:
        """The key of some module."""
        return f"module-{self.dice.randrange(self.modules)}"


def _right(answer: TestResponse) -> TestResponse:
    assert answer.status_code == 200, answer.text
    return answer


def _save_module(desk: Desk) -> Callable[[], object]:
    path = f"modules/{desk.module}"
    body = desk.get(path).get_json()
    body["locales"]["en"]["note"] = f"edited {next(SERIAL)} {time.time()}"
    return lambda: desk.put(path, body)


def _save_other(kind: str, key: str) -> Callable[[Desk], Callable[[], object]]:
    def prepare(desk: Desk) -> Callable[[], object]:
        path = f"{kind}/{key}-{desk.dice.randrange(SEGMENTS)}"
        body = {**desk.get(path).get_json(), "title": f"Edited {next(SERIAL)} {time.time()}"}
        return lambda: desk.put(path, body)

    return prepare


def _list(**query: Callable[[Desk], Any]) -> Callable[[Desk], Callable[[], object]]:
    def prepare(desk: Desk) -> Callable[[], object]:
        asked = {name: value(desk) for name, value in query.items()}
        return lambda: desk.get("modules", **asked)

    return prepare


def _search(words: Callable[[Desk], str], limit: int = 20) -> Callable[[Desk], Callable[[], object]]:
    def prepare(desk: Desk) -> Callable[[], object]:
        asked = words(desk)
        return lambda: desk.get("search", q=asked, limit=limit)

    return prepare


def _read(desk: Desk) -> Callable[[], object]:
    path = f"modules/{desk.module}"
    return lambda: desk.get(path)


REQUESTS: Mapping[str, Callable[[Desk], Callable[[], object]]] = {
    "list, first page": _list(),
    "list, a page within": _list(after=lambda desk: cursor_of("key", desk.module)),
    "list, newest first": _list(sort=lambda _: "-updated_at"),
    "list, by title": _list(sort=lambda _: "title"),
    "filter, of a type": _list(type=lambda desk: f"type-{desk.dice.randrange(TYPES)}", limit=lambda _: FEW),
    "filter, with a tag": _list(tag=lambda desk: desk.dice.choice(TAGS), limit=lambda _: 10 * FEW),
    "filter, changed": _list(state=lambda _: "changed"),
    "filter, in German": _list(locale=lambda _: "de"),
    "filter, of a type, by title": _list(
        type=lambda desk: f"type-{desk.dice.randrange(TYPES)}", sort=lambda _: "title", limit=lambda _: FEW
    ),
    "filter, under a rule": _list(rule=lambda desk: f"rule-{desk.dice.randrange(500)}", limit=lambda _: 1),
    "filter, asks for a segment": _list(segment=lambda desk: f"segment-{desk.dice.randrange(20)}"),
    "search, a word of many": _search(lambda desk: desk.dice.choice(WORDS)),
    "search, two words": _search(lambda desk: " ".join(desk.dice.sample(WORDS, 2))),
    "search, an unfinished word": _search(lambda desk: desk.dice.choice(WORDS)[:3]),
    "search, one module": _search(lambda desk: desk.module, limit=1),
    "read a module": _read,
    "save a module": _save_module,
    "save a rule": _save_other("rules", "rule"),
    "save a segment": _save_other("segments", "segment"),
    "save a type": _save_other("types", "type"),
}
"""What is asked -> what makes one request ready; only the request itself is measured."""


def measure(desks: list[Desk], rounds: int) -> None:
    """Ask all of it of each library in turn, and print a line for each."""
    print(f"{'ms':<30}" + "".join(f"{f'{desk.modules:,} modules: wall p50':>30} p95  cpu p50   p95" for desk in desks))
    for name, prepare in REQUESTS.items():
        taken: list[list[tuple[float, float]]] = [[] for _ in desks]
        for number in range(rounds + 3):
            for desk, times in zip(desks, taken, strict=True):
                request = prepare(desk)
                wall, cpu = time.perf_counter(), time.process_time()
                request()
                if number >= 3:  # the first ones warm up
                    times.append((1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)))
        print(_line(name, taken), flush=True)


def _line(name: str, taken: list[list[tuple[float, float]]]) -> str:
    told, medians, p95 = [], [], 0.0
    for times in taken:
        wall, cpu = zip(*times, strict=True)
        p95 = _p95(wall)
        medians.append(statistics.median(cpu))
        told.append(f"{statistics.median(wall):>30.1f}{p95:>6.1f}{medians[-1]:>8.1f}{_p95(cpu):>7.1f}")
    growth = medians[-1] / medians[0]
    kind = name.split()[0].strip(",")
    missed = [f"over {BARS[kind]:.0f} ms"] * (p95 > BARS[kind]) + [f"over {GROWTH:g} times"] * (growth > GROWTH)
    return f"{name:<30}{''.join(told)}   cpu x{growth:.2f}   {', '.join(missed)}"


def _p95(times: tuple[float, ...]) -> float:
    return sorted(times)[int(0.95 * len(times))]


def _desks(folder: Path, sizes: list[int], urls: list[str]) -> list[Desk]:
    return [Desk.of(settings_of(folder, size, url), size) for size, url in zip(sizes, urls, strict=True)]


def main() -> None:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--modules", type=int, default=100_000)
    parser.add_argument("--beside", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--keep", default="", help="a folder that keeps the libraries (SQLite) for the next run")
    asked = parser.parse_args()
    sizes = [asked.beside, asked.modules]
    with work_folder(asked.keep) as folder:
        if not asked.postgresql:
            measure(_desks(folder, sizes, ["", ""]), asked.rounds)
            return
        with postgresql() as small, postgresql() as big:
            desks = _desks(folder, sizes, [small, big])
            measure(desks, asked.rounds)
            for desk in desks:
                desk.house.close()


if __name__ == "__main__":
    main()
