"""Explanations in words: the golden ones of `tests/cases/rules/explain.json`."""

import json
from typing import Any

import pytest

from rules import Attribute, Facts, FactType, Outcome, Vocabulary, explain, parse
from tests.rules.casebook import CASES, facts_of

GOLDEN = json.loads((CASES / "explain.json").read_text(encoding="utf-8"))
SHOP = Vocabulary(
    {
        row["path"]: Attribute(
            row["path"],
            FactType(row["type"]),
            row["title"],
            purpose=row.get("purpose", "personalization"),
            choices=tuple(row.get("choices", ())),
        )
        for row in GOLDEN["attributes"]
    }
)
SOMEBODY = facts_of(GOLDEN["facts"])


@pytest.mark.parametrize("case", [pytest.param(case, id=json.dumps(case["rule"])) for case in GOLDEN["cases"]])
def test_why_and_what_would_turn_it_are_said_in_english(case: dict[str, Any]) -> None:
    told = explain(parse(case["rule"]), SOMEBODY, SHOP)
    assert (told.sentence, told.remedy) == (case["sentence"], case["remedy"])


def test_what_is_unknown_is_named_with_what_would_make_it_known() -> None:
    rule = parse({"and": [{"==": [{"var": "profile.email"}, "x"]}, {"==": [{"var": "profile.phone"}, "x"]}]})
    gone = [fact for leaf in explain(rule, SOMEBODY, SHOP).leaves for fact in leaf.unknown]
    assert [(fact.path, fact.title, fact.purpose) for fact in gone] == [
        ("profile.email", "E-mail", "marketing"),
        ("profile.phone", "Phone", ""),
    ]


def test_an_unknown_that_passes_is_turned_into_no() -> None:
    rule = parse({">": [{"var": "profile.phone"}, 1]})
    assert explain(rule, SOMEBODY).flips[0].outcome is Outcome.YES
    assert explain(rule, SOMEBODY, lenient=True).flips[0].outcome is Outcome.NO


def test_an_operator_that_nobody_knows_matters_only_where_it_is_reached() -> None:
    rule = parse({"if": [{"==": [{"var": "a"}, 1]}, {"nonsense": 1}, {"==": [{"var": "b"}, 1]}]})
    told = explain(rule, Facts(0.0, {"a": 0, "b": 0}))
    assert (told.outcome, told.flips[0].text) == (Outcome.NO, "b from 0 to 1")
