"""Many rules decided at once say what each of them says alone: outcome, how long it holds, and why."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules import Batch, Facts, Json, parse
from tests.rules.crowds import NOW, RULES, people


@settings(max_examples=400)
@given(logics=st.lists(RULES, max_size=8), who=st.lists(people(), min_size=1, max_size=3))
@example(logics=[{"==": [{"var": "top"}, 1]}, {"<": [{"var": "top"}, 2]}], who=[Facts(NOW, {"top": float("nan")})])
def test_a_batch_says_what_each_rule_says(logics: list[Json], who: list[Facts]) -> None:
    rules = [parse(logic) for logic in logics]
    batch = Batch(rules, lambda number, verdict: (number, verdict.outcome, verdict.because))
    singles = [Batch([rule], lambda _, verdict: verdict) for rule in rules]
    for facts in who:
        said = [rule.decide(facts) for rule in rules]
        answers, until = batch.decide(facts)
        assert answers == [(number, one.outcome, one.because) for number, one in enumerate(said)]
        assert until == min((one.valid_until for one in said if one.valid_until is not None), default=None)
        assert [single.decide(facts)[1] for single in singles] == [one.valid_until for one in said]


def test_an_answer_is_made_once_for_each_reason() -> None:
    """Not once for each person: whoever gives the same reasons gets the same object."""
    alone = {"in": [{"var": "top"}, {"var": "p.a"}]}
    batch = Batch([parse({"==": [{"var": "top"}, 1]}), parse(alone)], lambda _, verdict: [verdict])
    one, two = (batch.decide(Facts(NOW, {"top": 1, "p": {"a": many}}))[0] for many in ([1], [1, 2]))
    assert [verdict.outcome.value for (verdict,) in one] == ["yes", "yes"]
    assert [a is b for a, b in zip(one, two, strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("seen", "outcome", "until", "because"),
    [
        ([NOW], "no", None, ("/or/1",)),
        ([NOW, NOW - 50], "yes", NOW + 10, ("/or/1",)),
    ],
)
def test_what_holds_for_a_time_says_how_long(
    seen: list[float], outcome: str, until: float | None, because: tuple[str, ...]
) -> None:
    """Two views within a minute: the rule is met until the older one is a minute old."""
    rule = parse({"or": [{"==": [{"var": "top"}, "x"]}, {">=": [{"events": {"type": "Viewed", "within": "1m"}}, 2]}]})
    facts = Facts(NOW, {"top": "y"}, {"Viewed": [[at, {}] for at in seen]})
    (verdict,), held = Batch([rule], lambda _, verdict: verdict).decide(facts)
    assert (verdict.outcome, held) == (outcome, until)
    assert set(because) <= set(verdict.because)


def test_equal_values_of_different_types_are_told_apart() -> None:
    """1 and true are the same key of a dictionary, yet only true is strictly true."""
    rules = [parse({"===": [{"var": "top"}, True]}), parse({"===": [{"var": "top"}, 1]})]
    batch = Batch(rules, lambda _, verdict: verdict.outcome.value)
    said = [batch.decide(Facts(NOW, {"top": value}))[0] for value in (True, 1, 1.0)]
    assert said == [["yes", "no"], ["no", "yes"], ["no", "yes"]]
