"""Migrations: how many modules a second are carried over, beside a plain save of the same bodies.

    python -m benchmarks.migrations [--modules 10000] [--rounds 3] [--url sqlite:///…]

Prints for each round: the dry run, the migration from start to end, the longest single step (the last one, which saves
the type and all modules in one transaction and holds others back), and a plain `put_all` of the very same bodies.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from modules import ContentStore, MadeBy, Migrations, State
from storage import Database, migrate

FIELDS: dict[str, Any] = {
    "heading": {"kind": "text", "role": "heading", "required": True, "max": 80},
    "body": {"kind": "richtext", "max": 2_000},
    "price": {"kind": "number"},
    "tone": {"kind": "choice", "choices": ["light", "dark"], "localised": False},
    "steps": {"kind": "list", "of": {"text": {"kind": "text"}}},
}
OLD = {"title": "Offer", "fields": FIELDS}
NEW = {
    "title": "Offer",
    "fields": {
        "title": FIELDS["heading"],
        "body": FIELDS["body"],
        "price": {"kind": "text"},
        "tone": {"kind": "choice", "choices": ["light", "dim"], "localised": False},
        "steps": {"kind": "list", "of": {"words": {"kind": "text"}}},
    },
}
MAPPING = {
    "heading": {"rename": "title"},
    "steps/text": {"rename": "words"},
    "tone": {"values": {"dark": "dim"}},
}


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds."""

    dry: float
    whole: float
    longest: float
    plain: float


def body(number: int) -> bytes:
    """A module in two languages, with a variant: about 1.2 kB."""
    words = "<p>" + f"Fresh bread number {number}, from the oven at six. " * 4 + "</p>"
    values = {"heading": f"Offer {number}", "body": words, "price": number, "steps": [{"text": "Cut"}, {"text": "Eat"}]}
    locales = {"en": {**values, "tone": "dark"}, "de": values}
    variants = [{"key": "bold", "share": 0.5, "locales": {"en": {"heading": f"OFFER {number}"}}}]
    return json.dumps({"type": "offer", "tags": ["web"], "locales": locales, "variants": variants}, indent=2).encode()


def measure(url: str, modules: int) -> Round:
    """One round in a database of its own."""
    database = Database(url)
    migrate(database)
    store = ContentStore(database)
    bodies = {("modules", f"offer-{number}"): body(number) for number in range(modules)}
    store.put_all({("types", "offer"): json.dumps(OLD).encode(), **bodies}, author="bench", now=1.0)
    migrations = Migrations(store, database)
    content = json.dumps(NEW).encode()
    dry, survey = _timed(lambda: migrations.survey(migrations.plan("offer", content, MAPPING)))
    assert not survey.findings and survey.changed == modules
    begun = time.perf_counter()
    started = migrations.start("offer", content, MAPPING, author="bench", now=2.0)
    longest, more = 0.0, True
    while more:
        seconds, more = _timed(lambda: migrations.work(3.0))
        longest = max(longest, seconds)
    whole = time.perf_counter() - begun
    assert migrations.get("offer", started.id).state is State.DONE
    manifest = store.manifest()
    read = store.content(set(manifest.values()))
    # The same bodies, a space longer, so that each is saved again.
    same = {name: read[digest] + b" " for name, digest in manifest.items() if name[0] == "modules"}
    plain, _ = _timed(lambda: store.put_all(same, author="bench", now=4.0, made_by=MadeBy.IMPORT))
    database.close()
    return Round(dry, whole, longest, plain)


def _timed(do: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    answer = do()
    return time.perf_counter() - begun, answer


def main() -> None:
    """Measure, and print rates and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--modules", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--url", default="", help="an empty database; a SQLite file for each round without it")
    asked = parser.parse_args()
    rounds = []
    for number in range(asked.rounds):
        with tempfile.TemporaryDirectory() as folder:
            one = measure(asked.url or f"sqlite:///{folder}/bench.db", asked.modules)
        rounds.append(one)
        rates = ", ".join(f"{name} {asked.modules / getattr(one, name):,.0f}/s" for name in ("dry", "whole", "plain"))
        print(f"round {number + 1}: {rates}; last transaction {one.longest:.2f} s")
        if asked.url:
            break
    ratio = statistics.median(one.plain / one.whole for one in rounds)
    held = statistics.median(one.longest / one.plain for one in rounds)
    print(f"{asked.modules:,} modules: a migration has {ratio:.2f} of the rate of a plain save; ", end="")
    print(f"its last transaction takes {held:.2f} of the time of one")


if __name__ == "__main__":
    main()
