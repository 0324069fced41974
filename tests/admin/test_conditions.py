"""What did not change is not sent again, and nobody writes over what they have not read."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from connectors.webhooks.tables import webhooks
from storage import Database

from .conftest import Editor
from .test_webhooks import HOOK


@pytest.fixture
def shop(world: Editor) -> Editor:
    """A module, a release that waits, a webhook."""
    body = {"type": "hero", "locales": {"en": {"heading": "Hello"}}}
    assert world("PUT", "/modules/hello", body).status_code == 201
    return world


READ = (
    "/modules",
    "/modules?include=1&fields=body",
    "/modules/hello?include=1",
    "/modules/hello/history",
    "/modules/hello/usage",
    "/search?q=hello",
    "/types/hero/schema",
    "/types/hero/sample",
    "/releases",
    "/webhooks",
    "/topics",
    "/audit",
)


@pytest.mark.parametrize("path", READ)
def test_an_answer_that_did_not_change_is_not_sent_again(shop: Editor, path: str) -> None:
    first = shop("GET", path)
    tag = first.headers["ETag"]
    assert first.status_code == 200 and tag.startswith('"'), "a strong one: byte for byte the same"
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= set(first.vary)
    again = shop("GET", path, If_None_Match=tag)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert shop("GET", path, If_None_Match='"other"').data == first.data
    assert shop("HEAD", path).headers["ETag"] == tag


@pytest.mark.parametrize("path", ["/modules", "/modules/hello?include=1", "/modules/hello/history", "/audit"])
def test_one_that_did_change_is_sent(shop: Editor, path: str) -> None:
    tag = shop("GET", path).headers["ETag"]
    shop("PUT", "/modules/hello", {"type": "hero", "locales": {"en": {"heading": "Other"}}})
    again = shop("GET", path, If_None_Match=tag)
    assert again.status_code == 200 and again.headers["ETag"] != tag


def test_content_keeps_the_tag_of_its_bytes(shop: Editor) -> None:
    item = shop("GET", "/modules/hello?fields=digest").json["item"]
    plain = shop("GET", "/modules/hello")
    assert plain.headers["ETag"] == f'"{item["digest"]}"'
    assert {"Authorization", "Cookie"} <= set(plain.vary)
    assert shop("GET", "/modules/hello", If_None_Match=plain.headers["ETag"]).status_code == 304


def test_refusals_and_what_was_written_get_no_tag(shop: Editor) -> None:
    assert "ETag" not in shop("GET", "/modules?limit=0").headers
    assert "ETag" not in shop("POST", "/webhooks", HOOK).headers
    assert "ETag" not in shop("GET", "/audit/export").headers


def test_a_release_that_fell_behind_the_drafts_is_sent_again_and_can_still_be_edited(shop: Editor) -> None:
    """Whether it is behind is no part of what an edit acts on."""
    wish = {"kind": "modules", "key": "hello"}
    release = shop("POST", "/releases", {"name": "One", "changes": [wish]}).json["id"]
    first = shop("GET", f"/releases/{release}")
    tag = first.headers["ETag"]
    assert shop("GET", f"/releases/{release}", If_None_Match=tag).status_code == 304
    shop("PUT", "/modules/hello", {"type": "hero", "locales": {"en": {"heading": "Other"}}})
    again = shop("GET", f"/releases/{release}", If_None_Match=tag)
    assert (again.status_code, again.json["changes"][0]["behind"]) == (200, True)
    assert shop("PATCH", f"/releases/{release}", {"name": "Two"}, If_Match=tag).status_code == 200
    assert shop("PATCH", f"/releases/{release}", {"name": "Three"}, If_Match=tag).status_code == 412
    assert shop("PATCH", f"/releases/{release}", {"name": "Three"}).status_code == 200


def test_two_people_do_not_change_one_webhook_unseen(shop: Editor, database: Database) -> None:
    path = f"/webhooks/{shop('POST', '/webhooks', HOOK).json['id']}"
    read = shop("GET", path).headers["ETag"]
    with database.write() as connection:
        connection.execute(update(webhooks).values(failures=3))
    assert shop("GET", path, If_None_Match=read).status_code == 200, "how the sending goes is told"
    mine = shop("PATCH", path, {"description": "my"}, If_Match=read)
    assert mine.status_code == 200, "and makes no edit stale"
    assert shop("PATCH", path, {"description": "mine"}, If_Match=mine.headers["ETag"]).status_code == 200
    late = shop("PATCH", path, {"description": "yours"}, If_Match=read)
    assert late.status_code == 412 and path[1:] in late.json["detail"]
    assert shop("DELETE", path, If_Match=read).status_code == 412
    assert shop("GET", path).json["description"] == "mine"
    now = shop("GET", path).headers["ETag"]
    assert shop("PATCH", path, {"active": False}, If_Match=f'"nothing", {now}').status_code == 200
    assert shop("PATCH", path, {"active": True}, If_Match="*").status_code == 200
    assert shop("DELETE", path, If_Match=shop("GET", path).headers["ETag"]).status_code == 204
    assert shop("DELETE", path, If_Match="*").status_code == 404
