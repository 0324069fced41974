"""Consent over HTTP: signals that requests bring, what is kept, what is answered without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.profiles.consent.bits import Written
from tests.service.conftest import Shop
from tests.service.purposes import HERE, act, bodies, described_in, officer, profile_of, tell, words


@pytest.fixture
def described(shop: Shop) -> Shop:
    """The shop with described purposes."""
    return described_in(shop)


def test_what_is_refused_is_kept_nowhere_and_the_receipt_says_so(described: Shop) -> None:
    act(described, ads=False, fraud=True)
    receipt = tell(described, "identify", traits={"likes": "running", "risk": "low", "name": "Ada"})
    assert (receipt["status"], receipt["withheld"]) == ("accepted", ["ads"])
    receipt = tell(described, "track", event="Advert Clicked", properties={"advert": "running"})
    assert receipt["withheld"] == ["ads"]
    assert (bodies(described, "running"), bodies(described, "Advert Clicked")) == (0, 0)
    assert bodies(described, "low") == 2
    text = described.client.get("/metrics").text
    assert 'intarsia_consent_refusals_total{purpose="ads"} 2.0' in text
    act(described, ads=True)
    assert "anything" in words(described), "what was refused does not come back"
    assert "withheld" not in tell(described, "identify", traits={"likes": "running"})
    assert "running" in words(described)


def test_withdrawal_takes_effect_on_all_uses_in_the_next_request(described: Shop) -> None:
    act(described, ads=True)
    tell(described, "identify", traits={"likes": "running"})
    assert "running" in words(described)
    profile = described.house.profiles.get("anon:ada")
    assert profile is not None
    assert {"sporty", "admirers"} <= profile.segments.keys()
    act(described, ads=False)
    assert "anything" in words(described)
    changes = described.house.profiles.changes(profile.id)
    assert {(one.segment, one.cause) for one in changes if one.change == "left"} == {
        ("sporty", "consent"),
        ("admirers", "consent"),
    }


def test_a_stamp_that_goes_on_saying_yes_does_not_undo_a_withdrawal(described: Shop) -> None:
    act(described, ads=True)
    tell(described, "identify", traits={"likes": "running"}, consent={"categoryPreferences": {"ads": True}})
    act(described, ads=False)
    tell(described, "page", consent={"categoryPreferences": {"ads": True}})
    assert "anything" in words(described)
    act(described, ads=True)
    assert "running" in words(described)


@pytest.mark.parametrize(("how", "more"), [("header", {}), ("context", {"context": {"gpc": True}})])
def test_global_privacy_control_refuses_until_an_act_after_it(described: Shop, how: str, more: dict[str, Any]) -> None:
    headers = {"headers": {"Sec-GPC": "1"}} if how == "header" else {}
    act(described, ads=True)
    tell(described, "identify", traits={"likes": "running"})
    assert "running" in words(described)
    tell(described, "page", **headers, **more)
    assert "anything" in words(described)
    tell(described, "page", consent={"categoryPreferences": {"ads": True}}, **headers, **more)
    assert "anything" in words(described), "a stamp is no choice"
    act(described, ads=True)
    tell(described, "page", **headers, **more)
    assert "running" in words(described), "the person chose otherwise, knowing of the signal"


def test_an_ask_under_global_privacy_control_is_answered_without(described: Shop) -> None:
    act(described, ads=True)
    tell(described, "identify", traits={"likes": "running"})
    assert "anything" in words(described, **{"Sec-GPC": "1"})
    assert "anything" in words(described, context={"gpc": True})
    assert "running" in words(described, **{"Sec-GPC": "0"})


def test_the_region_decides_what_silence_means(described: Shop) -> None:
    tell(described, "identify", traits={"likes": "running"}, consent={"region": "US-TX"})
    assert "running" in words(described)
    assert "anything" in words(described, context={"region": "DE"})
    tell(described, "page", context={"location": {"country": "FR"}})
    assert "anything" in words(described)
    assert "withheld" in tell(described, "identify", traits={"likes": "chess"})
    assert tell(described, "identify", "bob", traits={"likes": "chess"})["withheld"] == ["ads"], (
        "unknown: the strictest"
    )


def test_a_tc_string_is_understood_on_calls_and_asks(described: Shop) -> None:
    yes = Written(consents={1, 3, 4}, disclosed={7}).text()
    no = Written(consents={1, 3}, disclosed={7}).text()
    tell(described, "identify", traits={"likes": "running"}, context={"tcf": yes})
    assert "running" in words(described)
    assert "anything" in words(described, context={"tcf": no})
    tell(described, "page", consent={"tcString": no})
    assert "anything" in words(described)
    assert "running" in words(described, context={"tcf": yes})
    assert "anything" in words(described, context={"tcf": "broken"})
    told = officer(described)("GET", f"{HERE}/{profile_of(described)}/consent").get_json()
    assert [(one["state"], one["origin"], one["tcf"]) for one in told["records"]] == [
        ("denied", "tcf", no),
        ("granted", "tcf", yes),
    ]


@pytest.mark.parametrize(
    ("context", "field"),
    [
        ({"gpc": "yes"}, "/context/gpc"),
        ({"region": "Mars"}, "/context/region"),
        ({"region": 3}, "/context/region"),
        ({"tcf": 3}, "/context/tcf"),
        ({"tcf": "x" * 9_000}, "/context/tcf"),
    ],
)
def test_an_ask_with_a_wrong_signal_names_it(described: Shop, context: dict[str, Any], field: str) -> None:
    answer = described.post("/v1/assemble", {"layout": "home", "person": {"anonymous_id": "x"}, "context": context})
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"key": "necessary"}, "needs no consent"),
        ({"key": "x", "default": {"DE": "granted"}}, "silence is no consent"),
        ({"key": "x", "default": {"EEA": "granted"}}, "silence is no consent"),
        ({"key": "x", "default": {"Mars": "granted"}}, "no region"),
        ({"key": "x", "basis": "contract", "gpc": True}, "nobody answers"),
        ({"key": "x", "tcf": [25]}, "24"),
        ({"key": "x", "basis": "whim"}, "consent"),
    ],
)
def test_a_purpose_that_cannot_be_is_refused_at_save(shop: Shop, row: dict[str, Any], words: str) -> None:
    answer = officer(shop)("PUT", "/v1/manage/attributes/consent", {"purposes": [row]})
    assert answer.status_code == 422
    assert words in answer.text


def test_nothing_but_the_necessary_is_allowed_when_nobody_can_say(open_shop: Callable[..., Shop]) -> None:
    shop = described_in(open_shop(redis_url=""))
    tell(shop, "identify", traits={"likes": "running"}, consent={"region": "US"})
    assert "running" in words(shop)
    shop.house.database.close()
    file = shop.house.settings.data_dir / "intarsia.db"
    for one in file.parent.glob("intarsia.db*"):
        one.rename(one.with_name(f"away-{one.name}"))
    file.mkdir()
    shown = shop.home()
    assert "anything" in str(shown["slots"])
    assert "unreachable" in str(shown["notes"])
