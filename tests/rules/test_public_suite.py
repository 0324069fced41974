"""The public suites of JSON-logic: the published one, and more where INTARSIA_JSONLOGIC_SUITE names a folder."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from rules import parse

PUBLISHED = Path(__file__).resolve().parents[1] / "cases/public/tests.json"
FOLDER = os.environ.get("INTARSIA_JSONLOGIC_SUITE", "")
MORE = "compatible.json"
"""The cases on which all implementations of the compat-tables project agree."""


def suite(path: Path) -> list[Any]:
    """The cases of a file, as rule, data, result."""
    rows = [row for row in json.loads(path.read_text(encoding="utf-8")) if not isinstance(row, str)]
    return [row if isinstance(row, list) else [row["rule"], row.get("data"), row["result"]] for row in rows]


def failures(rows: list[Any]) -> list[Any]:
    got = [(rule, data, parse(rule).evaluate(data), wanted) for rule, data, wanted in rows]
    return [row for row in got if not same(row[2], row[3])]


def test_every_case_published_with_json_logic_passes() -> None:
    rows = suite(PUBLISHED)
    assert len(rows) == 275
    assert failures(rows) == []


@pytest.mark.skipif(not FOLDER, reason="INTARSIA_JSONLOGIC_SUITE names no folder with the compat-tables suites")
def test_every_case_that_all_implementations_agree_on_passes() -> None:
    found = sorted(Path(FOLDER).rglob(MORE))
    assert found, f"there is no {MORE} under {FOLDER}"
    for path in found:
        assert failures(suite(path)) == []


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
