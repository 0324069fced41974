"""Calls of all or none: judged as the whole that they would be, done in one transaction."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from modules import KINDS, ContentStore
from storage import Database, read_log
from storage.outbox import news
from tests.admin.conftest import HERO, Editor, build
from tests.admin.operations import PICTURE, bulk, module, save, statuses

BUYERS = {"title": "Buyers", "logic": True}
NAMING = save("modules", "one", module(targeting="buyers"))
CARD = {"title": "Card", "fields": {"heading": {"kind": "text"}, "picture": {"kind": "image"}}}


def atomic(editor: Editor, *operations: dict[str, Any], status: int = 200, **more: Any) -> list[dict[str, Any]]:
    return bulk(editor, *operations, status=status, atomic=True, **more)


def drop(kind: str, key: str, op: str = "delete", **more: Any) -> dict[str, Any]:
    return {"op": op, "kind": kind, "key": key, **more}


def state(database: Database) -> tuple[Any, ...]:
    """All that a call of none must leave as it was."""
    with database.read() as connection:
        told = connection.execute(select(func.count()).select_from(news)).scalar()
        acts = len(read_log(connection, limit=500))
    store = ContentStore(database)
    drafts = [(one.digest, one.archived_at) for kind in KINDS for one in store.list(kind)]
    return told, acts, drafts


def refused(editor: Editor, database: Database, *operations: dict[str, Any]) -> list[dict[str, Any]]:
    """The results of a call that is refused, and changes nothing."""
    before = state(database)
    results = atomic(editor, *operations, status=422)
    assert state(database) == before
    return results


WEB = [
    save("modules", "one", {"type": "card", "tags": ["a"], "targeting": "many", "locales": {"en": {"heading": "A"}}}),
    save("rules", "many", {"title": "Many", "logic": {"in_segment": ["fans"]}}),
    save("segments", "fans", {"title": "Fans", "logic": {">": [{"var": "profile.visits"}, 3]}}),
    save("modules", "two", {"type": "card", "locales": {"en": {"heading": "B", "picture": {"asset": "dot.svg"}}}}),
    save("attributes", "more", {"attributes": [{"path": "profile.visits", "type": "number"}]}),
    save("types", "card", CARD),
    {"op": "save", "kind": "assets", "key": "dot.svg", "text": PICTURE.decode()},
    save("asset-details", "dot.svg", {"alt": {"en": "A dot"}}),
]
"""Content that names other content of the same call, near and far."""


@pytest.mark.parametrize("order", ["as it is", "backwards"])
def test_content_that_names_one_another_is_saved_in_any_order(world: Editor, order: str) -> None:
    operations = WEB if order == "as it is" else WEB[::-1]
    results = atomic(world, *operations)
    assert statuses(results) == [201] * len(WEB)
    assert [one["key"] for one in results] == [one["key"] for one in operations]
    for told in results:
        assert world("GET", f"/{told['kind']}/{told['key']}").headers["ETag"] == f'"{told["etag"]}"'
    uses = world("GET", "/types/card/usage").get_json()["items"]
    assert {one["key"] for one in uses} == {"one", "two"}


@pytest.mark.parametrize("missing", range(len(WEB)), ids=[f"{one['kind']}-{one['key']}" for one in WEB])
def test_what_is_named_and_in_no_call_is_missed(world: Editor, database: Database, missing: int) -> None:
    """Of these, modules alone are named by nothing."""
    operations = [one for number, one in enumerate(WEB) if number != missing]
    if WEB[missing]["kind"] == "modules":
        assert set(statuses(atomic(world, *operations))) == {201}
    else:
        assert set(statuses(refused(world, database, *operations))) == {422, 424}


def test_one_refused_is_none_done_and_each_is_told_its_part(world: Editor, database: Database) -> None:
    results = refused(
        world,
        database,
        save("modules", "one", module()),
        save("modules", "bad", module(3)),
        drop("rules", "buyers"),
        save("modules", "Not a key", module()),
        drop("modules", "nowhere"),
    )
    assert statuses(results) == [424, 422, 424, 422, 404]
    assert results[1]["problem"]["errors"][0]["pointer"].startswith("/operations/1/content/locales/en/heading")
    assert "nothing was saved" in results[0]["problem"]["detail"]
    answer = world("POST", "/bulk", {"atomic": True, "operations": [save("modules", "bad", module(3))]}).get_json()
    assert [one["pointer"] for one in answer["errors"]] == ["/operations/0"]


def test_what_names_something_wrong_is_not_said_to_be_wrong_itself(world: Editor, database: Database) -> None:
    bad = {**CARD, "fields": {"heading": {"kind": "txt"}}}
    named = save("modules", "one", {"type": "card", "locales": {"en": {"heading": "A"}}})
    assert statuses(refused(world, database, named, save("types", "card", bad))) == [424, 422]
    assert statuses(refused(world, database, save("types", "Card!", CARD), named)) == [422, 424]


def test_a_type_and_its_modules_change_together(world: Editor, database: Database) -> None:
    for key in ("one", "two"):
        assert world("PUT", f"/modules/{key}", module()).status_code == 201
    changed = {"title": "Hero", "fields": {"title": {"kind": "text", "required": True}}}
    moved = {"type": "hero", "locales": {"en": {"title": "Hello"}}}
    assert statuses(refused(world, database, save("types", "hero", changed))) == [422]
    half = (save("types", "hero", changed), save("modules", "one", moved))
    assert statuses(refused(world, database, *half)) == [422, 424], "the other module would lose its heading"
    assert statuses(atomic(world, *half, save("modules", "two", moved))) == [200, 200, 200]
    assert statuses(atomic(world, save("types", "hero", HERO), *(drop("modules", key) for key in ("one", "two")))) == [
        200,
        204,
        204,
    ]


def test_what_uses_one_another_goes_together(world: Editor, database: Database) -> None:
    for key in ("one", "two"):
        assert world("PUT", f"/modules/{key}", module(targeting="buyers")).status_code == 201
    results = refused(world, database, drop("rules", "buyers"), drop("modules", "one"))
    assert statuses(results) == [409, 424], "two still names it"
    assert "modules/two" in results[0]["problem"]["detail"]
    told = atomic(world, drop("rules", "buyers"), drop("modules", "one"), save("modules", "two", module()))
    assert statuses(told) == [204, 204, 200]


def test_a_module_cannot_name_what_goes_with_the_same_call(world: Editor, database: Database) -> None:
    results = refused(world, database, drop("rules", "buyers"), NAMING)
    assert statuses(results) == [424, 422]
    archived = refused(
        world, database, drop("rules", "buyers", "archive"), save("modules", "a", module(targeting="buyers"))
    )
    assert statuses(archived) == [424, 422]


def test_what_comes_back_from_the_archive_can_be_named(world: Editor, database: Database) -> None:
    assert world("POST", "/rules/buyers/archive", {}).status_code == 204
    assert statuses(refused(world, database, NAMING)) == [422]
    assert statuses(atomic(world, NAMING, drop("rules", "buyers", "unarchive"))) == [201, 204]


def test_a_reason_lets_go_what_is_used(world: Editor, app: Flask, database: Database) -> None:
    assert world("PUT", "/modules/one", module(targeting="buyers")).status_code == 201
    told = atomic(world, drop("rules", "buyers", override="it must go"), save("modules", "two", module()))
    assert statuses(told) == [204, 201]
    with database.read() as connection:
        last = next(row for row in read_log(connection, limit=5) if row.what == "rules/buyers")
    assert (last.action, last.note) == ("content.delete", "it must go")
    author = Editor(app.test_client(), "author")
    results = refused(author, database, drop("modules", "one", override="because"), drop("modules", "two"))
    assert statuses(results) == [403, 424]


def test_a_condition_that_fails_refuses_all(world: Editor, database: Database) -> None:
    etag = atomic(world, save("modules", "one", module()))[0]["etag"]
    assert world("PUT", "/modules/one", module("Theirs")).status_code == 200
    results = refused(
        world,
        database,
        save("modules", "one", module("Mine"), if_match=etag),
        save("modules", "two", module(), if_none_match="*"),
        drop("rules", "buyers", if_match="0" * 64),
    )
    assert statuses(results) == [409, 424, 412]
    assert results[0]["problem"]["theirs"]["body"] == module("Theirs")


def test_what_is_there_already_is_no_hindrance(world: Editor) -> None:
    first = atomic(world, save("modules", "one", module()), save("modules", "two", module()))
    old = first[0]["etag"]
    atomic(world, save("modules", "one", module("Newer")))
    again = atomic(
        world,
        save("modules", "one", module("Newer"), if_match=old),
        save("modules", "two", module(), if_match=first[1]["etag"]),
    )
    assert statuses(again) == [200, 200]
    assert [one["revision"]["version"] for one in again] == [2, 1]


def test_somebody_who_is_faster_makes_it_none(database: Database) -> None:
    """Between the check and the transaction: the clock is asked there."""
    store = ContentStore(database)
    moments: list[Any] = []

    def clock() -> float:
        if moments:
            moments.pop()()
        return 4.0

    editor = Editor(build(database, clock=clock).test_client())
    for path, body in (("/types/hero", HERO), ("/modules/one", module())):
        assert editor("PUT", path, body).status_code == 201
    etag = editor("GET", "/modules/one").headers["ETag"].strip('"')
    theirs = json.dumps(module("Theirs")).encode()
    moments.append(lambda: store.put("modules", "one", theirs, author="bob", now=5.0))
    results = atomic(
        editor, save("modules", "two", module()), save("modules", "one", module("Mine"), if_match=etag), status=422
    )
    assert statuses(results) == [424, 412]
    assert store.get("modules", "two") is None
    retyped = json.dumps({**HERO, "title": "Another"}).encode()
    moments.append(lambda: store.put("types", "hero", retyped, author="bob", now=5.0))
    assert statuses(atomic(editor, save("modules", "two", module()))) == [201], "judged anew with the other type"


def test_what_is_archived_is_not_saved(world: Editor, database: Database) -> None:
    atomic(world, save("modules", "one", module()), save("modules", "two", module()))
    atomic(world, drop("modules", "one", "archive"))
    results = refused(world, database, save("modules", "one", module("New")), save("modules", "two", module("New")))
    assert statuses(results) == [409, 424]
    assert results[0]["problem"]["errors"][0]["pointer"] == "/operations/0/key"


def test_what_is_served_does_not_go(world: Editor, database: Database) -> None:
    assert statuses(bulk(world, {"op": "publish", "kind": "rules", "key": "buyers"}, save("modules", "one", module())))
    bulk(
        world,
        *({"op": "publish", "kind": kind, "key": key} for kind, key in (("attributes", "shop"), ("rules", "buyers"))),
    )
    results = refused(world, database, drop("modules", "one"), drop("rules", "buyers"))
    assert statuses(results) == [424, 409]


TOGETHER_NOT = [
    (
        [save("modules", "a", module()), {"op": "publish", "kind": "modules", "key": "a"}],
        [424, 422],
        "/operations/1/op",
    ),
    ([save("modules", "a", module()), drop("modules", "a")], [424, 422], "/operations/1/key"),
]


@pytest.mark.parametrize(("operations", "told", "pointer"), TOGETHER_NOT, ids=["publish", "twice"])
def test_what_no_whole_can_hold_is_refused_by_name(
    world: Editor, database: Database, operations: list[dict[str, Any]], told: list[int], pointer: str
) -> None:
    results = refused(world, database, *operations)
    assert statuses(results) == told
    assert results[1]["problem"]["errors"][0]["pointer"] == pointer


def test_a_thousand_are_saved_in_one_transaction(world: Editor, database: Database) -> None:
    results = atomic(world, *(save("modules", f"m-{number}", module()) for number in range(1000)), made_by="import")
    assert statuses(results) == [201] * 1000
    with database.read() as connection:
        assert {row.action for row in read_log(connection, limit=500)} == {"content.import"}


def test_a_call_that_is_sent_again_is_done_once(world: Editor, database: Database) -> None:
    body = {"atomic": True, "operations": [save("modules", "one", module(), if_none_match="*")]}
    first, again = (world("POST", "/bulk", body, Idempotency_Key="once") for _ in range(2))
    assert (first.status_code, again.status_code, again.data) == (200, 200, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert world("POST", "/bulk", body).status_code == 422
