"""Checking at save: every mistake is found, with its place and what would be right."""

from typing import Any

import pytest

from rules import Attribute, Facts, FactType, Outcome, Vocabulary, check, parse

VOCABULARY = Vocabulary(
    {
        path: Attribute(path, type_, path, choices=choices)
        for path, type_, choices in (
            ("profile.orders", FactType.NUMBER, ()),
            ("profile.age_band", FactType.STRING, ("19-24", "25-34", "35-44")),
            ("profile.married", FactType.BOOLEAN, ()),
            ("profile.tags", FactType.LIST, ()),
            ("profile.likes", FactType.LIST, ("coffee", "tea")),
            ("profile.home", FactType.OBJECT, ()),
            ("profile.last_order_at", FactType.DATETIME, ()),
            ("profile.bought.*", FactType.NUMBER, ()),
            ("context.place", FactType.STRING, ()),
        )
    },
    {"Product Added": "analytics", "Order Completed": "analytics"},
    frozenset({"coffee-lovers"}),
)

ORDERS = {"var": "profile.orders"}
BAND = {"var": "profile.age_band"}


@pytest.mark.parametrize(
    "logic",
    [
        True,
        {">": [ORDERS, 2]},
        {"<": [1, ORDERS, 2.5]},
        {">=": [{"var": "profile.bought.coffee"}, 1]},
        {"==": [{"var": ["profile.age_band", "19-24"]}, "25-34"]},
        {"in": [BAND, ["19-24", "25-34"]]},
        {"in": ["tea", {"var": "profile.tags"}]},
        {"==": [{"var": "profile.tags.0"}, "tea"]},
        {">": [{"var": "profile.tags.length"}, 1]},
        {"some": [{"var": "profile.tags"}, {"==": [{"var": "anything"}, 1]}]},
        {"some": [{"var": "profile.bought"}, {"var": ""}]},
        {"starts_with": [{"var": "context.place"}, "St."]},
        {"in_segment": "coffee-lovers"},
        {"missing": ["profile.orders", "context.place"]},
        {">": [{"events": {"type": "Product Added", "within": "10m", "where": {"==": [{"var": "x"}, 1]}}}, 0]},
        {"==": [{"var": "profile.married"}, True]},
        {"and": [{">": [ORDERS, 2]}, {"some": [[{"a": 1, "b": 2}], {"==": [{"var": "a"}, 1]}]}]},
        {"some": [{"var": ["profile.tags", {}]}, {"==": [{"var": "a"}, 1]}]},
        {">": [{"var": "profile.last_order_at"}, 1_700_000_000]},
    ],
)
def test_a_sound_rule_has_no_findings(logic: Any) -> None:
    assert check(logic, VOCABULARY) == []


@pytest.mark.parametrize(
    ("logic", "pointer", "message", "remedy"),
    [
        ({"and": [{"starts_wiht": [1, 2]}]}, "/and/0/starts_wiht", "no operator", "starts_with"),
        ({"method": ["a", "b"]}, "/method", "no operator", ""),
        ({"==": [{"var": "profile.order"}, 1]}, "/==/0/var", "no attribute 'profile.order'", "profile.orders"),
        ({"==": [{"var": ["profile.order", 1]}, 1]}, "/==/0/var/0", "no attribute", "profile.orders"),
        ({"missing": ["profile.orders", "context.plcae"]}, "/missing/1", "no attribute", "context.place"),
        ({"missing_some": [1, ["contxt.place"]]}, "/missing_some/1/0", "no attribute", "context.place"),
        ({"var": {"cat": ["a", "b"]}}, "/var", "worked out", "write the path"),
        ({"var": ""}, "/var", "every fact", "name"),
        ({"==": [1]}, "/==", "1 argument", "takes 2"),
        ({">": [ORDERS, 1, 2]}, "/>", "3 arguments", "takes 2"),
        ({"substr": ["a"]}, "/substr", "1 argument", "2 to 3"),
        ({"and": []}, "/and", "0 arguments", "1 or more"),
        ({">": [ORDERS, "2"]}, "/>/1", "is a number", "without quotation marks"),
        ({"==": [BAND, 25]}, "/==/1", "is a string", "quotation marks"),
        ({"==": [BAND, "25-35"]}, "/==/1", "never '25-35'", "25-34"),
        ({"in": [BAND, ["19-24", "65+"]]}, "/in/1/1", "never '65+'", "known"),
        ({"in": [BAND, ["19-24", 3]]}, "/in/1/1", "is a string", "quotation marks"),
        ({"==": [{"var": "profile.married"}, "yes"]}, "/==/1", "is a boolean", "true or false"),
        ({">": [{"var": "profile.married"}, True]}, "", "no order", "=="),
        ({"==": [{"var": "profile.tags"}, "tea"]}, "/==/1", "is a list", "some"),
        ({">": [{"var": "profile.last_order_at"}, "2026-01-01"]}, "/>/1", "is a datetime", "seconds"),
        ({"==": [ORDERS, None]}, "/==/1", "never known", "missing"),
        ({"contains": [ORDERS, "1"]}, "", "is a number", "comparison"),
        ({"in_segment": "coffee-lover"}, "/in_segment", "no segment", "coffee-lovers"),
        ({"in_segment": {"var": "context.place"}}, "/in_segment", "worked out", "key"),
        ({"events": {"type": "Product Add"}}, "/events/type", "no event type", "Product Added"),
        (
            {"events": {"type": "Product Added", "not_followed_by": "Order"}},
            "/events/not_followed_by",
            "no event type",
            "Order Completed",
        ),
        ({"events": {"type": "Product Added", "within": "soon"}}, "/events/within", "length of time", "10m"),
        ({"/": [{"var": "profil.orders"}, 1]}, "/~1/0/var", "no attribute", "profile.orders"),
        ({">": [ORDERS, 2], "==": [BAND, "25-34"]}, "", "2 keys", '{"and": ['),
        ({"or": [{">": [ORDERS, 2]}, {}]}, "/or/1", "empty object", "true"),
        ({"not": [{"var": "profile.married"}]}, "/not", "no operator", "'!'"),
        ({"=": [BAND, "25-34"]}, "/=", "no operator", "'=='"),
        ({"==": [{"var": "Orders"}, 2]}, "/==/0/var", "no attribute", "profile.orders"),
        ({">": [{"var": "profile.place"}, "A"]}, "/>/0/var", "no attribute", "context.place"),
        ({">=": [{"score": "churn"}, 0.7]}, "/>=/0/score", "no attribute", "register the attribute 'score.churn'"),
        ({"any_of": [{"var": "profile.likes"}, ["tee"]]}, "/any_of/1/0", "never has 'tee'", "tea"),
        ({"in": ["tee", {"var": "profile.likes"}]}, "/in/0", "never has 'tee'", "tea"),
        ({">": [{"var": "profile.last_order_at"}, "2026-01-02"]}, "/>/1", "is a datetime", "after"),
        ({"<": [{"distance": [{"var": "profile.home"}, "Leeds"]}, 9]}, "/</0/distance/1", '"Leeds" is no', "lat"),
        (
            {"<": [{"distance": [{"var": "profile.home"}, {"lat": 153, "lon": 2}]}, 9]},
            "/</0/distance/1",
            '{"lat": 153, "lon": 2} is no place',
            "-90 to 90",
        ),
        ({"==": [{"date_part": [{"now": []}, "weekday", "UTC"]}, "Monday"]}, "", "never be", "1 (Monday)"),
        ({"==": [{"date_part": [{"now": []}, "hour", "UTC"]}, 24]}, "", "never be", "from 0 to 23"),
        (5, "", "a constant", "operation"),
        ("yes", "", "a constant", "operation"),
        ([{">": [ORDERS, 2]}], "", "a constant", "operation"),
    ],
)
def test_a_mistake_is_found_with_its_place_and_what_would_be_right(
    logic: Any, pointer: str, message: str, remedy: str
) -> None:
    (finding,) = check(logic, VOCABULARY)
    assert finding.pointer == pointer
    assert message in finding.message
    assert remedy in finding.remedy
    assert finding.severity == "error"


@pytest.mark.parametrize(
    ("logic", "pointer"),
    [
        ({"some": [{"var": "profile.tags"}, {"==": [{"var": "profile.orders"}, 2]}]}, "/some/1/==/0"),
        ({">": [{"events": {"type": "Product Added", "where": {">": [ORDERS, 2]}}}, 0]}, "/>/0/events/where/>/0"),
    ],
)
def test_a_fact_that_is_asked_of_an_element_is_told(logic: Any, pointer: str) -> None:
    (finding,) = check(logic, VOCABULARY)
    assert (finding.code, finding.pointer, finding.severity) == ("out-of-reach", pointer, "warning")


def test_all_mistakes_are_found_at_once() -> None:
    logic = {
        "and": [
            {"var": "x.y"},
            {"nope": 1},
            {"in_segment": "zzz"},
            {"events": {"type": "Product Added", "within": "1y"}},
        ]
    }
    assert sorted(finding.pointer for finding in check(logic, VOCABULARY)) == [
        "/and/0/var",
        "/and/1/nope",
        "/and/2/in_segment",
        "/and/3/events/within",
    ]


def test_mistakes_inside_an_object_of_several_operations_are_found_too() -> None:
    logic = {"and": [{"==": [BAND, "25-34"], ">": [{"var": "profile.ordres"}, 2]}]}
    found = {finding.pointer: finding.remedy for finding in check(logic, VOCABULARY)}
    assert found.keys() == {"/and/0", "/and/0/>/0/var"}
    assert "profile.orders" in found["/and/0/>/0/var"]


def test_everybody_and_nobody_may_be_said() -> None:
    assert check(True, VOCABULARY) == check(False, VOCABULARY) == []


def test_a_rule_beyond_the_limits_is_a_finding() -> None:
    (finding,) = check({"in": [1, list(range(2_000))]}, VOCABULARY)
    assert "nodes" in finding.message


@pytest.mark.parametrize(
    ("logic", "code"),
    [
        ({"<": [{"var": "profile.last_order_at"}, 1_700_000_000]}, "null-trap"),
        ({">=": [ORDERS, 0]}, "null-trap"),
        ({"!=": [BAND, "25-34"]}, "null-trap"),
        ({"!": {"==": [BAND, "25-34"]}}, "null-trap"),
        ({"!": [{"var": "profile.married"}]}, "null-trap"),
        ({"<=": [{"var": ["profile.orders", 0]}, 5]}, "absent-passes"),
    ],
)
def test_what_lets_a_stranger_pass_is_noted(logic: Any, code: str) -> None:
    """The witness is somebody of whom nothing is known: plain JSON-logic lets them in; `decide` only by a default."""
    (note,) = check(logic, VOCABULARY)
    witness: Any = note.witness
    assert (note.code, note.severity) == (code, "note")
    assert parse(logic).evaluate(witness["values"]) is True
    outcome = parse(logic).decide(Facts(0.0, witness["values"])).outcome
    assert outcome is (Outcome.YES if code == "absent-passes" else Outcome.UNKNOWN)


@pytest.mark.parametrize(
    "logic",
    [
        {">": [ORDERS, 2]},
        {"<": [1, ORDERS, 2.5]},
        {"==": [BAND, "25-34"]},
        {"!": {">": [{"var": ["profile.orders", 5]}, 2]}},
        {"and": [{"!": {"missing": ["profile.orders"]}}, {"<=": [ORDERS, 5]}]},
        {"if": [{"<": [6, ORDERS, 9]}, {"in_segment": "coffee-lovers"}, {">": [ORDERS, 9]}]},
    ],
)
def test_where_a_stranger_does_not_pass_nothing_is_noted(logic: Any) -> None:
    assert check(logic, VOCABULARY) == []
