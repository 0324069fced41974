"""The desk of consent: what is written down there, and why something was allowed at a moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.service.conftest import Shop
from tests.service.edge import publish
from tests.service.purposes import HERE, PURPOSES, act, described_in, officer, profile_of, tell, words


@pytest.fixture
def described(shop: Shop) -> Shop:
    """The shop with described purposes."""
    return described_in(shop)


@pytest.fixture
def moment() -> Callable[[float], str]:
    """A moment as ISO 8601."""
    return lambda at: datetime.fromtimestamp(at, UTC).isoformat()


def test_what_an_officer_writes_down_holds_at_once_and_over_stamps(described: Shop) -> None:
    act(described, ads=True)
    tell(described, "identify", traits={"likes": "running"})
    mine, ada = officer(described), profile_of(described)
    letter = {"state": "withdrawn", "purpose": "ads", "text_version": "letter-3", "evidence": {"scan": "4711"}}
    answer = mine("POST", f"{HERE}/{ada}/consent", letter)
    assert answer.status_code == 201, answer.text
    assert "anything" in words(described)
    tell(described, "page", consent={"categoryPreferences": {"ads": True}})
    assert "anything" in words(described)
    newest = mine("GET", f"{HERE}/{ada}/consent").get_json()["records"]
    desk = next(one for one in newest if one["origin"] == "desk")
    assert (desk["state"], desk["text_version"], desk["evidence"]) == ("withdrawn", "letter-3", {"scan": "4711"})
    assert desk["by"]
    for wrong, field in (
        ({"purpose": "delivery", "state": "denied"}, "purpose"),
        ({"purpose": "ads", "state": "maybe"}, "state"),
        ({"purpose": "ads", "state": "granted", "at": "2999-01-01T00:00:00Z"}, "at"),
        ({"purpose": "ads", "state": "granted", "evidence": {"x": "y" * 5_000}}, "evidence"),
        ({"purpose": "ads", "state": "granted", "region": "Mars"}, "region"),
    ):
        refused = mine("POST", f"{HERE}/{ada}/consent", wrong)
        assert (refused.status_code, field in refused.text) == (422, True), refused.text
    assert mine("POST", f"{HERE}/nobody/consent", letter).status_code == 404


def test_why_it_was_allowed_then_is_one_call(described: Shop, moment: Callable[[float], str]) -> None:
    shop, mine = described, officer(described)
    stamp = {"categoryPreferences": {"ads": True}, "textVersion": "banner-7", "evidence": {"button": "all"}}
    tell(shop, "track", event="Segment Consent Preference Updated", consent=stamp)
    tell(shop, "identify", traits={"likes": "running"})
    ada, then = profile_of(shop), shop.clock()
    shop.clock.now += 180
    mine("POST", f"{HERE}/{ada}/consent", {"purpose": "ads", "state": "withdrawn"})
    shop.clock.now += 60
    asked = {"profile": ada, "attribute": "profile.likes", "at": moment(then + 60)}
    told = mine("POST", f"{HERE}/consent/why", asked).get_json()
    (why,) = told["purposes"]
    assert (told["allowed"], why["purpose"], why["because"], why["basis"]) == (True, "ads", "answer", "consent")
    record = why["record"]
    assert (record["text_version"], record["evidence"], record["origin"]) == ("banner-7", {"button": "all"}, "act")
    assert told["release"] == shop.home("x")["release"]
    (now,) = told["now"]["purposes"]
    assert (told["now"]["allowed"], now["record"]["state"], now["record"]["origin"]) == (False, "withdrawn", "desk")
    for about in ({"purpose": "ads"}, {"event": "Advert Clicked"}, {"segment": "sporty"}, {"segment": "admirers"}):
        again = mine("POST", f"{HERE}/consent/why", {"profile": ada, **about, "at": moment(then + 60)}).get_json()
        assert (again["allowed"], again["now"]["allowed"]) == (True, False), about
    fraud = mine("POST", f"{HERE}/consent/why", {"profile": ada, "purpose": "fraud"}).get_json()["purposes"][0]
    assert (fraud["allowed"], fraud["because"], fraud["basis"]) == (True, "default", "legitimate_interest")
    before = mine("POST", f"{HERE}/consent/why", {"profile": ada, "purpose": "ads", "at": moment(1.0)}).get_json()
    assert (before["allowed"], before["release"]) == (False, None)


def test_why_tells_of_the_release_that_was_served_then(described: Shop, moment: Callable[[float], str]) -> None:
    shop, mine = described, officer(described)
    tell(shop, "page", consent={"region": "US"})
    ada, then = profile_of(shop), shop.clock()
    shop.clock.now += 60
    stricter = {**PURPOSES, "purposes": [{"key": "ads", "gpc": True}]}
    publish(shop, attributes={"consent": stricter})
    shop.house.published.refresh()
    shop.clock.now += 60
    told = mine("POST", f"{HERE}/consent/why", {"profile": ada, "purpose": "ads", "at": moment(then + 1)}).get_json()
    assert (told["allowed"], told["now"]["allowed"]) == (True, False)
    assert told["purposes"][0]["entry"] == "US"
    assert told["release"] != told["now"]["release"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"purpose": "ads"}, 422),
        ({"profile": "nobody", "purpose": "ads"}, 404),
        ({"profile": "{ada}", "purpose": "ads", "event": "x"}, 422),
        ({"profile": "{ada}", "attribute": "profile.nothing"}, 422),
        ({"profile": "{ada}", "event": "Nothing"}, 422),
        ({"profile": "{ada}", "segment": "nothing"}, 404),
    ],
)
def test_a_wrong_question_is_refused(described: Shop, asked: dict[str, Any], status: int) -> None:
    act(described, ads=True)
    ada = profile_of(described)
    told = {name: ada if value == "{ada}" else value for name, value in asked.items()}
    assert officer(described)("POST", f"{HERE}/consent/why", told).status_code == status
