"""A POST that is sent again under its `Idempotency-Key` is not done again."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from storage import Answers, Database
from storage.answers import answers
from tests.admin.conftest import SECRETS, Editor, build
from tests.admin.retries import HOOK, KEY, hook, wrapped
from tests.conftest import FixedClock


@pytest.fixture
def app(database: Database, clock: FixedClock) -> Flask:
    """A worker by whose clock a test goes."""
    return build(database, clock=clock)


@pytest.fixture
def other(database: Database, clock: FixedClock) -> Editor:
    """Another worker over the same database."""
    return Editor(build(database, clock=clock).test_client())


def rows(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(answers)).all())


def test_the_same_request_has_the_first_answer_byte_for_byte(editor: Editor, other: Editor) -> None:
    first = hook(editor)
    again = hook(other)
    assert first.status_code == again.status_code == 201
    assert again.data == first.data
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    told = [(name, value) for name, value in again.headers if name != "Idempotency-Replayed"]
    assert told == list(first.headers)
    assert len(editor("GET", "/webhooks").get_json()["items"]) == 1


def test_another_key_is_another_request_and_no_key_is_none(editor: Editor) -> None:
    ids = [hook(editor, "a").get_json()["id"], hook(editor, "b").get_json()["id"]]
    ids += [editor("POST", "/webhooks", HOOK).get_json()["id"] for _ in range(2)]
    assert len(set(ids)) == 4


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/webhooks", {**HOOK, "description": "other"}, {}),
        ("/webhooks?x=1", HOOK, {}),
        ("/releases", HOOK, {}),
        ("/webhooks", HOOK, {"If_Match": '"x"'}),
        ("/webhooks", HOOK, {"Content_Type": "text/plain"}),
    ],
    ids=["body", "query", "path", "condition", "media type"],
)
def test_the_same_key_with_another_request_is_refused(
    editor: Editor, path: str, body: Any, headers: dict[str, str]
) -> None:
    hook(editor)
    refused = editor("POST", path, body, Idempotency_Key=KEY, **headers)
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["pointer"] == "Idempotency-Key"
    assert "another request" in refused.get_json()["detail"]
    assert hook(editor).headers["Idempotency-Replayed"] == "true"


def test_who_else_asks_under_the_same_key_has_a_request_of_their_own(database: Database, clock: FixedClock) -> None:
    client = build(database, clock=clock).test_client()
    first = Editor(client)
    assert hook(first).status_code == 201
    for name, kind in (("bob", "person"), ("ann", "key")):
        assert hook(Editor(client, f"admin:{name}:{kind}")).headers.get("Idempotency-Replayed") is None
    assert hook(Editor(client, "viewer")).status_code == 403, "who may not ask is told nothing of an earlier answer"


@pytest.mark.parametrize("key", ["", "x" * 256, "clé", "tab\there"])
def test_a_key_that_cannot_be_one_is_refused_by_name(editor: Editor, key: str) -> None:
    refused = hook(editor, key)
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["pointer"] == "Idempotency-Key"
    assert editor("GET", "/webhooks").get_json()["items"] == []


@pytest.mark.parametrize("key", ["x", "x" * 255, '"quoted, with a space"', "~!@#$%^&*()"])
def test_any_printable_ascii_up_to_255_characters_is_a_key(editor: Editor, key: str) -> None:
    assert hook(editor, key).status_code == 201
    assert hook(editor, key).headers["Idempotency-Replayed"] == "true"


def test_a_refusal_is_kept_as_well(editor: Editor) -> None:
    body = {"names": ["rules/new"]}
    first = editor("POST", "/archive", body, Idempotency_Key=KEY)
    assert first.status_code == 404
    assert editor("PUT", "/rules/new", {"title": "New", "logic": True}).status_code == 201
    again = editor("POST", "/archive", body, Idempotency_Key=KEY)
    assert (again.status_code, again.data) == (404, first.data)
    assert editor("POST", "/archive", body).status_code == 204


def test_an_answer_without_a_body_is_replayed_as_it_was(world: Editor) -> None:
    first, again = (world("POST", "/rules/buyers/archive", {}, Idempotency_Key=KEY) for _ in range(2))
    assert (first.status_code, again.status_code, again.data) == (204, 204, b"")
    assert again.headers["Idempotency-Replayed"] == "true"


def test_what_is_no_post_takes_no_notice_of_it(editor: Editor) -> None:
    for title in ("One", "Two"):
        body = {"title": title, "logic": True}
        assert editor("PUT", "/rules/one", body, Idempotency_Key=KEY).status_code in {200, 201}
    assert editor("GET", "/rules/one").get_json()["title"] == "Two"


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_an_answer_that_says_nothing_of_the_request_is_not_kept(app: Flask, database: Database, status: int) -> None:
    """A retry runs."""
    editor, slip = Editor(app.test_client()), wrapped(app, "manage.Webhooks")
    slip.before = lambda: (f"{status}", status)
    assert hook(editor).status_code == status
    assert rows(database) == []
    slip.before = None
    assert hook(editor).status_code == 201


def test_a_request_that_breaks_off_is_not_kept(app: Flask, database: Database) -> None:
    editor, slip = Editor(app.test_client()), wrapped(app, "manage.Webhooks")
    app.testing = True  # the error goes through, as it does where nobody tells it as a problem
    slip.before = lambda: 1 / 0
    with pytest.raises(ZeroDivisionError):
        hook(editor)
    assert rows(database) == []


def test_a_key_is_free_again_after_a_day(editor: Editor, database: Database, clock: FixedClock) -> None:
    first = hook(editor).get_json()["id"]
    clock.forward(86_399)
    assert hook(editor).get_json()["id"] == first
    clock.forward(1)
    assert hook(editor, description="new").get_json()["id"] != first
    assert len(rows(database)) == 1


def test_what_is_past_its_time_is_cleared(editor: Editor, database: Database, clock: FixedClock) -> None:
    hook(editor, "old")
    clock.forward(86_400)
    hook(editor, "new")
    assert Answers(database).forget(clock()) == 1
    assert len(rows(database)) == 1
    assert hook(editor, "new").headers["Idempotency-Replayed"] == "true"


def test_what_is_kept_cannot_be_read_in_the_database(editor: Editor, database: Database) -> None:
    """Neither the key nor the request, nor the secret that was shown once."""
    told = hook(editor, description="A very private description").get_json()
    (row,) = rows(database)
    kept = repr(tuple(row)).encode() + bytes(row.answer)
    for word in (KEY, told["secret"], told["secret"].removeprefix("whsec_"), "private", told["id"], "example.com"):
        assert word.encode() not in kept, word


def test_an_answer_opens_with_the_secret_of_the_house_and_no_other(
    database: Database, app: Flask, clock: FixedClock
) -> None:
    first = hook(Editor(app.test_client()))
    newer = build(database, clock=clock, secrets=[b"a newer secret", *SECRETS])
    assert hook(Editor(newer.test_client())).data == first.data, "an older secret opens what it sealed"
    stranger = hook(Editor(build(database, clock=clock, secrets=[b"another house"]).test_client()))
    assert stranger.status_code == 409
    assert "INTARSIA_AUDIT_KEY" in stranger.get_json()["detail"]
    assert len(Editor(app.test_client())("GET", "/webhooks").get_json()["items"]) == 1


def test_a_form_is_the_same_request_whatever_boundary_it_has(editor: Editor, app: Flask) -> None:
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>'

    def upload(words: str, boundary: str) -> Any:
        form = {"file": (io.BytesIO(picture), "dot.svg"), "alt.en": words}
        headers = {"Authorization": "Bearer admin", "Idempotency-Key": KEY}
        kind = f"multipart/form-data; boundary={boundary}"
        return app.test_client().post("/v1/manage/assets", data=form, headers=headers, content_type=kind)

    first = upload("A dot", "one")
    assert first.status_code == 201, first.text
    again = upload("A dot", "another")
    assert (again.status_code, again.data) == (201, first.data)
    assert upload("A speck", "one").status_code == 422
