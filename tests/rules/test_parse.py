"""The door: what is no rule is refused with its place, and nothing that comes in can break it."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import Facts, Outcome, RuleError, parse, parse_community, parse_community_text, parse_text
from rules.windows import window


def nested(depth: int) -> Any:
    logic: Any = True
    for _ in range(depth):
        logic = {"!": [logic]}
    return logic


def refused(logic: Any) -> RuleError:
    with pytest.raises(RuleError) as caught:
        parse(logic)
    return caught.value


def cyclic() -> Any:
    logic: dict[str, Any] = {"and": [True]}
    logic["and"].append(logic)
    return logic


@pytest.mark.parametrize(
    ("logic", "pointer", "word"),
    [
        (nested(40), "/!/0" * 16, "deeper"),
        ({"in": [1, list(range(1_001))]}, "/in/1/997", "nodes"),
        (cyclic(), "/and/1", "itself"),
        ({"==": [1, math.nan]}, "/==/1", "nan"),
        ({"==": [1, -math.inf]}, "/==/1", "inf"),
        ({"==": ["x" * 10_001, 1]}, "/==/0", "10,000"),
        ({"and": [{1: 2}]}, "/and/0", "key"),
        ({"in": [1, {2, 3}]}, "/in/1", "set"),
        ({"in": [1, (2, 3)]}, "/in/1", "tuple"),
        ({"and": [{10**5_000: 2}]}, "/and/0", "many digits"),
        ({"and": [{"x" * 10_001: 2}]}, "/and/0", "10,000"),
        ({"x" * 6_000: [{"y" * 6_000: 2}]}, "/xxx", "10,000"),
        ({"and": [{"x" * 2_000_000: 2, "y": 1}]}, "/and/0", "10,000"),
        ({"==": ["ab\ud800", 1]}, "/==/0", "place 2"),
        ({"and": [{"\udc00": 2}]}, "/and/0", "half"),
        ({"events": {"type": "A", "within": 10**5_000}}, "/events/within", "many digits"),
        ({"events": {"type": "A", "within": nested(5_000)}}, "/events/within", "an object"),
        ({"events": {"type": "A", "measure": cyclic()}}, "/events/measure", "an object"),
        ({"events": {"type": "A", "x" * 900: 1}}, "/events", "events has no"),
        ({"events": {"type": "A", 5: 1}}, "/events", "not a text"),
        ({"==": [1, 10**400]}, "/==/1", "large"),
        ({"/": [{"~": [object()]}]}, "/~1/0/~0/0", "object"),
        ({"events": "Product Added"}, "/events", "object"),
        ({"events": {"within": "10m"}}, "/events", "type"),
        ({"events": {"type": "A", "within": "10 minutes"}}, "/events/within", "length of time"),
        ({"events": {"type": "A", "within": 600}}, "/events/within", "length of time"),
        ({"events": {"type": "A", "wihtin": "10m"}}, "/events/wihtin", "wihtin"),
        ({"events": {"type": "A", "measure": "avg"}}, "/events/measure", "avg"),
        ({"events": {"type": "A", "measure": "sum"}}, "/events", "field"),
        ({"events": {"type": 5}}, "/events/type", "text"),
        ({"events": {"type": "A", "where": {"events": {"type": "B"}}}}, "/events/where/events", "where"),
    ],
)
def test_what_is_no_rule_is_refused_with_its_place(logic: Any, pointer: str, word: str) -> None:
    error = refused(logic)
    assert error.pointer.startswith(pointer)
    assert word in error.message
    assert error.remedy
    assert len(error.message) < 200


@pytest.mark.parametrize(
    "logic",
    [nested(10_000), cyclic(), {"==": [1, math.nan]}, {"+": [10**400]}, list(range(2_000)), {"a": "\ud800"}, {5: 1}],
)
def test_the_community_dialect_refuses_what_is_no_json_too(logic: Any) -> None:
    with pytest.raises(RuleError) as caught:
        parse_community(logic)
    assert caught.value.remedy


def test_limits_let_through_what_is_just_within_them() -> None:
    assert parse(nested(32)).evaluate(None) is True
    assert parse({"in": [997, list(range(997))]}).evaluate(None) is False


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ('{"==": [1, 2}', "line 1, column 13"),
        ('{\n "==": [1 2]}', "line 2"),
        ("", "not JSON"),
        ('{"==": [NaN, 1]}', "NaN"),
        ('{"==": [NaN, 1]}', "at /==/0: nan"),
        ('{"==": [1, {"a": -Infinity, "b": 1}]}', "at /==/1/a: -inf"),
        ('{"x": {"a": 1, "a": 2},', "line 1, column"),
        (f'{{"x": {{"a": 1, "a": 2}}, "b": {"9" * 5_000}}}', "digits"),
        ("[" * 100_000, "deeper"),
        ('{"a":' * 100_000, "deeper"),
        (b'{"==": ["\xff", 1]}', "UTF-8"),
        ("9" * 5_000, "digits"),
        (" " * 1_000_001, "longer"),
        (json.dumps(["x" * 100] * 50_000), "longer"),
        ('{"==": [1e999, 1]}', "inf"),
        ('{"==": ["\\ud83d", 1]}', "half a character"),
        ("{}".encode("utf-16"), "UTF-8"),
    ],
)
def test_a_broken_document_is_a_rule_error_that_names_the_place(document: str | bytes, word: str) -> None:
    with pytest.raises(RuleError, match=word):
        parse_text(document)


@pytest.mark.parametrize(
    ("document", "pointer", "key"),
    [
        ('{"==": [1, 1], "==": [1, 2]}', "/==", "'=='"),
        ('{"and": [true, {"a": 1, "b": {"c": 1, "c": 1}}]}', "/and/1/b/c", "'c'"),
        ('{"a": {"x": 1, "x": 2}, "a": 3, "a": 4}', "/a", "'a'"),
        (f'{{"{"x" * 400_000}": [{"1," * 90_000}{{"a/b": 1, "a/b": 2}}]}}', "/xxx", "'a/b'"),
    ],
)
def test_a_key_that_stands_twice_is_refused_with_its_place(document: str, pointer: str, key: str) -> None:
    """JSON-logic would quietly take the last one: half of the rule would be lost."""
    for read in (parse_text, parse_community_text):
        with pytest.raises(RuleError) as caught:
            read(document)
        assert caught.value.pointer.startswith(pointer)
        assert f"the key {key} stands twice" in caught.value.message


def test_brackets_in_a_text_are_no_depth() -> None:
    assert parse_text(json.dumps({"cat": ['"[{' * 200]})).evaluate(None) == '"[{' * 200


@given(st.text(max_size=60) | st.binary(max_size=60))
def test_any_document_is_a_rule_or_a_rule_error(document: str | bytes) -> None:
    try:
        parse_text(document)
    except RuleError as error:
        assert error.message


def test_an_unknown_operator_matters_only_where_it_is_reached() -> None:
    rule = parse({"if": [{"var": "x"}, {"startz_with": ["a", "b"]}, 1]})
    assert rule.evaluate({"x": False}) == 1
    with pytest.raises(RuleError, match="starts_with") as caught:
        rule.evaluate({"x": True})
    assert caught.value.pointer == "/if/1"
    assert rule.decide(Facts(0.0, {"x": False})).outcome is Outcome.YES


def test_a_rule_does_not_change_with_what_it_was_made_from() -> None:
    logic: dict[str, Any] = {"==": [{"var": "a"}, {"x": 1, "y": [2]}]}
    rule = parse(logic)
    logic["=="][1]["y"].append(3)
    assert rule.logic == {"==": [{"var": "a"}, {"x": 1, "y": [2]}]}
    constant = parse({"if": [True, {"x": 1, "y": []}]})
    given_out: Any = constant.evaluate(None)
    given_out["y"].append(1)
    assert constant.evaluate(None) == {"x": 1, "y": []}


def test_rules_are_equal_by_their_logic() -> None:
    one, other = parse({"==": [{"var": "a"}, 1]}), parse({"==": [{"var": "a"}, 1]})
    assert one == other
    assert hash(one) == hash(other)
    assert one != parse({"==": [{"var": "a"}, True]})
    assert one != parse({"==": [{"var": ["a"]}, 1]})


def test_a_rule_knows_what_it_reads() -> None:
    rule = parse(
        {
            "and": [
                {">": [{"var": ["profile.orders", {"var": "profile.fallback"}]}, 1]},
                {"some": [{"var": "profile.items"}, {"==": [{"var": "price"}, 1]}]},
                {"missing": ["context.place", "context.hour"]},
                {"missing_some": [1, ["consent.mail"]]},
                {"in_segment": "vip"},
                {">": [{"events": {"type": "A", "not_followed_by": "B", "where": {"var": "colour"}}}, 0]},
            ]
        }
    )
    assert rule.reads == {
        "profile.orders",
        "profile.fallback",
        "profile.items",
        "context.place",
        "context.hour",
        "consent.mail",
    }
    assert rule.reads_events == {"A", "B"}
    assert rule.reads_segments == {"vip"}
    assert rule.has_time
    assert not parse({"in_segment": "vip"}).has_time


def test_a_rule_that_doubles_a_text_is_stopped() -> None:
    doubling = {"reduce": [{"var": "l"}, {"cat": [{"var": "accumulator"}, {"var": "accumulator"}]}, "xx"]}
    with pytest.raises(RuleError, match="1,000,000"):
        parse(doubling).evaluate({"l": [1] * 60})


@pytest.mark.parametrize(
    ("text", "seconds"), [("1s", 1), ("45s", 45), ("10m", 600), ("2h", 7_200), ("30d", 2_592_000), ("2w", 1_209_600)]
)
def test_a_window_is_a_number_and_a_unit(text: str, seconds: float) -> None:
    assert window(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "10", "0s", "-1m", "1.5h", "1M", "1 m", "١m", "99999999999d", "5000d"])
def test_anything_else_is_no_window(text: str) -> None:
    with pytest.raises(RuleError) as caught:
        window(text)
    assert caught.value.remedy


@pytest.mark.parametrize("bounds", [(0.0, -0.0), (0, False), (1, 1.0, True), ("1", 1)])
def test_rules_that_share_a_predicate_keep_their_own_constants(bounds: tuple[Any, ...]) -> None:
    """Equal constants of different types are the same key of a dictionary, yet not the same constant."""
    logics = [{"==": [{"var": "a"}, bound]} for bound in bounds]
    assert [repr(parse(logic).logic) for logic in logics] == [repr(logic) for logic in logics]
