"""What people ask about their data, over the management API."""

from __future__ import annotations

import io
from typing import Any
from zipfile import ZipFile

import pytest
from jsonschema import Draft202012Validator

from accounts import RoleBook, parse_grants
from tests.service.conftest import Shop
from tests.service.people import Caller, holder, join, signed_in

HERE = "/v1/manage/people"
ASKED = {"asked_by": "Ada, on the telephone"}


@pytest.fixture
def admin(shop: Shop) -> Caller:
    """Who may everything."""
    return holder(shop.app, shop.secrets["all"])


@pytest.fixture
def ada(shop: Shop, admin: Caller) -> str:
    """Somebody who consented and bought coffee."""
    shop.consent("ada")
    shop.track("Order Completed", "ada", total=5, products=[{"product_id": "c", "category": "Coffee"}])
    return str(admin("POST", f"{HERE}/find", {"anonymous_id": "ada"}).get_json()["profile_id"])


def take_down(admin: Caller, profile: str, kind: str, **more: Any) -> Any:
    answer = admin("POST", f"{HERE}/requests", {"profile_id": profile, "kind": kind, **ASKED, **more})
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def test_everything_is_handed_out_in_both_forms(admin: Caller, ada: str) -> None:
    made = take_down(admin, ada, "export")
    done = admin("POST", f"{HERE}/requests/{made['id']}/carry-out").get_json()
    told = admin("GET", f"{HERE}/{ada}/export").get_json()
    Draft202012Validator(admin("GET", f"{HERE}/export-schema").get_json()).validate(told)
    found = {name: len(rows) for name, rows in told["stores"].items()}
    assert done["proof"]["found"] == found
    assert found["events"] >= 2
    archive = admin("GET", f"{HERE}/{ada}/export?format=csv")
    assert archive.content_type == "application/zip"
    with ZipFile(io.BytesIO(archive.data)) as tables:
        assert {f"{name}.csv" for name in found} < set(tables.namelist())
        assert b"Order Completed" in tables.read("events.csv")


def test_a_request_is_due_in_a_month_and_late_afterwards(shop: Shop, admin: Caller, ada: str) -> None:
    made = take_down(admin, ada, "rectify", traits={"size": "l"})
    # 15 June 2025, the clock's day, and 15 July.
    assert made["due_at"] - made["received_at"] == 30 * 86_400
    later = take_down(admin, ada, "restrict")
    assert admin("POST", f"{HERE}/requests/{later['id']}/extend", {"reason": "many"}).get_json()["extended"] == "many"
    assert admin("POST", f"{HERE}/requests/{later['id']}/extend", {"reason": "more"}).status_code == 409
    shop.clock.forward(31 * 86_400)
    late = admin("GET", f"{HERE}/requests?overdue=true").get_json()["items"]
    assert [(one["id"], one["overdue"], one["asked_by"]) for one in late] == [(made["id"], True, ASKED["asked_by"])]
    first = admin("GET", f"{HERE}/requests?limit=1").get_json()
    rest = admin("GET", f"{HERE}/requests?limit=1&after={first['next']}").get_json()
    assert [first["items"][0]["id"], rest["items"][0]["id"], rest["next"]] == [made["id"], later["id"], None]
    assert admin("POST", f"{HERE}/requests/{made['id']}/refuse", {"reason": "not so"}).get_json()["state"] == "refused"
    assert admin("POST", f"{HERE}/requests/{made['id']}/carry-out").status_code == 409


def test_who_is_erased_is_a_stranger_at_once_and_refused_when_they_come_again(
    shop: Shop, admin: Caller, ada: str
) -> None:
    assert shop.home("ada")["slots"]
    made = take_down(admin, ada, "erase")
    done = admin("POST", f"{HERE}/requests/{made['id']}/carry-out").get_json()
    assert (done["state"], done["profile_id"], done["proof"]["left"]) == ("done", "", 0)
    assert (done["asked_by"], done["details"]) == ("", {})
    assert shop.house.profiles.raw("anon:ada")[0] is None
    assert admin("GET", f"{HERE}/{ada}/export").status_code == 404
    assert shop.track("Order Completed", "ada", total=5).get_json()["receipts"][0]["status"] == "erased"
    figures = admin("GET", "/v1/manage/data-quality").get_json()["items"]
    assert next(one["erased"] for one in figures if one["name"] == "Order Completed") == 1
    assert admin("POST", f"{HERE}/erasures/lift", {"anonymous_id": "bob"}).status_code == 404
    assert admin("POST", f"{HERE}/erasures/lift", {"anonymous_id": "ada"}).status_code == 200
    assert shop.track("Order Completed", "ada", total=5).get_json()["receipts"][0]["status"] == "accepted"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "object"}, "purpose"),
        ({"kind": "rectify"}, "traits"),
        ({"kind": "erase", "purpose": "ads"}, "purpose"),
        ({"kind": "forget"}, "kind"),
        ({"kind": "erase", "asked_by": ""}, "asked_by"),
    ],
)
def test_what_is_missing_or_too_much_is_named(admin: Caller, ada: str, body: dict[str, Any], field: str) -> None:
    answer = admin("POST", f"{HERE}/requests", {"profile_id": ada, **ASKED, **body})
    assert answer.status_code == 422
    assert field in str(answer.get_json()["errors"])


def test_to_carry_out_takes_what_the_kind_takes(shop: Shop, admin: Caller, ada: str) -> None:
    grants = [{"actions": ["profile.request", "profile.export"]}]
    RoleBook(shop.house.database).put("desk", "", parse_grants(grants), by="test", now=1.0)
    desk = signed_in(shop.app, join(shop.app, "desk-one", "desk"), shop.clock())
    erase, export = (take_down(admin, ada, kind)["id"] for kind in ("erase", "export"))
    assert desk("POST", f"{HERE}/requests/{erase}/carry-out").status_code == 403
    done = desk("POST", f"{HERE}/requests/{export}/carry-out")
    assert done.status_code == 200
    assert "asked_by" not in done.get_json(), "that is for who may read profiles"
