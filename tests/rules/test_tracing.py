"""A trace tells what each node gave, in the order in which it was worked out, and nothing of what was not asked."""

from typing import Any

from rules import Facts, Json, Outcome, parse, trace, trace_value

RULE: Json = {
    "and": [
        {">": [{"var": "profile.orders"}, 2]},
        {"or": [{"==": [{"var": "profile.place"}, "Bern"]}, {"var": "profile.vip"}]},
        {"!": [{"var": "profile.away"}]},
    ]
}


def told(steps: Any) -> list[tuple[Any, ...]]:
    return [(step.pointer, step.operator, step.value, step.outcome) for step in steps]


def test_a_trace_of_a_decision_has_values_and_outcomes_in_order() -> None:
    facts = Facts(0.0, {"profile": {"orders": 3, "place": "Basel", "vip": True}})
    yes, no, unknown = Outcome.YES, Outcome.NO, Outcome.UNKNOWN
    assert told(trace(parse(RULE), facts).steps) == [
        ("/and/0/>/0", "var", 3, None),
        ("/and/0", ">", True, yes),
        ("/and/1/or/0/==/0", "var", "Basel", None),
        ("/and/1/or/0", "==", False, no),
        ("/and/1/or/1", "var", True, yes),
        ("/and/1", "or", None, yes),
        ("/and/2/!/0", "var", None, unknown),
        ("/and/2", "!", None, unknown),
        ("", "and", None, unknown),
    ]


def test_what_was_not_asked_is_not_there() -> None:
    steps = trace(parse(RULE), Facts(0.0, {"profile": {"orders": 1}})).steps
    assert told(steps) == [
        ("/and/0/>/0", "var", 1, None),
        ("/and/0", ">", False, Outcome.NO),
        ("", "and", None, Outcome.NO),
    ]


def test_a_trace_of_an_evaluation_has_values() -> None:
    rule = parse({"if": [{"var": "a"}, {"+": [{"var": "b"}, 1]}, {"cat": ["x"]}]})
    assert told(trace_value(rule, {"a": 1, "b": 2}).steps) == [
        ("/if/0", "var", 1, None),
        ("/if/1/+/0", "var", 2, None),
        ("/if/1", "+", 3, None),
        ("", "if", 3, None),
    ]


def test_a_node_inside_a_list_has_a_step_for_each_element() -> None:
    rule = parse({"some": [{"var": "rows"}, {">": [{"var": "n"}, 1]}]})
    steps = trace_value(rule, {"rows": [{"n": 1}, {"n": 2}, {"n": 3}]}).at("/some/1")
    assert [step.value for step in steps] == [False, True]


def test_a_trace_of_very_much_is_cut() -> None:
    found = trace_value(parse({"map": [{"var": "rows"}, {"var": "n"}]}), {"rows": [{"n": 1}] * 20_000})
    assert found.cut
    assert len(found.steps) == 10_000


def test_a_predicate_with_a_clock_is_one_step() -> None:
    rule = parse({"and": [{"var": "a"}, {">": [{"events": {"type": "x", "within": "10s"}}, 0]}]})
    steps = trace(rule, Facts(100.0, {"a": True}, {"x": [[95.0, {}]]})).steps
    assert told(steps) == [
        ("/and/0", "var", True, Outcome.YES),
        ("/and/1", ">", None, Outcome.YES),
        ("", "and", None, Outcome.YES),
    ]
