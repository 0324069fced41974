"""Keys over the wire: issued once, rotated, ended; use is noted off the hot path."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event

from tests.service.conftest import Shop
from tests.service.people import Caller, holder, join, nobody, signed_in

KEYS = "/v1/manage/keys"
BODY = {"layout": "home", "person": {"anonymous_id": "x"}}


def admin_of(shop: Shop) -> Caller:
    return signed_in(shop.app, join(shop.app, "root", "admin"), shop.clock())


def asks(shop: Shop, secret: str) -> int:
    """The status of an ask for a page with this key."""
    return holder(shop.app, secret)("POST", "/v1/assemble", BODY).status_code


def at(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


def issue(shop: Shop, admin: Caller, **more: Any) -> str:
    answer = admin("POST", KEYS, {"name": "site", "scopes": ["deliver"], **more})
    assert answer.status_code == 201, answer.text
    secret: str = answer.get_json()["secret"]
    return secret


def test_a_key_is_issued_listed_and_ended(shop: Shop) -> None:
    admin = admin_of(shop)
    secret = issue(shop, admin)
    assert asks(shop, secret) == 200
    listed = admin("GET", KEYS)
    told = next(one for one in listed.get_json()["items"] if one["name"] == "site")
    assert (told["scopes"], told["roles"], told["secrets"][0]["hint"]) == (["deliver"], [], secret[-4:])
    assert secret not in listed.text
    assert admin("POST", KEYS, {"name": "site", "scopes": ["deliver"]}).status_code == 409
    assert admin("DELETE", f"{KEYS}/site").status_code == 204
    assert asks(shop, secret) == 401
    assert admin("GET", f"{KEYS}/site").status_code == 404


def test_a_key_ends_at_its_moment(shop: Shop) -> None:
    admin = admin_of(shop)
    secret = issue(shop, admin, ends_at=at(shop.clock() + 60))
    assert asks(shop, secret) == 200
    shop.clock.forward(60)
    shop.house.keys.refresh()
    assert asks(shop, secret) == 401


def test_two_secrets_work_until_the_old_one_is_called_off(shop: Shop) -> None:
    admin = admin_of(shop)
    old = issue(shop, admin)
    new = admin("POST", f"{KEYS}/site/rotate").get_json()["secret"]
    assert (asks(shop, old), asks(shop, new)) == (200, 200)
    assert admin("POST", f"{KEYS}/site/rotate", {}).status_code == 409
    assert admin("DELETE", f"{KEYS}/site/old").status_code == 204
    assert (asks(shop, old), asks(shop, new)) == (401, 200)
    newest = admin("POST", f"{KEYS}/site/rotate", {"old_ends_at": at(shop.clock() + 60)}).get_json()["secret"]
    assert (asks(shop, new), asks(shop, newest)) == (200, 200)
    shop.clock.forward(61)
    shop.house.keys.refresh()
    assert (asks(shop, new), asks(shop, newest)) == (401, 200)


def test_use_is_noted_once_a_minute_and_not_by_the_request(shop: Shop) -> None:
    admin = admin_of(shop)
    secret = issue(shop, admin)

    def used() -> float | None:
        moment: float | None = admin("GET", f"{KEYS}/site").get_json()["secrets"][0]["used_at"]
        return moment

    first = shop.clock()
    for _ in range(3):
        asks(shop, secret)
    assert used() is None, "a request writes nothing"
    shop.house.keys.refresh()
    assert used() == first
    shop.clock.forward(30)
    asks(shop, secret)
    shop.house.keys.refresh()
    assert used() == first
    shop.clock.forward(30)
    asks(shop, secret)
    shop.house.keys.refresh()
    assert used() == first + 60
    shop.clock.forward(600)
    shop.house.keys.refresh()
    assert used() == first + 60, "whoever asks nothing uses nothing"


def test_what_cannot_be_a_key_is_not_even_looked_for(shop: Shop) -> None:
    """A flood of nonsense costs no hop to the database."""
    looks: list[str] = []
    event.listen(shop.house.database.engine, "before_cursor_execute", lambda *told: looks.append(told[2]))
    for wrong in ("", "nonsense", "intarsia_" + "A" * 38, "Basic", "x" * 5000):
        assert nobody(shop.app)("POST", "/v1/assemble", BODY, Authorization=f"Bearer {wrong}").status_code == 401
    assert looks == []
    assert asks(shop, "int_of-the-first-version") == 401
    assert sum(look.startswith("SELECT") for look in looks) == 1


def test_scopes_and_roles_are_named_when_they_are_wrong(shop: Shop) -> None:
    admin = admin_of(shop)
    for body in (
        {"name": "x", "scopes": ["delivr"]},
        {"name": "x", "scopes": []},
        {"name": "x/y", "scopes": ["deliver"]},
        {"name": "x", "scopes": ["deliver"], "ends_at": "2030-01-01T00:00:00"},
        {"name": "x", "scopes": ["deliver"], "ends": "2030"},
    ):
        assert admin("POST", KEYS, body).status_code == 422, body
    assert admin("POST", KEYS, {"name": "x", "scopes": ["manage"], "roles": ["editr"]}).status_code == 404
