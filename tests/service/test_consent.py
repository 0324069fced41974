"""Consent over HTTP: signals that requests bring, what is kept, who wrote what down, and why something was allowed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from profiles import records
from tests.profiles.consent.bits import Written
from tests.service.conftest import Shop
from tests.service.edge import publish
from tests.service.people import Caller, holder
from tests.service.shop import card

HERE = "/v1/manage/people"
PURPOSES: dict[str, Any] = {
    "purposes": [
        {"key": "ads", "title": "Advertising", "gpc": True, "tcf": [1, 3, 4], "default": {"US": "granted"}},
        {"key": "fraud", "basis": "legitimate_interest"},
        {"key": "delivery", "basis": "contract"},
    ],
    "attributes": [
        {"path": "profile.likes", "type": "string", "purpose": "ads"},
        {"path": "profile.risk", "type": "string", "purpose": "fraud"},
    ],
    "events": [{"type": "Advert Clicked", "purpose": "ads"}],
}
ADVERT = card('For you: {{ profile.likes | default("anything") }}', tags=["hero"], tier=9)
SPORTY = {"title": "Sporty", "logic": {"==": [{"var": "profile.likes"}, "running"]}}
ADMIRERS = {"title": "Open to adverts", "logic": True, "purpose": "ads"}


@pytest.fixture
def described(shop: Shop) -> Shop:
    """The shop with described purposes, an advert with a personal place, and segments that need them."""
    return described_in(shop)


def described_in(shop: Shop) -> Shop:
    publish(shop, attributes={"consent": PURPOSES}, modules={"advert": ADVERT})
    publish(shop, segments={"sporty": SPORTY, "admirers": ADMIRERS})
    shop.house.published.refresh()
    return shop


def send(shop: Shop, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    key = {"Authorization": f"Bearer {shop.secrets['all']}"}
    return shop.client.post(path, json=body, headers={**key, **headers})


def tell(shop: Shop, kind: str, who: str = "ada", *, consent: dict[str, Any] | None = None, **more: Any) -> Any:
    """One call, a second after the one before; the receipt."""
    shop.serial += 1
    shop.clock.now += 1
    context = {"consent": consent} if consent else {}
    headers = more.pop("headers", {})
    context |= more.pop("context", {})
    body = {"messageId": f"t-{shop.serial}", "anonymousId": who, "context": context, **more}
    answer = send(shop, f"/v1/{kind}", body, headers)
    assert answer.status_code == 200, answer.text
    return answer.get_json()["receipts"][0]


def act(shop: Shop, who: str = "ada", **yes: bool) -> None:
    tell(shop, "track", who, event="Segment Consent Preference Updated", consent={"categoryPreferences": yes})


def words(shop: Shop, who: str = "ada", context: dict[str, Any] | None = None, **headers: str) -> str:
    """What the advert says to somebody."""
    body = {"layout": "home", "person": {"anonymous_id": who}, "context": context or {}}
    answer = send(shop, "/v1/assemble", body, headers)
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["slots"])


@pytest.fixture
def moment() -> Callable[[float], str]:
    """A moment as ISO 8601."""
    return lambda at: datetime.fromtimestamp(at, UTC).isoformat()


def officer(shop: Shop) -> Caller:
    return holder(shop.app, shop.secrets["all"])


def profile_of(shop: Shop, who: str = "ada") -> str:
    return str(officer(shop)("POST", f"{HERE}/find", {"anonymous_id": who}).get_json()["profile_id"])


def bodies(shop: Shop, word: str) -> int:
    """How many events of Ada, and her profile, hold a word."""
    profile = shop.house.profiles.get("anon:ada")
    assert profile is not None
    with shop.house.database.read() as connection:
        told = [str(one) for one in records.events_of(connection, profile.id)]
    return sum(word in one for one in [*told, profile.dump().decode()])


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
