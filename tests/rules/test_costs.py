"""What a rule costs is counted in steps: one operation on one value, or one look at a fact."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from rules import OPERATORS, Attribute, Entry, FactType, Vocabulary, check, check_catalogue, cost, parse
from tests.rules.worlds import rules

N = {"var": "n"}
TAGS = {"var": "tags"}
EVENTS = {"events": {"type": "E", "within": "1h"}}
ANY = Vocabulary(
    {
        path: Attribute(path, kind, path)
        for path, kind in (
            ("p.a", FactType.NUMBER),
            ("p.b", FactType.STRING),
            ("p.c", FactType.BOOLEAN),
            ("p.deep", FactType.OBJECT),
            ("top", FactType.LIST),
        )
    }
)


@pytest.mark.parametrize(
    ("logic", "steps"),
    [
        (True, 0),
        (N, 1),
        ({">": [N, 2]}, 2),
        ({"in": [N, [1, 2, 3]]}, 2),
        ({"and": [{">": [N, 2]}, {"<": [N, 5]}]}, 5),
        ({">": [EVENTS, 0]}, 22),
        ({"some": [[1, 2, 3], {">": [{"var": ""}, 2]}]}, 1 + 3 * 3),
        ({"some": [TAGS, {"==": [{"var": ""}, "x"]}]}, 2 + 20 * 3),
        ({"some": [TAGS, {"some": [TAGS, {"==": [{"var": ""}, "x"]}]}]}, 2 + 20 * (1 + 2 + 20 * 3)),
    ],
)
def test_steps_are_counted_and_lists_in_lists_multiply(logic: Any, steps: int) -> None:
    assert cost(parse(logic)) == steps


@settings(max_examples=300)
@given(rules())
def test_whatever_is_asked_can_be_checked(logic: Any) -> None:
    """Any rule at all gets an answer, alone and beside itself."""
    check(logic, ANY)
    check_catalogue([Entry("one", logic, "top", 1), Entry("other", {"!": [logic]}, "top", 2)], ANY, most_overlaps=1)


@pytest.mark.parametrize("name", OPERATORS)
def test_the_examples_of_every_operator_can_be_checked(name: str) -> None:
    for example in OPERATORS[name].examples:
        assert all(finding.message for finding in check(example.rule, ANY))
        check_catalogue([Entry("one", example.rule), Entry("other", {"and": [example.rule, True]})], ANY)
