"""The cases of `tests/cases/rules`, and facts as they and findings write them."""

import json
from pathlib import Path
from typing import Any

import pytest

from rules import Facts

CASES = Path(__file__).parent.parent / "cases" / "rules"


def cases(pattern: str) -> list[Any]:
    """The cases in the files of this name, each under its file and description."""
    return [
        pytest.param(case, id=f"{path.stem}: {case['description']}")
        for path in sorted(CASES.glob(pattern))
        for case in json.loads(path.read_text(encoding="utf-8"))
    ]


def facts_of(told: Any) -> Facts:
    """The facts that a case is given, or that a finding shows as its witness."""
    return Facts(told["now"], told["values"], told.get("events", {}), frozenset(told.get("segments", ())))
