"""Comments: threads about places in content, seen by those who see the place."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from accounts import Accounts, Grant
from storage import Database
from storage.audit import log
from tests.admin.conftest import Editor, build

HERO = {"type": "hero", "locales": {"en": {"heading": "Hello"}, "de": {"heading": "Hallo"}}}
NO_GERMAN = Grant(frozenset({"content.read", "comment.write"}), locales=frozenset({"en"}))


@pytest.fixture
def hero(world: Editor) -> Editor:
    assert world("PUT", "/modules/hero", HERO).status_code == 201
    return world


def say(editor: Editor, text: str, **more: Any) -> dict[str, Any]:
    answer = editor("POST", "/modules/hero/comments", {"text": text, **more})
    assert answer.status_code == 201, answer.get_json()
    said: dict[str, Any] = answer.get_json()
    return said


def texts(editor: Editor, path: str = "/modules/hero/comments") -> list[str]:
    return [one["text"] for one in editor("GET", path).get_json()["items"]]


def test_a_thread_is_read_in_the_order_in_which_it_was_said(hero: Editor) -> None:
    first = say(hero, "Too loud?", pointer="/locales/en/heading")
    other = say(hero, "And the German?", pointer="/locales/de/heading")
    answer = say(hero, "A little.", answer_to=first["id"])
    assert answer["thread"] == first["id"] and answer["pointer"] == "/locales/en/heading"
    assert texts(hero) == ["Too loud?", "A little.", "And the German?"]
    assert {first["version"], other["version"]} == {1}


def test_a_comment_stays_when_its_place_is_gone(hero: Editor) -> None:
    said = say(hero, "Check this with legal.", pointer="/locales/de/heading")
    assert said["outdated"] is False
    assert hero("PUT", "/modules/hero", {**HERO, "locales": {"en": {"heading": "Hello"}}}).status_code == 200
    (left,) = hero("GET", "/modules/hero/comments").get_json()["items"]
    assert (left["text"], left["outdated"], left["version"]) == ("Check this with legal.", True, 1)


def test_a_thread_is_resolved_and_opened_again(hero: Editor) -> None:
    first = say(hero, "Typo?")
    answer = say(hero, "Yes.", answer_to=first["id"])
    told = hero("PATCH", f"/comments/{answer['id']}", {"resolved": True}).get_json()
    assert (told["id"], told["resolved_by"]) == (first["id"], "ann")
    assert texts(hero, "/modules/hero/comments?resolved=false") == []
    assert len(texts(hero, "/modules/hero/comments?resolved=true")) == 2
    assert hero("PATCH", f"/comments/{first['id']}", {"resolved": False}).get_json()["resolved_at"] is None
    assert len(texts(hero, "/modules/hero/comments?resolved=false")) == 2


def test_words_are_put_right_and_taken_back_by_who_said_them(hero: Editor, database: Database) -> None:
    said = say(hero, "Teh heading")
    assert hero("PATCH", f"/comments/{said['id']}", {"text": "The heading"}).get_json()["text"] == "The heading"
    answer = say(hero, "Which?", answer_to=said["id"])
    assert hero("DELETE", f"/comments/{said['id']}").status_code == 204
    assert texts(hero) == ["", "Which?"]
    assert hero("PATCH", f"/comments/{said['id']}", {"text": "Again"}).status_code == 404
    assert hero("DELETE", f"/comments/{answer['id']}").status_code == 204
    with database.read() as connection:
        rows = connection.execute(select(log.c.action, log.c.note).where(log.c.action.like("comment.%")))
        acts = [tuple(row) for row in rows]
    assert [act for act, _ in acts] == [
        "comment.added", "comment.edited", "comment.added", "comment.deleted", "comment.deleted"
    ]  # fmt: skip
    assert {note for _, note in acts} == {said["id"], answer["id"]}, "no words of it in the log"


def test_nobody_changes_the_words_of_another(hero: Editor, database: Database) -> None:
    from modules import Comments, NotYours

    comments = Comments(database)
    said = comments.add("modules", "hero", "Mine", version=1, author="bob", now=1.0)
    for method, body in (("PATCH", {"text": "Yours"}), ("DELETE", None)):
        answer = hero(method, f"/comments/{said.id}", body)
        assert answer.status_code == 403 and "bob said this" in answer.get_json()["detail"]
    with pytest.raises(NotYours):
        comments.edit(said.id, "Yours", author="ann", now=2.0)
    assert texts(hero) == ["Mine"]


def test_who_does_not_see_a_place_sees_no_comment_on_it(hero: Editor, database: Database) -> None:
    german = say(hero, "GEHEIM", pointer="/locales/de/heading")
    answer = say(hero, "GEHEIM too", answer_to=german["id"])
    say(hero, "Plain", pointer="/locales/en/heading")
    english = Editor(build(database, {"english": (NO_GERMAN,)}).test_client(), "english")
    assert texts(english) == ["Plain"]
    hero("PUT", "/modules/hero", {**HERO, "locales": {"en": {"heading": "Hello"}}})
    assert texts(english) == ["Plain"], "nor when the place is gone"
    assert hero("PUT", "/modules/hero", HERO).status_code == 200
    for path in (german["id"], answer["id"]):
        for method, body in (("PATCH", {"resolved": True}), ("DELETE", None)):
            refused = english(method, f"/comments/{path}", body)
            assert refused.status_code == 404 and "GEHEIM" not in refused.text
    for body in ({"text": "x", "pointer": "/locales/de/heading"}, {"text": "x", "answer_to": german["id"]}):
        assert english("POST", "/modules/hero/comments", body).status_code in {404, 422}


def test_who_is_mentioned_finds_it(hero: Editor, database: Database) -> None:
    from modules import Comments

    for name in ("ann", "zoe@example.com"):
        Accounts(database).add(name, ["editor"], by="(test)", now=1.0)
    said = say(hero, "@zoe@example.com, see @nobody. Not an@ann but (@ann).")
    assert said["mentions"] == ["zoe@example.com", "ann"]
    comments = Comments(database)
    comments.answer(said["id"], "I did.", version=1, author="zoe@example.com", now=9.0)
    comments.add("modules", "hero", "Aside", version=1, author="zoe@example.com", now=10.0)
    assert [one.text for one in comments.concerning("zoe@example.com")] == [said["text"]]
    assert [one.text for one in comments.concerning("zoe")] == []
    assert texts(hero, "/comments") == ["I did."], "what others said where one takes part"
    hero("PATCH", f"/comments/{said['id']}", {"resolved": True})
    assert texts(hero, "/comments?resolved=false") == []


def test_a_long_list_comes_in_pages(hero: Editor, database: Database) -> None:
    from modules import Comments

    first = say(hero, "Go on")
    for number in range(5):
        Comments(database).answer(first["id"], f"{number}", version=1, author="bob", now=7.0 + number // 2)
    found, after = [], ""
    while True:
        page = hero("GET", f"/comments?limit=2&after={after}").get_json()
        found += [one["text"] for one in page["items"]]
        if not page["next"]:
            break
        after = page["next"]
    assert found == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "  "}, "/text"),
        ({"text": "a" * 5001}, "/text"),
        ({"text": "a\x00b"}, "/text"),
        ({"text": "x", "pointer": "/locales/fr/heading"}, "/pointer"),
        ({"text": "x", "pointer": "/" + "a" * 500}, "/pointer"),
    ],
)
def test_what_is_wrong_is_named(hero: Editor, body: dict[str, str], field: str) -> None:
    answer = hero("POST", "/modules/hero/comments", body)
    assert answer.status_code == 422
    assert field in {error.get("pointer") for error in answer.get_json()["errors"]}
    assert texts(hero) == []


def test_any_script_comes_back_as_it_was_written(hero: Editor) -> None:
    words = "‮right to left‬ 👩‍👩‍👧‍👦 Zalgo̷͍ <script>alert(1)</script> {{ 7*7 }}\n'; DROP TABLE comments;--"
    assert say(hero, words)["text"] == words
    assert texts(hero) == [words]
