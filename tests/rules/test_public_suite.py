"""The public suites of JSON-logic: the published one, and those of the json-logic group in both dialects."""

import json
from pathlib import Path
from typing import Any

import pytest

from rules import LogicError, parse, parse_community

PUBLIC = Path(__file__).resolve().parents[1] / "cases/public"
COMPAT = PUBLIC / "compat"
LISTED: list[str] = json.loads((COMPAT / "index.json").read_text(encoding="utf-8"))
KNOWN_FAILURES: dict[str, set[str]] = {}
"""File -> descriptions of the cases that the community dialect answers otherwise. There is none."""


def suite(path: Path) -> list[dict[str, Any]]:
    """The cases of a file, as rule, data, and result or error."""
    rows = [row for row in json.loads(path.read_text(encoding="utf-8")) if not isinstance(row, str)]
    return [row if isinstance(row, dict) else dict(zip(("rule", "data", "result"), row, strict=True)) for row in rows]


def failures(rows: list[dict[str, Any]]) -> list[Any]:
    """The cases that the standard dialect answers otherwise."""
    got = [(row["rule"], row.get("data"), parse(row["rule"]).evaluate(row.get("data")), row["result"]) for row in rows]
    return [row for row in got if not same(row[2], row[3])]


def test_every_case_published_with_json_logic_passes() -> None:
    rows = suite(PUBLIC / "tests.json")
    assert len(rows) == 275
    assert failures(rows) == []


def test_every_case_that_all_implementations_agree_on_passes() -> None:
    rows = suite(COMPAT / "compatible.json")
    assert len(rows) == 278
    assert failures(rows) == []


def test_every_suite_of_the_group_is_listed_and_examined() -> None:
    found = {str(path.relative_to(COMPAT)) for path in COMPAT.rglob("*.json")} - {"index.json"}
    assert found == set(LISTED)
    rows = [row for name in LISTED for row in suite(COMPAT / name)]
    assert sum("result" in row for row in rows) == 976
    assert sum("error" in row for row in rows) == 162


@pytest.mark.parametrize("name", LISTED)
def test_the_community_dialect_answers_the_suites_of_the_group(name: str) -> None:
    wrong = {row["description"]: outcome(row) for row in suite(COMPAT / name) if not passes(row)}
    assert set(wrong) == KNOWN_FAILURES.get(name, set()), wrong


def outcome(row: dict[str, Any]) -> tuple[str, Any]:
    """What the community dialect makes of a case: a value or an error."""
    try:
        return "result", parse_community(row["rule"]).evaluate(row.get("data"))
    except LogicError as error:
        return "error", {"type": error.type}


def passes(row: dict[str, Any]) -> bool:
    kind, got = outcome(row)
    return kind in row and same(got, row[kind])


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
