"""The personal home page against a bare Flask route on the same server, interleaved in one run.

    .venv/bin/python benchmarks/serve.py [--rounds 3] [--seconds 6] [--modules 500] [--profiles 10000]

Prints ratios to the bare route of the same round: requests a second, p99, server CPU a request. `--growth`
also starts a world with 100,000 modules and one with 100,000 profiles and compares their cost a page.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import psutil

from accounts import Scope
from benchmarks.load import Load, burst, get, pages, posts, work_folder
from benchmarks.world import Size, contents, people, publish
from service.keys import Keys
from service.people import open_database
from service.processes import Processes
from service.serving import Plan, command, environment
from service.settings import Settings
from storage import HotCopies, migrate

BODY = '{"layout":"home","person":{"user_id":"%d"},"channel":"headless","why":WHY}'


@dataclass(frozen=True, slots=True)
class Served:
    """A running server of ours, and how to ask it."""

    process: psutil.Process
    url: str
    key: str = ""
    people: int = 1

    def ask(self, kind: str, seconds: float) -> Load:
        """One burst of this kind of request."""
        match kind:
            case "bare":
                return burst(f"{self.url}/bare", get(), seconds, self.process)
            case "html":
                path = "/v1/pages/home?user_id=%d"
                return burst(self.url, pages(self.key, path, self.people), seconds, self.process)
            case _:
                body = BODY.replace("WHY", "false" if kind == "json, no why" else "true")
                return burst(f"{self.url}/v1/assemble", posts(self.key, body, self.people), seconds, self.process)


@contextmanager
def world(size: Size, port: int) -> Iterator[Served]:
    """The real service, two workers, with a made-up world of this size."""
    folder = work_folder()
    settings = Settings(data_dir=folder, base_url=f"http://127.0.0.1:{port}")
    database = open_database(settings)
    migrate(database)
    publish(database, contents(size), time.time())
    key = Keys(database).issue("benchmark", [Scope.DELIVER], time.time())
    plan, processes = Plan(port=port), Processes()
    with environment(settings, plan) as environ:
        processes.start("delivery", command(plan, port, plan.workers), {**environ, "SERVED_PARTS": "delivery,tracking"})
        try:
            process = _ready(processes, "delivery", f"http://127.0.0.1:{port}/readyz")
            # Everybody has a hot copy, as after a day's traffic; a starting server forgets those there were.
            hot = HotCopies(environ["INTARSIA_REDIS_URL"], prefix=settings.redis_prefix, timeout=5)
            people(database, size.profiles, time.time(), hot=hot)
            yield Served(process, f"http://127.0.0.1:{port}", key, size.profiles)
        finally:
            database.close()
            processes.stop()
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def bare(port: int) -> Iterator[Served]:
    """The reference on the same server with the same settings."""
    plan, processes = Plan(port=port), Processes()
    arguments = [a.replace("service.wsgi:app", "benchmarks.bare:app") for a in command(plan, port, plan.workers)]
    processes.start("bare", arguments, {"PYTHONPATH": str(ROOT)})
    try:
        yield Served(_ready(processes, "bare", f"http://127.0.0.1:{port}/bare"), f"http://127.0.0.1:{port}")
    finally:
        processes.stop()


def _ready(processes: Processes, name: str, url: str) -> psutil.Process:
    import urllib.request

    for _ in range(1200):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return psutil.Process(processes.children[name].pid)
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{name} did not start")


def compare(kinds: list[str], ours: Served, reference: Served, rounds: int, seconds: float) -> None:
    """Rounds of bare, then each kind; a line a kind with medians of the ratios within a round."""
    results: dict[str, list[tuple[Load, Load]]] = {kind: [] for kind in kinds}
    for kind in kinds:
        ours.ask(kind, 3)  # warm: profiles into the hot copies, fragments into the caches
    for _ in range(rounds):
        for kind in kinds:
            base = reference.ask("bare", seconds)
            results[kind].append((ours.ask(kind, seconds), base))
    print(
        f"{'what':<16}"
        + "".join(f"{name:>8}" for name in ("req/s", "bare", "share", "p99 ms", "x bare", "CPU µs", "x bare", "errors"))
    )
    for kind, pairs in results.items():
        rate, base_rate = _median(a.rate for a, _ in pairs), _median(b.rate for _, b in pairs)
        share = _median(a.rate / b.rate for a, b in pairs)
        p99, tail = _median(a.p99 for a, _ in pairs), _median(a.p99 / b.p99 for a, b in pairs)
        cpu, more = _median(a.cpu for a, _ in pairs), _median(a.cpu / b.cpu for a, b in pairs)
        errors = sum(a.errors for a, _ in pairs)
        print(
            f"{kind:<16}{rate:>8.0f}{base_rate:>8.0f}{share:>8.2f}{p99:>8.1f}{tail:>8.1f}{cpu:>8.0f}{more:>8.2f}{errors:>8}"
        )


def growth(rounds: int, seconds: float) -> None:
    """Cost a page in bigger worlds, each interleaved with the small one."""
    small = Size()
    steps = {
        "modules 100 → 100,000": (replace(small, modules=100), replace(small, modules=100_000)),
        "profiles 100 → 100,000": (replace(small, profiles=100), replace(small, profiles=100_000)),
    }
    for name, (little, big) in steps.items():
        with world(little, 8491) as one, world(big, 8492) as other:
            for served in (one, other):
                served.ask("json", 5)
            pairs = [(one.ask("json", seconds), other.ask("json", seconds)) for _ in range(rounds)]
        cost = _median(b.cpu / a.cpu for a, b in pairs)
        rate = _median(a.rate / b.rate for a, b in pairs)
        print(f"{name}: CPU a page x{cost:.2f}, rate x{1 / rate:.2f}")


def _median(values: Iterator[float]) -> float:
    return statistics.median(list(values))


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--modules", type=int, default=500)
    parser.add_argument("--profiles", type=int, default=10_000)
    parser.add_argument("--growth", action="store_true")
    chosen = parser.parse_args()
    size = Size(modules=chosen.modules, profiles=chosen.profiles)
    with bare(8481) as reference, world(size, 8482) as ours:
        compare(["json", "json, no why", "html"], ours, reference, chosen.rounds, chosen.seconds)
        memory = max(p.memory_info().rss for p in ours.process.children(recursive=True))
        print(f"largest worker: {memory / 1e6:.0f} MB RSS")
    if chosen.growth:
        growth(chosen.rounds, chosen.seconds)


if __name__ == "__main__":
    main()
