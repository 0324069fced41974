"""The index says what the loop over all rules says, at any size, after any change, to any number of readers."""

import math
import random
import threading
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import Facts, Json, Outcome, Rule, RuleError, RuleIndex, parse
from tests.rules.crowds import NOW, PATHS, PREDICATES, RULES, SCALARS, people

DEEP = st.recursive(
    PREDICATES,
    lambda inner: (
        st.builds(lambda name, args: {name: args}, st.sampled_from(["and", "or"]), st.lists(inner, min_size=1))
        | st.builds(lambda name, arg: {name: [arg]}, st.sampled_from(["!", "!!"]), inner)
        | st.builds(lambda args: {"if": args}, st.lists(inner, min_size=2, max_size=3))
    ),
    max_leaves=14,
)


def held(rules: dict[Any, Rule], facts: Facts, lenient: set[Any]) -> set[Any]:
    """What the loop says."""
    good = {True: {Outcome.YES, Outcome.UNKNOWN}, False: {Outcome.YES}}
    return {name for name, rule in rules.items() if rule.decide(facts).outcome in good[name in lenient]}


@settings(max_examples=500)
@given(
    logics=st.lists(RULES | DEEP, max_size=10),
    who=st.lists(people(), min_size=1, max_size=4),
    lenient=st.sets(st.integers(0, 9)),
)
def test_the_index_says_what_the_loop_says(logics: list[Json], who: list[Facts], lenient: set[int]) -> None:
    rules = {number: parse(logic) for number, logic in enumerate(logics)}
    index = RuleIndex(rules.items(), lenient=lenient)
    for facts in who:
        assert set(index.eligible(facts)) == held(rules, facts, lenient)


@settings(max_examples=120)
@given(logics=st.lists(RULES | DEEP, min_size=1, max_size=6), facts=people())
def test_what_is_eligible_stays_so_until_it_says(logics: list[Json], facts: Facts) -> None:
    """`valid_until` is never later than the first moment at which any rule changes its mind."""
    rules = {number: parse(logic) for number, logic in enumerate(logics)}
    found = RuleIndex(rules.items()).eligible(facts)
    for ahead in (1, 2, 5, 10, 20, 30, 50, 55, 60, 90, 3_600, 4_000):
        later = Facts(NOW + ahead, facts.values, facts.events, facts.segments)
        if found.valid_until is not None and later.now >= found.valid_until:
            break
        assert held(rules, later, set()) == set(found)


EDITS = st.lists(st.tuples(st.integers(0, 7), RULES | DEEP | st.none(), st.booleans()), max_size=10)


@settings(max_examples=80)
@given(edits=EDITS, who=st.lists(people(), min_size=1, max_size=3))
def test_changes_leave_what_a_new_index_would_be(edits: list[tuple[int, Json, bool]], who: list[Facts]) -> None:
    index: RuleIndex[int] = RuleIndex()
    rules: dict[int, Rule] = {}
    lenient: set[int] = set()
    for name, logic, forgiving in edits:
        lenient.discard(name)
        if logic is None:
            if name in rules:
                index.remove(name)
                del rules[name]
            continue
        put = index.change if name in rules else index.add
        rules[name] = parse(logic)
        put(name, rules[name], lenient=forgiving)
        lenient |= {name} if forgiving else set()
    fresh = RuleIndex(rules.items(), lenient=lenient)
    for facts in who:
        assert set(index.eligible(facts)) == set(fresh.eligible(facts)) == held(rules, facts, lenient)


def _random_rule(dice: random.Random) -> Json:
    def predicate() -> Json:
        path = {"var": f"profile.a{dice.randrange(8)}"}
        bound: Json = dice.choice([dice.random() * 10, dice.randrange(10), dice.choice("abc"), dice.random() < 0.5])
        kind = dice.choice(["==", "!=", "<", ">=", "in", "or", "has", "some"])
        if kind == "in":
            return {"in": [path, dice.sample("abcd", 2)]}
        if kind == "or":
            return {"or": [predicate(), predicate()]}
        if kind == "has":
            return {"in": [dice.choice("abc"), {"var": "profile.tags"}]}
        if kind == "some":
            return {"some": [{"var": "profile.tags"}, {"==": [{"var": ""}, dice.choice("abc")]}]}
        return {kind: [path, bound]}

    return {"and": [predicate() for _ in range(dice.randint(1, 4))]}


def _random_person(dice: random.Random) -> Facts:
    def value() -> Json:
        return dice.choice([dice.random() * 10, dice.randrange(10), dice.choice("abcd"), dice.random() < 0.5, None])

    profile: dict[str, Json] = {f"a{at}": value() for at in range(8)}
    return Facts(NOW, {"profile": {**profile, "tags": dice.sample("abcd", dice.randrange(4))}})


@pytest.mark.slow
def test_ten_thousand_edits_leave_what_a_new_index_would_be() -> None:
    dice = random.Random(7)
    rules = {name: parse(_random_rule(dice)) for name in range(3_000)}
    index = RuleIndex(rules.items())
    for _ in range(10_000):
        name = dice.randrange(4_000)
        if name not in rules:
            rules[name] = parse(_random_rule(dice))
            index.add(name, rules[name])
        elif dice.random() < 0.4:
            del rules[name]
            index.remove(name)
        else:
            rules[name] = parse(_random_rule(dice))
            index.change(name, rules[name])
    fresh = RuleIndex(rules.items())
    assert len(index) == len(rules)
    for _ in range(15):
        facts = _random_person(dice)
        assert set(index.eligible(facts)) == set(fresh.eligible(facts)) == held(rules, facts, set())


def test_readers_never_see_half_a_change() -> None:
    """Each of two rules is changed to and fro by one thread, always to exactly one that holds."""
    rich, poor = ({op: [{"var": "profile.money"}, 5]} for op in (">=", "<"))
    index = RuleIndex([("a", parse(rich))])
    facts = {True: Facts(NOW, {"profile": {"money": 9}}), False: Facts(NOW, {"profile": {"money": 1}})}
    seen: list[tuple[int, int]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            found = {who: index.eligible(one) for who, one in facts.items()}
            seen.append((len(found[True]), len(found[False])))
            assert all(set(some) <= {"a"} for some in found.values())

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    both = parse({"or": [rich, poor]})
    for _ in range(400):
        index.change("a", both)
        assert set(index.eligible(facts[True])) == set(index.eligible(facts[False])) == {"a"}
        index.change("a", parse({"or": [poor, rich]}))
    stop.set()
    for reader in readers:
        reader.join()
    assert seen
    assert set(seen[3:]) <= {(1, 1), (1, 0)}


def test_an_answer_keeps_its_names_whatever_happens_next() -> None:
    index = RuleIndex((name, parse({"==": [{"var": "top"}, 1]})) for name in range(3_000))
    found = index.eligible(Facts(NOW, {"top": 1}))
    for name in range(3_000):
        index.remove(name)
    for name in range(5_000, 8_000):
        index.add(name, parse({"==": [{"var": "top"}, 1]}))
    assert set(found) == set(range(3_000))
    assert set(index.eligible(Facts(NOW, {"top": 1}))) == set(range(5_000, 8_000))


def test_documents_are_rules_too() -> None:
    index = RuleIndex([("a", '{"==": [{"var": "top"}, 1]}'), ("b", b'{"some": [{"var": "top"}, {"var": ""}]}')])
    assert set(index.eligible(Facts(NOW, {"top": 1}))) == {"a"}
    assert set(index.eligible(Facts(NOW, {"top": [2]}))) == {"b"}
    index.remove("b")
    assert "b" not in index
    assert len(index) == 1


def test_what_cannot_be_put_in_leaves_all_as_it_was() -> None:
    index = RuleIndex([("a", '{"==": [{"var": "top"}, 1]}')])
    with pytest.raises(RuleError, match="not JSON"):
        index.change("a", "{")
    with pytest.raises(ValueError, match="already"):
        index.add("a", "true")
    with pytest.raises(KeyError):
        index.remove("b")
    with pytest.raises(KeyError):
        index.change("b", "true")
    assert set(index.eligible(Facts(NOW, {"top": 1}))) == {"a"}


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


def test_what_is_eligible_is_a_set() -> None:
    found = RuleIndex([("a", "true"), ("b", "true")]).eligible(Facts(NOW))
    assert found & {"a", "c"} == {"a"}
    assert found | {"c"} == {"a", "b", "c"}
    assert found - {"a"} == {"b"}


def test_thresholds_that_come_and_go_leave_the_others_as_they_are() -> None:
    """Blocks of thresholds are split where many come, and joined where few are left."""
    rules = {at: parse({">=": [{"var": "top"}, at % 997 + at / 10_000]}) for at in range(3_000)}
    index = RuleIndex(list(rules.items())[:500])
    for at in range(500, 3_000):
        index.add(at, rules[at])
    for at in list(rules):
        if at % 40:
            index.remove(at)
            del rules[at]
    for top in (-1, 0, 5.12, 40.004, 500, 996.1, 2_000):
        facts = Facts(NOW, {"top": top})
        assert set(index.eligible(facts)) == held(rules, facts, set())


@given(path=PATHS, bounds=st.lists(SCALARS, max_size=2), who=st.lists(people(), min_size=1, max_size=5))
def test_predicates_over_one_fact_are_one(path: str, bounds: list[Json], who: list[Facts]) -> None:
    """Ranges, exceptions and alternatives over one fact, also nested."""
    ops = ["==", "!=", "<", ">="]
    parts: list[Json] = [{op: [{"var": path}, bound]} for bound in bounds for op in ops]
    logics: list[Json] = [{"and": parts}, {"or": parts}, {"!": {"or": parts}}, {"and": [*parts, {"!": parts[:1]}]}]
    rules = {number: parse(logic) for number, logic in enumerate(logics)}
    index = RuleIndex(rules.items())
    for facts in who:
        assert set(index.eligible(facts)) == held(rules, facts, set())


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
