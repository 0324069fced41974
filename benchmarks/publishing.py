"""Judging and publishing ten changed modules: the processor time, in libraries of growing size.

    python -m benchmarks.publishing [--modules 100000] [--rounds 7] [--keep FOLDER]

The sizes are 1,000, then ten times as many up to `--modules`. Ten modules are edited, put into a release, the release
is judged and then published, by the management API in the process, whose catalogue is compiled as in a running service.
Printed are medians in ms of processor time, also against the smallest library, the reference; the first time, at which
it may be looked at what is wrong already, stands apart.
"""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import time
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from benchmarks.houses import fill, manager, settings_of, work_folder
from service.app import create_app
from service.house import House

CHANGED = 10
STEPS = ("judge", "publish")


def measure(folder: Path, modules: int, rounds: int) -> list[dict[str, float]]:
    """Processor time in ms of each step, of the first release and of each that follows."""
    settings = settings_of(folder, modules)
    fill(settings, modules)
    app = create_app(settings, parts=("manage",), watch=False)
    house: House = app.extensions["intarsia"]
    house.published.refresh()
    client, headers = app.test_client(), manager(house)
    dice = random.Random(time.time())
    found = [_round(client, headers, dice.sample(range(modules), CHANGED)) for _ in range(rounds + 1)]
    house.close()
    return found


def _round(client: FlaskClient, headers: dict[str, str], numbers: list[int]) -> dict[str, float]:
    def ask(method: str, path: str, body: Any = None) -> Any:
        answer = client.open(f"/v1/manage/{path}", method=method, headers=headers, json=body)
        assert answer.status_code < 300, answer.text
        return answer.get_json()

    for number in numbers:
        body = ask("GET", f"modules/module-{number}")
        body["locales"]["en"]["note"] = f"edited {time.time()}"
        ask("PUT", f"modules/module-{number}", body)
    changes = [{"kind": "modules", "key": f"module-{number}"} for number in numbers]
    release = ask("POST", "releases", {"name": "ten", "changes": changes})["id"]
    taken = {}
    for step, path in zip(STEPS, ("validate", "publish"), strict=True):
        cpu = time.process_time()
        ask("POST", f"releases/{release}/{path}", {})
        taken[step] = 1000 * (time.process_time() - cpu)
    return taken


def main() -> None:
    """Measure each size, and print a line for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--modules", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--keep", default="", help="a folder that keeps the libraries for the next run")
    asked = parser.parse_args()
    reference: dict[str, float] = {}
    with work_folder(asked.keep) as folder:
        size = min(1_000, asked.modules)
        while size <= asked.modules:
            first, *others = measure(folder, size, asked.rounds)
            taken = {step: statistics.median(one[step] for one in others) for step in STEPS}
            reference = reference or taken
            told = (f"{step} {taken[step]:.0f} ms (x{taken[step] / reference[step]:.2f})" for step in STEPS)
            begun = " and ".join(f"{first[step]:.0f}" for step in STEPS)
            print(f"{size:>9,} modules: {', '.join(told)}; the first time {begun} ms", flush=True)
            gc.collect()
            size *= 10


if __name__ == "__main__":
    main()
