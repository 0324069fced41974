"""Why a module may be shown to somebody or not: each gate gives an account of itself."""

from __future__ import annotations

import pytest

from engine import Account, Gate, UnknownModule, account_for, lookup
from rules import Facts, Json
from tests.engine.toys import NOW, catalogue, decide, layout, module, shown

ADULT = {">=": [{"var": "profile.age"}, 18]}
SO_FAR = {"var": "accumulator"}
ENDLESS = {"==": [{"reduce": [[0] * 40, {"cat": [SO_FAR, SO_FAR]}, {"var": "profile.first_name"}]}, "x"]}
"""A text doubled forty times."""

SHOP = catalogue(
    modules={
        "wine": module(tags=["alcohol"], targeting={">": [{"var": "context.hour"}, 16]}),
        "open": module(targeting=ADULT, unknown="yes"),
        "soon": module(schedule={"from": "2040-01-01T00:00"}),
        "past": module(schedule={"until": "2020-01-01T00:00"}),
        "bad": module(targeting=ENDLESS),
        "tea": module(),
    },
    policies={"adults": {"title": "Adults", "tags": ["alcohol"], "logic": ADULT}},
    layouts={"home": layout({"key": "top", "max": 9})},
)


def told(key: str, **profile: Json) -> list[Account]:
    return account_for(SHOP, key, Facts(NOW, {"profile": profile, "context": {"hour": 9}}))


def test_each_gate_says_whether_it_lets_through_and_what_would_change_that() -> None:
    policy, targeting = told("wine", age=16)
    assert (policy.gate, policy.name, policy.passes) == (Gate.POLICY, "adults", False)
    assert policy.explanation is not None
    assert policy.explanation.remedy == "It turns with Age from 16 to 18 or more"
    assert (targeting.gate, targeting.passes) == (Gate.TARGETING, False)
    assert targeting.text == "No: Hour is 9 (wanted: more than 16)"


@pytest.mark.parametrize("profile", [{}, {"age": 12}, {"age": 40}, {"first_name": "Ada"}])
def test_what_all_gates_let_through_is_what_is_shown(profile: dict[str, Json]) -> None:
    values = {"profile": profile, "context": {"hour": 9}}
    assert lookup(values, "context.hour") == 9
    passing = {key for key in SHOP.modules if all(account.passes for account in told(key, **profile))}
    assert passing == set(shown(decide(SHOP, values=values))["top"])


def test_a_schedule_says_whether_its_time_is_yet_to_come_or_over() -> None:
    assert [told(key)[0].text for key in ("soon", "past")] == ["its time has not come yet", "its time is over"]


def test_a_rule_that_fails_on_somebody_lets_nobody_through() -> None:
    (account,) = told("bad", first_name="Ada")
    assert not account.passes
    assert account.text.startswith("the rule fails on this person: ")


def test_a_module_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownModule, match="did you mean 'wine'"):
        told("wines")
