"""Distances: the published ones to the nanometre, and the quick answer never against the exact one."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import Facts, Outcome, parse
from rules.operators.places import apart, surely

CASES = json.loads((Path(__file__).parent.parent / "cases" / "rules" / "geodesics.json").read_text(encoding="utf-8"))
PLACES = json.loads((Path(__file__).parent.parent / "cases" / "rules" / "own-places.json").read_text(encoding="utf-8"))

PLACE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
STEP = st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))


@pytest.mark.parametrize("case", CASES["cases"])
def test_a_distance_is_the_published_one(case: list[float]) -> None:
    *degrees, metres = case
    kilometres = parse({"distance": degrees}).evaluate(None)
    assert isinstance(kilometres, float)
    assert math.isclose(kilometres * 1_000, metres, abs_tol=1e-8, rel_tol=0)


@pytest.mark.parametrize("case", PLACES)
def test_a_decision_is_on_the_side_on_which_the_value_is(case: dict[str, Any]) -> None:
    outcome = parse(case["rule"]).decide(Facts(0.0, case["data"] or {})).outcome
    if isinstance(case["expected"], bool):
        assert outcome is (Outcome.YES if case["expected"] else Outcome.NO)
    elif case["expected"] is None:
        assert outcome is Outcome.UNKNOWN


@settings(max_examples=1_000)
@given(PLACE, PLACE | STEP, st.booleans(), st.floats(0.95, 1.05))
def test_what_is_sure_without_the_geodesic_is_so(
    one: tuple[float, float], other: tuple[float, float], near: bool, share: float
) -> None:
    if near:
        other = (max(-90.0, min(90.0, one[0] + other[0] / 300)), one[1] + other[1])
    exact = apart(one, other)
    sure = surely(one, other, exact * share)
    assert sure is None or sure is (share < 1)


@pytest.mark.parametrize("one", [(0.0, 0.0), (90.0, 0.0), (45.0, 179.9), (-0.5, 30.0)])
@pytest.mark.parametrize("other", [(0.5, 179.7), (-90.0, 10.0), (-45.0, -0.1), (0.0, 180.0)])
def test_what_is_sure_holds_between_antipodes_too(one: tuple[float, float], other: tuple[float, float]) -> None:
    exact = apart(one, other)
    assert surely(one, other, exact * (1 + 1e-9)) is not True
    assert surely(one, other, exact * (1 - 1e-9)) is not False


@pytest.mark.parametrize(("operator", "far", "near"), [(">", "yes", "no"), ("<=", "no", "yes")])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("negated", [False, True])
def test_a_distance_is_compared_from_either_side(
    operator: str, far: str, near: str, turned: bool, negated: bool
) -> None:
    measure = {"distance": [{"var": "p"}, {"lat": 53.8, "lon": -1.55}]}
    mirrored = {">": "<", "<=": ">="}
    logic: Any = {mirrored[operator]: [10, measure]} if turned else {operator: [measure, 10]}
    rule = parse({"!": [logic]} if negated else logic)
    opposite = {"yes": "no", "no": "yes"}
    for place, outcome in (({"lat": 51.5, "lon": 0}, far), ({"lat": 53.8, "lon": -1.5}, near)):
        assert rule.decide(Facts(0.0, {"p": place})).outcome == (opposite[outcome] if negated else outcome)
    assert rule.decide(Facts(0.0, {"p": {"lat": 51.5}})).outcome is Outcome.UNKNOWN
