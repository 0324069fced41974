"""Four eyes: a story of an editorial office, and every way around it that is closed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from accounts import Scope
from tests.service.conftest import Shop
from tests.service.people import Caller, holder, join, signed_in

MANAGE = "/v1/manage"


def tip(english: str, german: str) -> dict[str, Any]:
    return {"type": "tip", "locales": {"en": {"heading": english}, "de": {"heading": german}}}


TYPE = {"title": "Tip", "fields": {"heading": {"kind": "text", "role": "heading", "required": True}}}


class Office:
    """Dora writes, Ada approves, Eve edits and publishes, Max may everything."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        roles = {
            "dora": ["author"],
            "ada": ["approver"],
            "eve": ["editor"],
            "max": ["admin"],
            "both": ["author", "approver"],
        }
        self.people = {
            name: signed_in(shop.app, join(shop.app, name, *some), shop.clock()) for name, some in roles.items()
        }

    def __call__(self, who: str | Caller, method: str, path: str, body: Any = None, expect: int = 200) -> Any:
        """One request of somebody, and what it must come to."""
        caller = self.people[who] if isinstance(who, str) else who
        answer = caller(method, MANAGE + path, body)
        assert answer.status_code == expect, answer.text
        return answer.get_json() if answer.data else None

    def release(self, who: str, *changes: dict[str, Any], submit: bool = True) -> str:
        """A release of somebody that waits for review."""
        made = self(who, "POST", "/releases", {"name": "Tips", "changes": list(changes)}, expect=201)
        if submit:
            self(who, "POST", f"/releases/{made['id']}/submit", {})
        name: str = made["id"]
        return name

    def published(self, kind: str = "modules", key: str = "tip-tea") -> Any:
        """What is served of a piece of content, None for nothing."""
        house = self.shop.house
        served = house.releases.published()
        digest = house.releases.held(served.id if served else None, [(kind, key)]).get((kind, key))
        return json.loads(house.contents.content([digest])[digest]) if digest else None


@pytest.fixture
def office(open_shop: Callable[..., Shop]) -> Office:
    open_shop()
    office = Office(open_shop(approval=True))
    office("max", "PUT", "/types/tip", TYPE, expect=201)
    wanted = office.release("max", {"kind": "types", "key": "tip"})
    office("ada", "POST", f"/releases/{wanted}/approve", {})
    office("eve", "POST", f"/releases/{wanted}/publish", {})
    return office


TEA = {"kind": "modules", "key": "tip-tea"}


def test_a_german_tip_goes_from_its_author_to_the_public(office: Office) -> None:
    both = tip("Warm the pot", "Kanne wärmen")
    office("dora", "PUT", "/modules/tip-tea", both, expect=201)
    office("dora", "POST", "/modules/tip-tea/publish", {}, expect=403)
    wanted = office.release("dora", {**TEA, "locales": ["de", "*"]})
    assert [one["id"] for one in office("ada", "GET", "/releases?status=in-review")["items"]] == [wanted]
    about = {"text": "@dora: erst die Kanne?", "pointer": "/locales/de/heading"}
    said = office("ada", "POST", "/modules/tip-tea/comments", about, expect=201)
    office("ada", "POST", f"/releases/{wanted}/send-back", {"note": "see the comment"})
    assert [one["text"] for one in office("dora", "GET", "/comments?resolved=false")["items"]] == [about["text"]]
    office("dora", "PUT", "/modules/tip-tea", tip("Warm the pot", "Erst die Kanne wärmen"))
    office("dora", "PATCH", f"/comments/{said['id']}", {"resolved": True})
    office("dora", "POST", f"/releases/{wanted}/refresh", {})
    office("dora", "POST", f"/releases/{wanted}/submit", {})
    office("eve", "POST", f"/releases/{wanted}/publish", {}, expect=409)
    office("ada", "POST", f"/releases/{wanted}/approve", {})
    office("dora", "POST", f"/releases/{wanted}/publish", {}, expect=403)
    office("eve", "POST", f"/releases/{wanted}/publish", {})
    assert office.published()["locales"] == {"de": {"heading": "Erst die Kanne wärmen"}}
    told = office("max", "GET", f"/audit?what=releases/{wanted}")["items"]
    assert [(one["who"], one["action"].removeprefix("release.")) for one in told[::-1]] == [
        ("dora", "create"), ("dora", "change"), ("dora", "submit"), ("ada", "reopen"), ("dora", "change"),
        ("dora", "submit"), ("ada", "approve"), ("eve", "publish"),
    ]  # fmt: skip


def test_nobody_approves_what_they_wrote(office: Office) -> None:
    office("both", "PUT", "/modules/tip-tea", tip("Mine", "Meins"), expect=201)
    wanted = office.release("dora", TEA)
    refused = office("both", "POST", f"/releases/{wanted}/approve", {}, expect=403)
    assert refused["errors"][0]["field"] == "/modules/tip-tea"
    office("ada", "POST", f"/releases/{wanted}/approve", {})


def test_nor_when_somebody_else_wrote_the_last_word(office: Office) -> None:
    office("both", "PUT", "/modules/tip-tea", tip("Mine", "Meins"), expect=201)
    office("dora", "PUT", "/modules/tip-tea", tip("Mine", "Meines"))
    wanted = office.release("dora", TEA)
    office("both", "POST", f"/releases/{wanted}/approve", {}, expect=403)


def test_nor_what_went_out_with_another_language_only(office: Office) -> None:
    """German was approved and published; the French of the same revision never was."""
    office("both", "PUT", "/modules/tip-tea", tip("Mine", "Meins"), expect=201)
    german = office.release("dora", {**TEA, "locales": ["de", "*"]})
    office("ada", "POST", f"/releases/{german}/approve", {})
    office("eve", "POST", f"/releases/{german}/publish", {})
    english = office.release("dora", {**TEA, "locales": ["en"]})
    office("both", "POST", f"/releases/{english}/approve", {}, expect=403)


def test_what_others_agreed_to_is_nobodys_own_any_more(office: Office) -> None:
    office("both", "PUT", "/modules/tip-tea", tip("Mine", "Meins"), expect=201)
    first = office.release("dora", TEA)
    office("ada", "POST", f"/releases/{first}/approve", {})
    office("eve", "POST", f"/releases/{first}/publish", {})
    office("dora", "PUT", "/modules/tip-tea", tip("Ours", "Unseres"))
    second = office.release("dora", TEA)
    office("both", "POST", f"/releases/{second}/approve", {})


def test_a_key_is_the_person_who_issued_it(office: Office) -> None:
    key = {"name": "max-ci", "scopes": ["manage"], "roles": ["admin"]}
    secret = office("max", "POST", "/keys", key, expect=201)["secret"]
    robot = holder(office.shop.app, secret)
    office("max", "PUT", "/modules/tip-tea", tip("Mine", "Meins"), expect=201)
    wanted = office.release("dora", TEA)
    office(robot, "POST", f"/releases/{wanted}/approve", {}, expect=403)
    office(robot, "PUT", "/modules/tip-two", tip("By a robot", "Von einem Roboter"), expect=201)
    other = office.release("dora", {"kind": "modules", "key": "tip-two"})
    office("max", "POST", f"/releases/{other}/approve", {}, expect=403)


def test_taking_away_is_the_work_of_who_asks_for_it(office: Office) -> None:
    office("dora", "PUT", "/modules/tip-tea", tip("Here", "Hier"), expect=201)
    first = office.release("dora", TEA)
    office("ada", "POST", f"/releases/{first}/approve", {})
    office("eve", "POST", f"/releases/{first}/publish", {})
    away = office.release("both", {**TEA, "action": "unpublish"})
    office("both", "POST", f"/releases/{away}/approve", {}, expect=403)
    office("ada", "POST", f"/releases/{away}/approve", {})


@pytest.mark.parametrize("who", ["eve", "max"])
def test_there_is_no_way_around(office: Office, who: str) -> None:
    """Whatever makes something public is refused as long as nobody approved it, to editors and admins alike."""
    office("dora", "PUT", "/modules/tip-tea", tip("Here", "Hier"), expect=201)
    waiting = office.release(who, TEA, submit=False)
    due = {"at": "2030-01-01T09:00", "zone": "UTC"}
    for path, body in (
        ("/releases", {"name": "All", "publish": True}),
        ("/modules/tip-tea/publish", {}),
        ("/modules/tip-tea/publish", {"locales": ["de", "*"]}),
        (f"/releases/{waiting}/publish", {}),
        (f"/releases/{waiting}/schedule", due),
    ):
        refused = office(who, "POST", path, body, expect=409)
        assert "approve" in refused["detail"], path
    assert office.published() is None
    approved = office.release("dora", TEA)
    office("ada", "POST", f"/releases/{approved}/approve", {})
    office(who, "POST", f"/releases/{approved}/changes", {"changes": [{"kind": "types", "key": "tip"}]}, expect=409)
    office(who, "POST", f"/releases/{approved}/reopen", {})
    office(who, "POST", f"/releases/{approved}/publish", {}, expect=409)
    assert office.published() is None


def test_going_back_needs_nobody(office: Office) -> None:
    office("dora", "PUT", "/modules/tip-tea", tip("Here", "Hier"), expect=201)
    wanted = office.release("dora", TEA)
    office("ada", "POST", f"/releases/{wanted}/approve", {})
    office("eve", "POST", f"/releases/{wanted}/publish", {})
    office("eve", "POST", "/releases/rollback", {})
    assert office.published() is None


def test_who_asked_for_four_eyes_later_is_heard(open_shop: Callable[..., Shop]) -> None:
    """A release that was approved by its author before counts as approved by nobody."""
    before = Office(open_shop())
    before("max", "PUT", "/rules/tea", {"title": "Tea", "logic": {"==": [1, 1]}}, expect=201)
    wanted = before.release("max", {"kind": "rules", "key": "tea"})
    before("max", "POST", f"/releases/{wanted}/approve", {})
    after = open_shop(approval=True)
    secret = after.house.keys.issue("boss", [Scope.MANAGE], after.clock(), by="(cli)", roles=["admin"])
    boss = holder(after.app, secret)
    refused = boss("POST", f"{MANAGE}/releases/{wanted}/publish", {})
    assert refused.status_code == 403 and "had a hand in" in refused.get_json()["detail"]
