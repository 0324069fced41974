"""The index says what the loop says of odd constants, odd facts and rules that fail too."""

import math
import random
from types import MappingProxyType
from typing import Any

import pytest

from rules import Facts, Json, Rule, RuleError, RuleIndex, parse
from tests.rules.crowds import NOW, held

FAILING: dict[str, Json] = {
    "alone": {"nope": 1},
    "opposite": {"!": [{"nope": 1}]},
    "before": {"or": [{"nope": 1}, True]},
    "behind": {"or": [True, {"nope": 1}]},
    "asked by nobody": {"and": [{"==": [{"var": "top"}, 7]}, {"nope": 1}]},
    "beside": {"and": [{"==": [{"var": "top"}, 1]}, {"nope": 1}]},
    "good": True,
}


@pytest.mark.parametrize("top", [1, 2, None, "1", [1]])
def test_a_rule_that_fails_holds_for_nobody_and_harms_no_other(top: Json) -> None:
    """As a module whose rule is broken is not shown: an unknown operator is an error where it is reached."""
    facts = Facts(NOW, {"top": top})
    for lenient in (set(), set(FAILING)):
        found = RuleIndex(((name, parse(logic)) for name, logic in FAILING.items()), lenient=lenient).eligible(facts)
        failed = {name for name, logic in FAILING.items() if _fails(parse(logic), facts)}
        good = {name: parse(logic) for name, logic in FAILING.items() if name not in failed}
        assert set(found) == held(good, facts, lenient)
        assert {"alone", "opposite", "before"} <= {found.names[number] for number in found.failed} <= failed


def _fails(rule: Rule, facts: Facts) -> bool:
    try:
        rule.decide(facts)
    except RuleError:
        return True
    return False


def test_a_rule_pays_for_all_its_parts_together() -> None:
    """What is too much for the rule as a whole is too much here, where each part alone is not."""
    loops: list[Json] = [{"some": [{"var": "top"}, {"==": [{"var": "x"}, -at]}]} for at in range(1, 30)]
    rules = {"and": parse({"and": [{"!": loop} for loop in loops]}), "or": parse({"or": [*loops, True]})}
    found = RuleIndex(rules.items()).eligible(Facts(NOW, {"top": [{"x": at} for at in range(100_000)]}))
    assert set(found) == set()
    assert len(found.failed) == 2
    short = Facts(NOW, {"top": [{"x": 1}]})
    assert set(RuleIndex(rules.items()).eligible(short)) == held(rules, short, set())


def test_minus_zero_is_not_taken_for_zero() -> None:
    rules = {name: parse({">": [{"/": [{"var": "top"}, by]}, 5]}) for name, by in (("zero", 0.0), ("minus", -0.0))}
    facts = Facts(NOW, {"top": 1})
    assert set(RuleIndex(rules.items()).eligible(facts)) == held(rules, facts, set()) == {"zero"}


@pytest.mark.parametrize("needed", [1e9, 1e300, 2**53 + 1])
def test_counts_that_nobody_reaches_cost_nothing(needed: float) -> None:
    count = {"events": {"type": "Viewed", "within": "10m"}}
    index = RuleIndex([("many", parse({">=": [count, needed]})), ("few", parse({"<": [count, needed]}))])
    assert set(index.eligible(Facts(NOW, {}, {"Viewed": [[NOW - 1, {}]] * 3}))) == {"few"}


ODDITIES: list[Any] = [math.nan, -0.0, math.inf, -math.inf, 2**53 - 1, 2**53 + 1, 10**400, 5e-324, True, False]
ODDITIES += ["", "0", "-0", " 1 ", "1e400", "NaN", "Infinity", "a", "\ud800", "\uffff", "\U00010000", "x" * 10_000]
ODDITIES += [[], [0], ["a"], [[1]], [None], [1, 2], {}, {"length": 3}, MappingProxyType({"a": 1})]
BOUNDS: list[Json] = [
    -0.0,
    1,
    1.5,
    -3,
    2**53 - 1,
    2**53 + 1,
    True,
    False,
    "",
    "0",
    "1",
    "a",
    "NaN",
    "\uffff",
    "\U00010000",
]


@pytest.mark.parametrize("wrapped", [dict, MappingProxyType])
def test_a_fact_of_any_type_is_read_as_the_loop_reads_it(wrapped: Any) -> None:
    """A text where a number is compared, a list, what is not a number: alone, negated and together with others."""
    dice = random.Random(11)
    names = ("==", "===", "!=", "!==", "<", "<=", ">", ">=")
    plain: list[Json] = [{name: [{"var": "p.a"}, bound]} for name in names for bound in BOUNDS]
    plain += [{"<": [0, {"var": "p.a"}, 2]}, {"in": [{"var": "p.a"}, ["a", "1"]]}, {"in": [{"var": "p.a"}, []]}]
    plain += [{">": [{"var": ["p.a", 1]}, 0]}, {"==": [{"var": "p.a.0"}, 1]}, {"==": [{"var": "p.a.length"}, 1]}]
    several: list[Json] = [{dice.choice(["and", "or"]): dice.sample(plain, dice.randint(2, 4))} for _ in range(200)]
    rules = {at: parse(logic) for at, logic in enumerate([*plain, *({"!": one} for one in plain), *several])}
    lenient = set(range(0, len(rules), 2))
    index = RuleIndex(rules.items(), lenient=lenient)
    for value in ODDITIES:
        facts = Facts(NOW, wrapped({"p": wrapped({"a": value})}))
        assert set(index.eligible(facts)) == held(rules, facts, lenient)
