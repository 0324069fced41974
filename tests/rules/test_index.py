"""The index says what the loop over all rules says, at any size, after any change, to any number of readers."""

import random
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import Facts, Json, Rule, RuleError, RuleIndex, parse
from tests.rules.crowds import NOW, PATHS, PREDICATES, RULES, SCALARS, held, people

MONEY = {"var": "profile.money"}

DEEP = st.recursive(
    PREDICATES,
    lambda inner: (
        st.builds(lambda name, args: {name: args}, st.sampled_from(["and", "or"]), st.lists(inner, min_size=1))
        | st.builds(lambda name, arg: {name: [arg]}, st.sampled_from(["!", "!!"]), inner)
        | st.builds(lambda args: {"if": args}, st.lists(inner, min_size=2, max_size=3))
    ),
    max_leaves=14,
)


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
    """A rule that holds for the reader is changed to others that do, again and again: it is never seen missing."""
    rich, poor, open_ = {">=": [MONEY, 5]}, {"<": [MONEY, 5]}, {"in": [{"var": "profile.name"}, ["Ann", "Bob"]]}
    versions = [parse(logic) for logic in ({"or": [rich, poor]}, open_, {"or": [poor, rich]}, {"and": [rich, open_]})]
    index = RuleIndex([("a", versions[0])])
    facts = Facts(NOW, {"profile": {"money": 9, "name": "Ann"}})
    reads, wrong = [0], []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                found = set(index.eligible(facts))
            except Exception as error:  # of another thread: kept for this one
                wrong.append(repr(error))
            else:
                reads[0] += 1
                if found != {"a"}:
                    wrong.append(repr(found))

    readers = [threading.Thread(target=read, daemon=True) for _ in range(3)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for reader in readers:
            reader.start()
        for turn in range(1_200):
            index.change("a", versions[turn % 4])
    finally:
        stop.set()
        for reader in readers:
            reader.join()
        sys.setswitchinterval(before)
    assert reads[0]
    assert wrong == []


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


def test_what_holds_for_a_time_says_how_long() -> None:
    """Two views within a minute hold until the older one is a minute old; one view holds for nobody, for good."""
    index = RuleIndex([("keen", parse({">=": [{"events": {"type": "Viewed", "within": "1m"}}, 2]}))])
    twice = index.eligible(Facts(NOW, {}, {"Viewed": [[NOW - 5, {}], [NOW - 50, {}]]}))
    once = index.eligible(Facts(NOW, {}, {"Viewed": [[NOW - 5, {}]]}))
    assert (set(twice), twice.valid_until) == ({"keen"}, NOW + 10)
    assert (set(once), once.valid_until) == (set(), None)


def test_what_a_fact_cannot_tell_of_a_new_rule_is_asked_after_a_look_too() -> None:
    """The first look at a type of value notes of which rules it tells nothing; one that comes later may be such."""
    index = RuleIndex([("a", parse({"===": [{"var": "top"}, "x"]}))])
    facts = Facts(NOW, {"top": "x"})
    assert set(index.eligible(facts)) == {"a"}
    index.add("b", parse({"and": [{">=": [{"var": "top"}, 1]}, {"<": [{"var": "top"}, "zz"]}]}))
    index.add("c", parse({"and": [{">=": [{"var": "top"}, "a"]}, {"!=": [{"var": "top"}, 3]}]}))
    assert set(index.eligible(facts)) == {"a", "c"}
