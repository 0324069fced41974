"""A catalogue of very many modules: compiled in a fresh process, taken over change by change, and seen in every worker.

    python -m benchmarks.catalogue [--modules 100000] [--beside 1000] [--rounds 5] [--only process|server] [--keep DIR]

For both sizes, each in a process of its own: processor seconds of the first compilation, memory after it and at its
peak, and the processor time in which a publication of ten changed modules is taken over, also against that of the small
library, the reference. Then the real service is started on loopback (two delivery workers, management, the worker) on
the big library: a module is published again and again, and each time it is looked, by connections of their own, when
the last answer of the release before was given.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.houses import AUTHOR, fill, manager, settings_of, work_folder
from layouts import Wanted
from modules import digest_of
from service.app import create_house
from service.house import House
from service.serving import Plan, Running, environment
from service.settings import Settings

CHANGED = 10
MEMORY = {"before": "before", "after": "after", "peak": "at its peak"}
PORT = 8471
PATIENCE = 60.0
SURE = 60
"""Answers of the new release in a row, each by a new connection, after which no worker serves the old one."""


def child(settings: Settings, modules: int, rounds: int) -> dict[str, Any]:
    """What is measured in a process of its own."""
    house = create_house(settings)
    before, cpu = _megabytes(), time.process_time()
    house.published.refresh()
    told = {
        "seconds": time.process_time() - cpu,
        "before": before,
        "after": _megabytes(),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
        "taken": [],
    }
    for number in range(rounds):
        publish_some(house, modules, number)
        cpu = time.process_time()
        house.published.refresh()
        told["taken"].append(1000 * (time.process_time() - cpu))
    house.close()
    return told


def publish_some(house: House, modules: int, number: int) -> None:
    """Change ten modules and publish them; they are not judged."""
    dice = random.Random(f"{modules}/{number}/{time.time()}")
    names = [("modules", f"module-{one}") for one in dice.sample(range(modules), CHANGED)]
    bodies = house.contents.content(set(house.contents.shown(names).values()))
    shown = house.contents.shown(names)
    made = {name: _edited(bodies[shown[name]], dice) for name in names}
    house.contents.put_all(made, author=AUTHOR, now=house.clock())
    wanted = Wanted({name: digest_of(data) for name, data in made.items()})
    house.releases.publish_changes(wanted, name=f"change {number}", author=AUTHOR, now=house.clock())


def _edited(data: bytes, dice: random.Random) -> bytes:
    body = json.loads(data)
    body["locales"]["en"]["note"] = f"edited {dice.random()}"
    body["tier"] = dice.randrange(4)
    return json.dumps(body).encode()


def _megabytes() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6


def apart(folder: Path, modules: int, rounds: int) -> dict[str, Any]:
    """The same, from the process that it was measured in."""
    command = [sys.executable, "-m", "benchmarks.catalogue", "--child", "--keep", str(folder)]
    command += ["--modules", str(modules), "--rounds", str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


@dataclass(slots=True)
class Watcher:
    """Asks again and again, by new connections, which release is served."""

    url: str
    seen: list[tuple[float, str]]
    stopped: threading.Event

    def run(self) -> None:
        """Until it is stopped."""
        while not self.stopped.is_set():
            with urllib.request.urlopen(self.url, timeout=PATIENCE) as answer:
                release = json.load(answer)["release"]
            self.seen.append((time.perf_counter(), release))


@contextmanager
def serving(settings: Settings) -> Iterator[Plan]:
    """The whole service on this house."""
    plan = Plan(port=PORT)
    with environment(settings, plan) as environ:
        running = Running(plan, environ)
        running.start()
        try:
            running.wait_ready(patience=300)
            for _ in range(SURE):  # each worker compiles by itself, and answers when it has done so
                _ask(f"http://{plan.host}:{plan.port}/readyz", {})
            yield plan
        finally:
            running.processes.stop()


def visible(settings: Settings, rounds: int) -> list[tuple[float, float]]:
    """Seconds from the request that publishes, and from its answer, to the last answer of the release before."""
    house = create_house(settings)
    headers = manager(house)
    house.close()
    found = []
    with serving(settings) as plan:
        manage = f"http://{plan.host}:{plan.manage_port}/v1/manage/modules/module-7"
        for number in range(rounds):
            found.append(_published(plan, manage, headers, number))
            time.sleep(0.5)
    return found


def _published(plan: Plan, manage: str, headers: dict[str, str], number: int) -> tuple[float, float]:
    body = json.loads(_ask(manage, headers))
    body["locales"]["en"]["note"] = f"seen {number} {time.time()}"
    _ask(manage, headers, "PUT", body)
    watcher = Watcher(f"http://{plan.host}:{plan.port}/readyz", [], threading.Event())
    threads = [threading.Thread(target=watcher.run) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    begun = time.perf_counter()
    _ask(f"{manage}/publish", headers, "POST", {})
    answered, old = time.perf_counter(), watcher.seen[0][1]
    while any(release == old for _, release in watcher.seen[-SURE:]):
        assert time.perf_counter() < answered + PATIENCE, "the change was not seen by all"
        time.sleep(0.02)
    watcher.stopped.set()
    for thread in threads:
        thread.join()
    last = max(at for at, release in watcher.seen if release == old)
    return last - begun, max(0.0, last - answered)


def _ask(url: str, headers: dict[str, str], method: str = "GET", body: Any = None) -> bytes:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=120) as answer:
        content: bytes = answer.read()
    return content


def _in_process(folder: Path, sizes: list[int], rounds: int) -> None:
    reference = 0.0
    for modules in sizes:
        fill(settings_of(folder, modules), modules)
        told = apart(folder, modules, rounds)
        taken = statistics.median(told["taken"])
        reference = reference or taken
        memory = ", ".join(f"{told[when]:.0f} MB {words}" for when, words in MEMORY.items())
        print(
            f"{modules:>9,} modules: compiled in {told['seconds']:.1f} s of a processor; memory {memory};"
            f" {CHANGED} changed modules taken over in {taken:.0f} ms (x{taken / reference:.2f}),"
            f" at worst {max(told['taken']):.0f} ms",
            flush=True,
        )


def main() -> None:
    """Measure, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--modules", type=int, default=100_000)
    parser.add_argument("--beside", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("process", "server"), default="")
    parser.add_argument("--keep", default="", help="a folder that keeps the libraries for the next run")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        print(json.dumps(child(settings_of(Path(asked.keep), asked.modules), asked.modules, asked.rounds)))
        return
    with work_folder(asked.keep) as folder:
        if asked.only != "server":
            _in_process(folder, [asked.beside, asked.modules], asked.rounds)
        if asked.only != "process":
            fill(settings_of(folder, asked.modules), asked.modules)
            found = visible(settings_of(folder, asked.modules), asked.rounds)
            whole, after = ([one[place] for one in found] for place in (0, 1))
            print(
                f"{asked.modules:>9,} modules served: seen in every worker {statistics.median(after):.2f} s after the"
                f" answer to the publication (at worst {max(after):.2f} s),"
                f" {statistics.median(whole):.2f} s after its request"
            )


if __name__ == "__main__":
    main()
