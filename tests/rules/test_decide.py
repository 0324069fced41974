"""Three-valued decisions: they agree with JSON-logic where everything is known, and with Kleene where it is not."""

from typing import Any

from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from rules import OPERATORS, Facts, Outcome, Verdict, parse
from tests.rules.tidy import Tidy
from tests.rules.worlds import VALUES, people, rules

OUTCOMES = {Outcome.YES: True, Outcome.NO: False}


@settings(max_examples=400)
@given(rules(), people())
def test_where_every_fact_is_there_decide_says_what_evaluate_says(logic: Any, values: dict[str, Any]) -> None:
    rule = parse(logic)
    outcome = rule.decide(Facts(0.0, values)).outcome
    assert outcome is not Outcome.UNKNOWN
    assert OUTCOMES[outcome] is parse({"!!": [logic]}).evaluate(values)


@settings(max_examples=1_000)
@given(st.integers(0, 2**64))
def test_the_same_holds_of_every_operator_where_facts_are_of_the_wanted_types(seed: int) -> None:
    chance = Tidy(seed)
    logic = chance.rule()
    rule, truth = parse(logic), parse({"!!": [logic]})
    for _ in range(3):
        facts = chance.facts()
        outcome = rule.decide(facts).outcome
        assert outcome is not Outcome.UNKNOWN
        assert OUTCOMES[outcome] is truth.evaluate(dict(facts.values), facts)


def test_no_operator_is_left_out_of_that() -> None:
    chance = Tidy(0)
    for _ in range(2_000):
        chance.rule()
    assert chance.used == set(OPERATORS)


@settings(max_examples=300)
@given(rules(), people(), st.sets(st.sampled_from(["a", "b", "c"])), st.data())
def test_what_is_decided_without_a_fact_holds_whatever_the_fact_is(
    logic: Any, values: dict[str, Any], hidden: set[str], data: st.DataObject
) -> None:
    if '["p.' in str(logic).replace("'", '"'):
        reject()  # a default gives an absent fact a meaning of its own
    known = {**values, "p": {key: value for key, value in values["p"].items() if key not in hidden}}
    outcome = parse(logic).decide(Facts(0.0, known)).outcome
    assume(outcome is not Outcome.UNKNOWN)
    found = {**known["p"], **{key: data.draw(VALUES) for key in hidden}}
    assert parse(logic).decide(Facts(0.0, {**values, "p": found})).outcome is outcome


@settings(max_examples=200)
@given(rules(), people(), st.sets(st.sampled_from(["a", "b", "c"])))
def test_not_turns_yes_and_no_round_and_leaves_unknown(logic: Any, values: dict[str, Any], hidden: set[str]) -> None:
    known = Facts(0.0, {**values, "p": {key: value for key, value in values["p"].items() if key not in hidden}})
    opposite = {Outcome.YES: Outcome.NO, Outcome.NO: Outcome.YES, Outcome.UNKNOWN: Outcome.UNKNOWN}
    assert parse({"!": [logic]}).decide(known).outcome is opposite[parse(logic).decide(known).outcome]


@settings(max_examples=200)
@given(rules(), people())
def test_reasons_point_into_the_rule(logic: Any, values: dict[str, Any]) -> None:
    verdict = parse(logic).decide(Facts(0.0, values))
    assert verdict.because
    assert all(_exists(logic, pointer) for pointer in verdict.because)


@given(st.lists(people(), min_size=2, max_size=6))
def test_a_rule_without_time_has_a_few_lasting_verdicts(everybody: list[dict[str, Any]]) -> None:
    """Whoever asks gets the same object: nothing is made per request."""
    rule = parse({"and": [{">": [{"var": "p.a"}, 0]}, {"!": {"or": [{"==": [{"var": "p.b"}, "a"]}, {"var": "p.c"}]}}]})
    first: dict[tuple[Any, ...], Verdict] = {}
    for values in everybody:
        verdict = rule.decide(Facts(0.0, values))
        assert first.setdefault((verdict.outcome, verdict.because), verdict) is verdict


def test_decide_reads_whatever_the_facts_are_made_of() -> None:
    assert parse({"==": [{"var": "a.b"}, 1]}).decide(Facts(0.0, {"a": "text"})).outcome is Outcome.UNKNOWN
    assert parse({"==": [{"var": "a.0"}, 1]}).decide(Facts(0.0, {"a": [1]})).outcome is Outcome.YES
    assert parse({"==": [{"var": "a.b.c"}, 1]}).decide(Facts(0.0, {"a": {"b": 5}})).outcome is Outcome.UNKNOWN
    assert parse({">": [{"var": "a.b"}, 1]}).decide(Facts(0.0, {"a": None})).outcome is Outcome.UNKNOWN


def _exists(logic: Any, pointer: str) -> bool:
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        logic = logic[int(key)] if isinstance(logic, list) else logic[key]
    return True
