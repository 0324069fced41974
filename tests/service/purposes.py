"""The shop with described purposes: an advert with a personal place, segments that need them; short ways to ask."""

from __future__ import annotations

from typing import Any

from profiles import records
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
