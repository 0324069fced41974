"""Explanations: an editor reads why."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import Explanation, Facts, Outcome, RuleError, describe, explain, parse
from tests.rules.test_total import DATA, LOGIC

FACTS = Facts(
    1_000.0,
    {"profile": {"orders": 1, "age_band": "25-34"}, "context": {"hour": 9}},
    {"Product Added": [[990.0, {"price": 3}]]},
    frozenset({"vip"}),
)

MORE = {">=": [{"var": "profile.orders"}, 3]}
BAND = {"in": [{"var": "profile.age_band"}, ["25-34", "35-44"]]}


def leaves(told: Explanation) -> list[Explanation]:
    return [leaf for child in told.children for leaf in leaves(child)] or [told]


def test_every_predicate_says_what_was_wanted_and_what_was_there() -> None:
    told = explain(parse({"and": [MORE, BAND, {"==": [{"var": "context.device"}, "mobile"]}]}), FACTS)
    assert told.outcome is Outcome.NO
    assert [(leaf.pointer, leaf.outcome, leaf.wanted, leaf.actual) for leaf in leaves(told)] == [
        ("/and/0", "no", "at least 3", 1),
        ("/and/1", "yes", 'one of "25-34", "35-44"', "25-34"),
        ("/and/2", "unknown", '"mobile"', None),
    ]


@pytest.mark.parametrize(
    ("logic", "sentence"),
    [
        (MORE, "No: profile.orders is 1 (wanted: at least 3)"),
        ({"and": [MORE, BAND]}, "No: profile.orders is 1 (wanted: at least 3)"),
        ({"or": [MORE, BAND]}, 'Yes: profile.age_band is "25-34" (wanted: one of "25-34", "35-44")'),
        ({"!": BAND}, 'No: profile.age_band is "25-34" (wanted: not one of "25-34", "35-44")'),
        ({"<": [2, {"var": "profile.orders"}]}, "No: profile.orders is 1 (wanted: more than 2)"),
        ({"<=": [8, {"var": "context.hour"}, 17]}, "Yes: context.hour is 9 (wanted: between 8 and 17)"),
        ({"==": [{"var": "profile.x"}, 1]}, "Unknown: profile.x is not known (wanted: 1)"),
        ({"in_segment": "vip"}, 'Yes: the person is in the segment "vip"'),
        ({"!": {"in_segment": "vip"}}, 'No: the person is in the segment "vip"'),
        (
            {">": [{"events": {"type": "Product Added", "within": "10m"}}, 1]},
            "No: “Product Added” happened once in the last 10 minutes (wanted: more than 1)",
        ),
    ],
)
def test_the_sentence_names_what_decided(logic: Any, sentence: str) -> None:
    assert explain(parse(logic), FACTS).sentence == sentence


@pytest.mark.parametrize(
    ("logic", "words"),
    [
        (
            {"and": [MORE, {"or": [BAND, {"in_segment": "vip"}]}]},
            'profile.orders is at least 3 and (profile.age_band is one of "25-34", "35-44" or '
            'the person is in the segment "vip")',
        ),
        ({">": [{"var": ["profile.orders", 0]}, 1]}, "profile.orders (or 0 where it is not known) is more than 1"),
        ({"if": [MORE, True, False]}, "true if profile.orders is at least 3, else false"),
        ({"missing": ["a", "b"]}, "any of a, b is missing"),
        ({"in": [{"var": "x"}, list("abcdefghij")]}, 'x is one of "a", "b", "c", "d", "e", "f", "g", "h" and 2 more'),
        (
            {"<": [{"events": {"type": "A", "measure": "last_age", "not_followed_by": "B"}}, 60]},
            "“A” last happened less than 1 minute ago, not followed by “B”",
        ),
        ({"+": [1, {"var": "x"}]}, "1 + x"),
        (None, "nothing"),
    ],
)
def test_a_rule_reads_as_english(logic: Any, words: str) -> None:
    assert describe(parse(logic)) == words


def test_the_explanation_agrees_with_the_decision() -> None:
    for logic in (MORE, BAND, {"if": [MORE, BAND, {"!": MORE}]}, {"and": []}, {"!": [{"var": "profile.x"}]}):
        rule = parse(logic)
        assert explain(rule, FACTS).outcome is rule.decide(FACTS).outcome


@settings(max_examples=300)
@given(LOGIC, st.dictionaries(st.sampled_from(["a", "b", "1"]), DATA, max_size=3))
def test_whatever_can_be_decided_can_be_described_and_explained(logic: Any, values: Any) -> None:
    """Rules of every operator over untidy facts; and what is told is JSON."""
    facts = Facts(1_750_000_000.0, values, {"a": [[1_000.0, {"a": 1}], [0.0, {}]]})
    try:
        rule = parse(logic)
        outcome = rule.decide(facts).outcome
    except RuleError:
        return
    told = explain(rule, facts)
    assert told.outcome is outcome
    assert told.sentence and told.remedy and describe(rule)
    json.dumps([leaf.actual for leaf in told.leaves], allow_nan=False)
    for flip in told.flips:
        assert (rule.decide(flip.apply(facts)).outcome is Outcome.YES) is not (outcome is Outcome.YES)
