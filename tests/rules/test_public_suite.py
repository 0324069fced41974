"""The public suites of JSON-logic, where the folder named by INTARSIA_JSONLOGIC_SUITE has them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from rules import parse

FOLDER = os.environ.get("INTARSIA_JSONLOGIC_SUITE", "")
FILES = ("tests.json", "compatible.json")


def suite(name: str) -> list[Any]:
    """The cases of a file, as rule, data, result."""
    found = sorted(Path(FOLDER).rglob(name)) if FOLDER else []
    rows = [row for path in found for row in json.loads(path.read_text(encoding="utf-8")) if not isinstance(row, str)]
    return [row if isinstance(row, list) else [row["rule"], row.get("data"), row["result"]] for row in rows]


@pytest.mark.skipif(not FOLDER, reason="INTARSIA_JSONLOGIC_SUITE names no folder with the public suites")
@pytest.mark.parametrize("name", FILES)
def test_every_case_of_the_public_suite_passes(name: str) -> None:
    rows = suite(name)
    assert rows, f"there is no {name} under {FOLDER}"
    got = [(rule, data, parse(rule).evaluate(data), wanted) for rule, data, wanted in rows]
    assert [row for row in got if not same(row[2], row[3])] == []


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: `true` is not 1, 1 is 1.0, numbers within 1e-10."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    numbers = {int, float}
    if type(one) in numbers and type(other) in numbers:
        return bool(abs(one - other) <= 1e-10)
    return type(one) is type(other) and bool(one == other)
