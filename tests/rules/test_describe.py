"""A rule in one sentence: the golden ones of `tests/cases/rules/describe.json`."""

import json
from pathlib import Path
from typing import Any

import pytest

from rules import OPERATORS, Attribute, FactType, Vocabulary, describe, parse

GOLDEN = json.loads((Path(__file__).parent.parent / "cases" / "rules" / "describe.json").read_text(encoding="utf-8"))
TITLES = Vocabulary(
    {row["path"]: Attribute(row["path"], FactType(row["type"]), row["title"]) for row in GOLDEN["attributes"]}
)
EXAMPLES = [pytest.param(example.rule, id=name) for name, entry in OPERATORS.items() for example in entry.examples[:1]]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["sentence"]) for case in GOLDEN["cases"]])
def test_a_rule_is_said_in_a_sentence(case: dict[str, Any]) -> None:
    assert describe(parse(case["rule"]), TITLES if case["titles"] else None) == case["sentence"]


@pytest.mark.parametrize("logic", EXAMPLES)
def test_every_operator_is_said_in_words_and_so_is_its_opposite(logic: Any) -> None:
    """No operator is shown as a function call, and saying no says something else."""
    told, opposite = describe(parse(logic)), describe(parse({"!": [logic]}))
    assert not any(told.startswith(f"{name}(") for name in OPERATORS), told
    assert told != opposite
