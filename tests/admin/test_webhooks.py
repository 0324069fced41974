"""Webhooks over the management API: made, tried out, changed, told again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from connectors import Sender
from storage import Database, Notice, emit
from tests.admin.conftest import Editor
from tests.connectors.receiver import Reply, proves, receiving

HOOK = {"url": "http://127.0.0.1:9/hooks", "topics": ["content.*"], "description": "the shop's cache"}


def made(editor: Editor, **more: Any) -> dict[str, Any]:
    answer = editor("POST", "/webhooks", {**HOOK, **more})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def test_a_secret_is_shown_once(editor: Editor) -> None:
    hook = made(editor)
    assert hook["secret"].startswith("whsec_")
    for path in ("/webhooks", f"/webhooks/{hook['id']}"):
        assert "secret" not in editor("GET", path).text
    again = editor("POST", f"/webhooks/{hook['id']}/secret").get_json()
    assert (again["secret"] != hook["secret"], again["signatures"]) == (True, 2)
    assert editor("POST", f"/webhooks/{hook['id']}/secret", {"overlap_hours": 0}).get_json()["signatures"] == 1


def test_a_webhook_is_changed_paused_and_taken_away(editor: Editor) -> None:
    id_ = made(editor)["id"]
    changed = editor("PATCH", f"/webhooks/{id_}", {"topics": ["*"], "active": False}).get_json()
    assert (changed["topics"], changed["active"], changed["url"]) == (["*"], False, HOOK["url"])
    assert [hook["id"] for hook in editor("GET", "/webhooks").get_json()["items"]] == [id_]
    assert editor("DELETE", f"/webhooks/{id_}").status_code == 204
    assert editor("GET", f"/webhooks/{id_}").status_code == 404


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"url": "ftp://example.com"}, "/url"),
        ({"url": "http://169.254.169.254/"}, "/url"),
        ({"topics": ["content.save"]}, "/topics/0"),
        ({"topics": ["*", "nothing.*"]}, "/topics/1"),
    ],
)
def test_what_cannot_be_told_or_be_told_to_is_refused_with_its_field(editor: Editor, change: Any, pointer: str) -> None:
    answer = editor("POST", "/webhooks", {**HOOK, **change})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]
    assert editor("PATCH", f"/webhooks/{made(editor)['id']}", change).status_code == 422


@pytest.mark.parametrize("body", [{}, {"url": HOOK["url"]}, {**HOOK, "topics": []}, {**HOOK, "colour": "red"}])
def test_what_is_missing_or_unknown_is_refused(editor: Editor, body: Any) -> None:
    assert editor("POST", "/webhooks", body).status_code == 422


def test_every_topic_can_be_looked_up(editor: Editor) -> None:
    topics = {topic["name"]: topic["summary"] for topic in editor("GET", "/topics").get_json()["items"]}
    assert topics["content.saved"]
    assert editor("POST", "/webhooks", {**HOOK, "topics": list(topics)}).status_code == 201


@pytest.mark.network
@pytest.mark.enable_socket
def test_what_was_told_is_looked_at_and_told_again(editor: Editor, app: Flask, database: Database) -> None:
    sender: Sender = app.extensions["sender"]
    replies = [Reply(410, body=b"leave me alone")]
    with receiving(lambda _: replies.pop() if replies else Reply()) as receiver:
        hook = made(editor, url=receiver.url)
        here = f"/webhooks/{hook['id']}"
        assert editor("POST", f"{here}/ping").get_json()["status"] == 410
        with database.write() as connection:
            emit(connection, *(Notice("content.saved", f"modules/{n}", 5.0) for n in range(3)))
        for claim in _claims(sender, hook["id"]):
            sender._send(claim)
        delivered = editor("GET", f"{here}/deliveries?state=delivered&limit=2").get_json()
        assert [row["seq"] for row in delivered["items"]] == [3, 2]
        rest = editor("GET", f"{here}/deliveries?limit=2&after={delivered['next']}").get_json()
        assert ([row["seq"] for row in rest["items"]], rest["next"]) == ([1], None)
        one = editor("GET", f"{here}/deliveries/3").get_json()
        assert (one["state"], [attempt["status"] for attempt in one["attempts"]]) == ("delivered", [200])
        attempts = editor("GET", f"{here}/attempts").get_json()["items"]
        assert [(row["seq"], row["status"]) for row in attempts][-1] == (0, 410)
        assert editor("POST", f"{here}/replay", {"after": 1}).get_json() == {"first": 2}
        assert [claim.message.seq for claim in _claims(sender, hook["id"])] == [2, 3]
        assert editor("POST", f"{here}/redrive").get_json() == {"redriven": 0}
    assert all(proves(one, hook["secret"]) for one in receiver.taken)
    assert {json.loads(one.raw)["type"] for one in receiver.taken} == {"webhook.ping", "content.saved"}


def _claims(sender: Sender, hook: str) -> list[Any]:
    sender.queue.fan_out(4.0)
    return sender.queue.claim(hook, 10, 4.0)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/secret"), ("POST", "/ping"), ("POST", "/redrive"),
     ("GET", "/deliveries"), ("GET", "/deliveries/1"), ("GET", "/attempts")],
)  # fmt: skip
def test_a_webhook_that_is_not_there_is_named(editor: Editor, method: str, path: str) -> None:
    answer = editor(method, f"/webhooks/wh_none{path}", None if method in {"GET", "DELETE"} else {})
    assert answer.status_code == 404
    assert "wh_none" in answer.get_json()["detail"]
