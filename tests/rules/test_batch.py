"""Many rules decided at once say what each of them says alone: outcome, how long it holds, and why."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules import Batch, Facts, Json, parse

NOW = 1_000_000.0

NUMBERS = st.integers(-3, 12) | st.sampled_from([0.5, -1.5, 2.0, -0.0, 1e300, 2**53, 2**53 + 1, 2**60, 1e308])
TEXTS = st.sampled_from(["", "a", "a\0", "aa", "b", "10", "2", " 2 ", "é", "\U0001f600", "\uffff", "true"])
SCALARS = NUMBERS | TEXTS | st.booleans()
ODD = st.lists(SCALARS, max_size=2) | st.dictionaries(TEXTS, SCALARS, max_size=2) | st.none()
PATHS = st.sampled_from(["p.a", "p.b", "top", "p.deep.x", "p.deep.y", "p.a.length", "p.a.0"])
TYPES = st.sampled_from(["Viewed", "Bought"])


def _call(name: str, *args: Any) -> Json:
    return {name: list(args)}


VARIABLES = st.builds(lambda p: {"var": p}, PATHS) | st.builds(lambda p, d: {"var": [p, d]}, PATHS, SCALARS)
COUNTS = st.builds(lambda t, w: {"events": {"type": t, "within": w}}, TYPES, st.sampled_from(["10s", "1m", "1h"]))
OTHERS = st.builds(
    lambda t, more: {"events": {"type": t, "within": "1m", **more}},
    TYPES,
    st.sampled_from([{"measure": "sum", "field": "price"}, {"measure": "last_age"}]),
)
NAMES = st.sampled_from(["==", "===", "!=", "!==", "<", "<=", ">", ">="])
LEAVES = (
    st.builds(_call, NAMES, VARIABLES, SCALARS)
    | st.builds(_call, NAMES, SCALARS, VARIABLES)
    | st.builds(_call, st.sampled_from(["<", "<="]), NUMBERS, VARIABLES, NUMBERS)
    | st.builds(lambda v, words: {"in": [v, words]}, VARIABLES, st.lists(TEXTS, max_size=3))
    | st.builds(_call, NAMES, COUNTS, st.integers(-1, 5))
    | st.builds(_call, NAMES, st.integers(-1, 5), COUNTS)
    | st.builds(_call, NAMES, OTHERS, NUMBERS)
    | st.builds(_call, NAMES, VARIABLES, VARIABLES)
)
PREDICATES = LEAVES | st.builds(lambda one: {"!": [one]}, LEAVES)
FLAT = st.builds(_call, st.sampled_from(["and", "or"])) | st.builds(
    lambda name, args: {name: args}, st.sampled_from(["and", "or"]), st.lists(PREDICATES, min_size=1, max_size=9)
)
RULES = (
    PREDICATES
    | FLAT
    | st.builds(lambda one: {"!": [one]}, FLAT)
    | st.builds(lambda name, args: {name: args}, st.sampled_from(["and", "or"]), st.lists(FLAT, min_size=1, max_size=2))
    | st.just(True)
)

OCCURRENCES = st.lists(
    st.builds(
        lambda ago, price: [NOW - ago, {"price": price}], st.sampled_from([-5, 0, 5, 10, 30, 60, 61, 9e9]), SCALARS
    ),
    max_size=6,
).map(lambda log: sorted(log, key=lambda one: -one[0]))


@st.composite
def people(draw: st.DrawFn) -> Facts:
    """Facts of which any may be absent, null or of another type than rules expect."""
    deep = draw(st.dictionaries(st.sampled_from("xy"), SCALARS | ODD) | SCALARS | ODD)
    inner = {**draw(st.dictionaries(st.sampled_from("ab"), SCALARS | ODD)), "deep": deep}
    values = {"p": draw(st.just(inner) | st.just(inner) | SCALARS | ODD), "top": draw(SCALARS | ODD)}
    return Facts(NOW, values, draw(st.dictionaries(TYPES, OCCURRENCES)))


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
