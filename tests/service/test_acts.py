"""Every route that changes something leaves its act in the audit log, and routes that only ask leave none.

Whoever adds a route that writes adds a step to one of the stories: the route, what is sent, and the acts it leaves.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from PIL import Image
from werkzeug.test import TestResponse

from accounts import Accounts
from admin.permissions import PERMISSIONS
from modules import Migrations
from storage import read_log
from tests.service.conftest import Shop
from tests.service.matched import meet
from tests.service.people import GOOD, browser, enter, holder
from tests.service.shop import CARD, card

WRITES = {"POST", "PUT", "PATCH", "DELETE"}
HERE = "/v1/manage"
NEWER = "over eight purple bridges"


@dataclass(frozen=True)
class Step:
    """One request, the acts that it leaves, and what of its answer the next ones need."""

    route: str
    body: Any = None
    acts: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    keep: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


BULK_SAVE = {"op": "save", "kind": "modules", "key": "news", "content": card("One", tags=["hero"])}
PEOPLE = [
    Step("POST /accounts", {"name": "zoe", "roles": ["author"]}, ("account.created", "account.link")),
    Step("PATCH /accounts/{name}", {"roles": ["editor"]}, ("account.changed",), {"name": "zoe"}),
    Step("POST /accounts/{name}/link", {}, ("account.link",), {"name": "zoe"}, {"token": "token"}),
    Step("POST /session/link", {"token": "{token}", "password": GOOD}, ("account.changed",)),
    Step("DELETE /accounts/{name}/totp", None, ("account.changed",), {"name": "otto"}),
    Step("PUT /roles/{name}", {"grants": [{"actions": ["content.read"]}]}, ("role.changed",), {"name": "reader"}),
    Step("DELETE /roles/{name}", None, ("role.deleted",), {"name": "reader"}),
    Step("POST /keys", {"name": "shop-key", "scopes": ["deliver"]}, ("key.issued",)),
    Step("POST /keys/{name}/rotate", {}, ("key.rotated",), {"name": "shop-key"}),
    Step("DELETE /keys/{name}/old", None, ("key.rotated",), {"name": "shop-key"}),
    Step("DELETE /keys/{name}", None, ("key.revoked",), {"name": "shop-key"}),
]
CONTENT = [
    Step("PUT /{kind}/{key}", card("One", tags=["hero"]), ("content.save",)),
    Step("PUT /{kind}/{key}", card("Two", tags=["hero"]), ("content.save",)),
    Step("PUT /{kind}/{key}", card("Two", tags=["hero"])),
    Step("POST /{kind}/{key}/restore", {"version": 1}, ("content.restore",)),
    Step("POST /{kind}/{key}/merge", {"base": 1, "body": card("Three", tags=["hero"])}),
    Step("POST /{kind}/{key}/comments", {"text": "Nice", "pointer": "/locales/en/heading"}, ("comment.added",), {},
         {"comment": "id"}),
    Step("PATCH /comments/{comment}", {"text": "Very nice"}, ("comment.edited",)),
    Step("PATCH /comments/{comment}", {"resolved": True}, ("comment.resolved",)),
    Step("DELETE /comments/{comment}", None, ("comment.deleted",)),
    Step("POST /{kind}/{key}/publish", {}, ("release.publish",)),
    Step("POST /{kind}/{key}/unpublish", {}, ("release.publish",)),
    Step("POST /{kind}/{key}/archive", {}, ("content.archive",)),
    Step("POST /{kind}/{key}/unarchive", {}, ("content.unarchive",)),
    Step("POST /archive", {"names": ["modules/news"]}, ("content.archive",)),
    Step("POST /unarchive", {"names": ["modules/news"]}, ("content.unarchive",)),
    Step("POST /delete", {"names": ["modules/news"]}, ("content.delete",)),
    Step("POST /bulk", {"operations": [BULK_SAVE, {**BULK_SAVE, "key": "news-2"}, {**BULK_SAVE, "key": "no news"}]},
         ("content.save", "content.save")),
    Step("POST /bulk", {"atomic": True, "operations": [{"op": "delete", "kind": "modules", "key": "news"},
                                                       {"op": "archive", "kind": "modules", "key": "news-2"}]},
         ("content.archive", "content.delete")),
    Step("PUT /{kind}/{key}", card("One", tags=["hero"]), ("content.save",)),
    Step("DELETE /{kind}/{key}", None, ("content.delete",)),
    Step("POST /validate", {}),
    Step("POST /explain", {"module": "hero", "person": {"anonymous_id": "ada"}}),
    Step("POST /could-see", {"layout": "home", "slot": "hero", "logic": True}),
]  # fmt: skip
RELEASES = [
    Step("PUT /{kind}/{key}", card("One", tags=["hero"]), ("content.save",)),
    Step("POST /releases", {"name": "Spring"}, ("release.create",), {}, {"release": "id"}),
    Step("PATCH /releases/{release}", {"name": "Spring offers"}, ("release.change",)),
    Step("POST /releases/{release}/changes", {"changes": [{"kind": "modules", "key": "news"}]}, ("release.change",)),
    Step("PUT /{kind}/{key}", card("Two", tags=["hero"]), ("content.save",)),
    Step("POST /releases/{release}/refresh", {}, ("release.change",)),
    Step("POST /releases/{release}/validate", {}),
    Step("POST /releases/{release}/submit", {}, ("release.submit",)),
    Step("POST /releases/{release}/send-back", {"note": "not yet"}, ("release.reopen",)),
    Step("POST /releases/{release}/submit", {}, ("release.submit",)),
    Step("POST /releases/{release}/approve", {}, ("release.approve",)),
    Step("POST /releases/{release}/schedule", {"at": "2030-01-01T09:00", "zone": "Europe/Berlin"},
         ("release.schedule",)),
    Step("POST /releases/{release}/reopen", {}, ("release.reopen",)),
    Step("POST /releases/{release}/changes/drop", {"changes": [{"kind": "modules", "key": "news"}]},
         ("release.change",)),
    Step("POST /releases/{release}/changes", {"changes": [{"kind": "modules", "key": "news"}]}, ("release.change",)),
    Step("POST /releases/{release}/publish", {}, ("release.publish",)),
    Step("POST /releases/rollback", {}, ("release.roll-back",)),
    Step("POST /releases", {"name": "Never"}, ("release.create",), {}, {"release": "id"}),
    Step("POST /releases/{release}/cancel", {}, ("release.cancel",)),
    Step("POST /previews", {"release": "drafts"}, ("preview.shared",), {}, {"preview": "id"}),
    Step("DELETE /previews/{preview}", None, ("preview.revoked",)),
]  # fmt: skip
WEBHOOKS = [
    Step("POST /webhooks", {"url": "http://127.0.0.1:9/", "topics": ["*"]}, ("webhook.create",), {},
         {"webhook": "id"}),
    Step("PATCH /webhooks/{webhook}", {"active": False}, ("webhook.change",)),
    Step("POST /webhooks/{webhook}/secret", {}, ("webhook.rotate",)),
    Step("POST /webhooks/{webhook}/ping", None, ("webhook.ping",)),
    Step("POST /webhooks/{webhook}/replay", {"after": 0}, ("webhook.replay",)),
    Step("POST /webhooks/{webhook}/redrive", {}, ("webhook.redrive",)),
    Step("DELETE /webhooks/{webhook}", None, ("webhook.delete",)),
]  # fmt: skip
QUARANTINE = [
    Step("POST /quarantine/{seq}/redrive", {}, (), {"seq": "1"}),
    Step("POST /quarantine/{seq}/redrive", {"properties": {"total": 5}}, ("event.redrive",)),
    Step("POST /quarantine/{seq}/redrive", {}),
    Step("POST /quarantine/redrive", {"ids": [2], "properties": {"2": {"total": 5}}}, ("event.redrive",)),
    Step("POST /quarantine/discard", {"ids": [2, 3]}, ("event.discard",)),
    Step("POST /quarantine/discard", {"ids": [3]}),
]
JOINED = {"reason": "one person", "profile_id": "{profile_id}", "other": "{other}"}
CUT = {"links": ["{link}"], "reason": "a shared tablet"}
TRIGGERS = [Step("POST /people/triggers/replay", {"trigger": "cart-left"}, ("trigger.replay",))]
PROFILES = [
    Step("POST /people/find", {"user_id": "bob"}, (), {}, {"other": "profile_id"}),
    Step("POST /people/find", {"user_id": "ann"}, (), {}, {"profile_id": "profile_id"}),
    Step("POST /people/merge", JOINED, ("profile.merge",)),
    Step("POST /people/{profile_id}/split", {"links": ["hand-1"], "reason": "two after all"}, ("profile.split",)),
    Step("POST /people/{profile_id}/split", CUT, ("profile.split",)),
    Step("POST /people/{profile_id}/rejoin", {"links": CUT["links"]}, ("profile.rejoin",)),
    Step("POST /people/{profile_id}/consent", {"purpose": "ads", "state": "denied"}, ("profile.consent",)),
    Step("POST /people/consent/why", {"profile": "{profile_id}", "purpose": "ads"}),
]
LISTS = [
    Step("PUT /people/lists/{key}", {"user_ids": ["ann", "bob"]}, ("list.replaced",), {"key": "vip"}),
    Step("POST /people/lists/{key}/add", {"anonymous_ids": ["x"]}, ("list.added",), {"key": "vip"}),
    Step("POST /people/lists/{key}/remove", {"user_ids": ["bob"]}, ("list.removed",), {"key": "vip"}),
    Step("DELETE /people/lists/{key}", None, ("list.deleted",), {"key": "vip"}),
    Step("POST /people/segments/preview", {"logic": True}),
]
ASKED = {"profile_id": "{profile_id}", "asked_by": "Ann, by mail"}
REQUESTS = [
    Step("POST /people/find", {"user_id": "ann"}, (), {}, {"profile_id": "profile_id"}),
    Step("POST /people/requests", {**ASKED, "kind": "export"}, ("person.receive",), {}, {"seq": "id"}),
    Step("POST /people/requests/{seq}/extend", {"reason": "many"}, ("person.extend",)),
    Step("POST /people/requests/{seq}/carry-out", None, ("person.export.done",)),
    Step("POST /people/requests", {**ASKED, "kind": "restrict"}, ("person.receive",), {}, {"seq": "id"}),
    Step("POST /people/requests/{seq}/refuse", {"reason": "no reason"}, ("person.restrict.refused",)),
    Step("POST /people/requests", {**ASKED, "kind": "erase"}, ("person.receive",), {}, {"seq": "id"}),
    Step("POST /people/requests/{seq}/carry-out", None, ("person.erase.done",)),
    Step("POST /people/erasures/lift", {"user_id": "ann"}, ("person.lift",)),
]
MATCHES = [
    Step("POST /people/matches/{seq}/refuse", {"reason": "two"}, ("match.refuse",), {"seq": "1"}),
    Step("POST /people/matches/{seq}/accept", {"reason": "one"}, ("match.accept", "profile.merge")),
]
STORIES = {
    "matches": MATCHES,
    "lists": LISTS,
    "profiles": PROFILES,
    "triggers": TRIGGERS,
    "requests": REQUESTS,
    "people": PEOPLE,
    "content": CONTENT,
    "releases": RELEASES,
    "webhooks": WEBHOOKS,
    "quarantine": QUARANTINE,
}
OWN = {
    "POST /session",
    "PUT /session/password",
    "POST /session/totp",
    "POST /session/totp/confirm",
    "POST /session/totp/off",
    "DELETE /session",
    "DELETE /sessions",
    "DELETE /sessions/{session_id}",
    "POST /assets",
    "POST /types/{key}/migrations",
    "POST /types/{key}/migrations/{migration}/revert",
}
"""Routes that the last tests walk through."""


def acts(shop: Shop) -> list[str]:
    with shop.house.database.read() as connection:
        return [row.action for row in read_log(connection, limit=500, oldest=True)]


def filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: filled(inner, values) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, values) for inner in value]
    return values.get(value[1:-1], value) if isinstance(value, str) and value[:1] == "{" else value


def test_every_route_that_writes_is_walked_through() -> None:
    writing = {route.replace(HERE, "", 1) for route in PERMISSIONS if route.split(" ")[0] in WRITES and HERE in route}
    walked = {step.route for story in STORIES.values() for step in story} | OWN
    assert not writing - walked, "add a step for each of these routes to a story in this file"
    assert not walked - writing, "there are no such routes"


@pytest.mark.network
@pytest.mark.enable_socket
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_each_step_leaves_its_acts(open_shop: Callable[..., Shop], story: list[Step]) -> None:
    shop = open_shop(webhook_private=True)
    Accounts(shop.house.database).add("otto", ["author"], by="test", now=1.0)
    for _ in range(3):
        assert shop.track("Order Completed", total="much").get_json()["receipts"][0]["status"] == "quarantined"
    assert shop.post("/v1/identify", {"messageId": "ann", "userId": "ann", "anonymousId": "a1"}).status_code == 200
    assert shop.post("/v1/identify", {"messageId": "bob", "userId": "bob"}).status_code == 200
    assert shop.post("/v1/identify", {"messageId": "ann", "userId": "ann"}).status_code == 200
    assert meet(shop) == 1
    caller = holder(shop.app, shop.secrets["all"])
    (link,) = shop.house.identities.links(shop.house.profiles.find("user:ann"))
    values = {"kind": "modules", "key": "news", "link": link.id}
    for step in story:
        values |= step.values
        method, path = step.route.split(" ")
        path = "/".join(str(values.get(part[1:-1], part)) if part[:1] == "{" else part for part in path.split("/"))
        before = acts(shop)
        answer = caller(method, HERE + path, filled(step.body, values))
        assert answer.status_code < 300, f"{step.route}: {answer.status_code} {answer.text}"
        assert tuple(acts(shop)[len(before) :]) == step.acts, step.route
        values |= {name: answer.get_json()[place] for name, place in step.keep.items()}


def test_signing_in_and_out_and_what_people_do_for_themselves_are_acts(shop: Shop) -> None:
    shop.house.passwords.hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    kept = shop.house.passwords.hash("ann", GOOD)
    Accounts(shop.house.database).add("ann", ["admin"], by="test", now=1.0, password=kept)
    seen = len(acts(shop))

    def leaves(answer: TestResponse, *expected: str) -> TestResponse:
        nonlocal seen
        fresh = acts(shop)[seen:]
        assert tuple(fresh) == expected, answer.text
        seen += len(fresh)
        return answer

    assert leaves(enter(shop, "wrong"), "signin.failed").status_code == 401
    ann = browser(shop, leaves(enter(shop), "signin.ok"))
    told = leaves(ann("POST", f"{HERE}/session/totp", {"password": GOOD})).get_json()
    code = pyotp.TOTP(told["secret"])
    confirmed = ann("POST", f"{HERE}/session/totp/confirm", {"code": code.at(int(shop.clock()))})
    ann = browser(shop, leaves(confirmed, "account.changed"))
    off = {"password": GOOD, "code": code.at(int(shop.clock.forward(60)))}
    ann = browser(shop, leaves(ann("POST", f"{HERE}/session/totp/off", off), "signin.ok", "account.changed"))
    chosen = ann("PUT", f"{HERE}/session/password", {"old": GOOD, "password": NEWER})
    ann = browser(shop, leaves(chosen, "account.changed"))
    other = leaves(enter(shop, NEWER), "signin.ok").get_json()["session"]["id"]
    leaves(ann("DELETE", f"{HERE}/sessions/{other}"), "session.revoked")
    leaves(enter(shop, NEWER), "signin.ok")
    leaves(ann("DELETE", f"{HERE}/sessions"), "session.revoked")
    ann = browser(shop, leaves(enter(shop, NEWER), "signin.ok"))
    leaves(ann("DELETE", f"{HERE}/session"), "session.revoked")


def test_an_upload_is_the_act_of_all_that_it_keeps(shop: Shop) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(picture, "PNG")
    picture.seek(0)
    before = len(acts(shop))
    headers = {"Authorization": f"Bearer {shop.secrets['all']}"}
    form = {"file": (picture, "red.png"), "alt.en": "Red"}
    answer = shop.client.post(f"{HERE}/assets", data=form, headers=headers)
    assert answer.status_code == 201, answer.text
    assert acts(shop)[before:] == ["content.save", "content.save"]


def test_changing_a_type_under_its_modules_is_an_act_when_it_is_asked_for_and_when_it_is_done(shop: Shop) -> None:
    caller, migrations = holder(shop.app, shop.secrets["all"]), Migrations(shop.house.contents, shop.house.database)
    here = f"{HERE}/types/card/migrations"
    wider = {**CARD, "fields": {**CARD["fields"], "price": {"kind": "number", "role": "data"}}}
    before = acts(shop)
    assert caller("POST", here, {"type": wider, "dry_run": True}).status_code == 200
    assert acts(shop) == before, "who only asks changes nothing"
    begun = caller("POST", here, {"type": wider})
    assert begun.status_code == 202, begun.text
    assert acts(shop)[len(before) :] == ["type.migrate"]
    while migrations.work(shop.clock()):
        pass
    done = acts(shop)
    assert "content.migrate" in done[len(before) :]
    undone = caller("POST", f"{here}/{begun.get_json()['id']}/revert", {})
    assert undone.status_code == 202, undone.text
    assert acts(shop)[len(done) :] == ["type.revert"]
