"""Many operations in one call, each with a result of its own."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from accounts import Grant
from modules import digest_of
from storage import Database, read_log
from tests.admin.conftest import HERO, Editor, build
from tests.admin.operations import PICTURE, bulk, module, save, statuses


def test_each_operation_has_its_result_in_the_order_asked(world: Editor) -> None:
    results = bulk(
        world,
        save("modules", "one", module()),
        save("rules", "all", {"title": "All", "logic": True}),
        {"op": "archive", "kind": "modules", "key": "one"},
        {"op": "unarchive", "kind": "modules", "key": "one"},
        save("modules", "one", module("Again")),
        {"op": "delete", "kind": "rules", "key": "all"},
    )
    assert statuses(results) == [201, 201, 204, 204, 200, 204]
    assert [(one["op"], one["kind"], one["key"]) for one in results[:2]] == [
        ("save", "modules", "one"),
        ("save", "rules", "all"),
    ]
    kept = world("GET", "/modules/one")
    assert kept.headers["ETag"] == f'"{results[4]["etag"]}"'
    assert results[4]["revision"]["version"] == 2
    assert results[4]["revision"]["digest"] == results[4]["etag"]
    assert world("GET", "/rules/all").status_code == 404


def test_text_and_base64_are_kept_to_the_byte_and_content_as_a_file(world: Editor) -> None:
    exact = '{"type":"hero",  "locales": {"en": {"heading": "Grüße"}}}\n\n'
    results = bulk(
        world,
        {"op": "save", "kind": "modules", "key": "exact", "text": exact},
        {"op": "save", "kind": "assets", "key": "dot.svg", "base64": base64.b64encode(PICTURE).decode()},
        {"op": "save", "kind": "assets", "key": "text.svg", "text": PICTURE.decode()},
        save("modules", "laid-out", module("Grüße")),
    )
    assert statuses(results) == [201, 201, 201, 201]
    assert world("GET", "/modules/exact").data == exact.encode()
    assert results[0]["etag"] == digest_of(exact.encode())
    assert world("GET", "/assets/dot.svg").data == world("GET", "/assets/text.svg").data == PICTURE
    assert world("GET", "/modules/laid-out").data == (
        json.dumps(module("Grüße"), ensure_ascii=False, indent=2).encode() + b"\n"
    )


def test_one_that_is_refused_does_not_stop_the_others_and_later_ones_see_earlier_ones(world: Editor) -> None:
    card = {"title": "Card", "fields": {"heading": {"kind": "text"}}}
    of_card = {"type": "card", "locales": {"en": {"heading": "A"}}}
    results = bulk(
        world,
        save("modules", "early", of_card),
        save("types", "card", card),
        save("modules", "late", of_card),
        save("modules", "wrong", {"type": "card", "locales": {"en": {"heading": 3}}}),
        save("modules", "right", of_card),
    )
    assert statuses(results) == [422, 201, 201, 422, 201]
    assert "early" not in [one["key"] for one in world("GET", "/modules").get_json()["items"]]


def test_a_problem_is_that_of_the_single_call_with_pointers_into_the_request(world: Editor) -> None:
    bad = module(7)
    alone = world("PUT", "/modules/bad", bad).get_json()
    (told,) = bulk(world, save("modules", "bad", bad))
    at = [one["pointer"] for one in told["problem"]["errors"]]
    assert told["status"] == 422
    assert at == [f"/operations/0/content{one['pointer']}" for one in alone["errors"]]
    (as_text,) = bulk(world, {"op": "save", "kind": "modules", "key": "bad", "text": json.dumps(bad)})
    assert [one["pointer"] for one in as_text["problem"]["errors"]] == [
        f"/operations/0/text{one['pointer']}" for one in alone["errors"]
    ]


NAMELESS = [
    (save("moduls", "x", {}), 404, "/operations/0/kind", "did you mean 'modules'"),
    (save("modules", "Not a key", module()), 422, "/operations/0/key", "cannot be a key"),
    ({"op": "delete", "kind": "modules", "key": "nowhere"}, 404, "/operations/0/key", "nowhere"),
    ({"op": "archive", "kind": "rules", "key": "buyer"}, 404, "/operations/0/key", "did you mean 'buyers'"),
]


@pytest.mark.parametrize(("operation", "status", "pointer", "words"), NAMELESS, ids=[str(one[1:3]) for one in NAMELESS])
def test_what_is_wrong_with_a_name_is_told_at_the_name(
    world: Editor, operation: dict[str, Any], status: int, pointer: str, words: str
) -> None:
    (told,) = bulk(world, operation)
    assert (told["status"], told["problem"]["errors"][0]["pointer"]) == (status, pointer)
    assert words in told["problem"]["detail"]


def test_each_save_has_a_condition_of_its_own(world: Editor) -> None:
    first, other = (bulk(world, save("modules", key, module()))[0]["etag"] for key in ("one", "two"))
    bulk(world, save("modules", "two", module("Theirs")))
    results = bulk(
        world,
        save("modules", "one", module("New"), if_match=first),
        save("modules", "two", module("Mine"), if_match=other),
        save("modules", "one", module("Newer"), if_none_match="*"),
        save("modules", "three", module(), if_none_match="*"),
        save("modules", "four", module(), if_match="0" * 64),
        {"op": "delete", "kind": "modules", "key": "two", "if_match": other},
        save("modules", "three", module("Whatever"), if_match=None),
    )
    assert statuses(results) == [200, 409, 412, 201, 412, 412, 200]
    assert results[1]["problem"]["theirs"]["body"] == module("Theirs"), "who clashes is given all that a merge takes"
    assert results[1]["problem"]["errors"][0]["pointer"] == "/operations/1/content/locales/en/heading"
    assert results[2]["problem"]["errors"][0]["pointer"] == "/operations/2/if_none_match"
    again = bulk(world, save("modules", "one", module("New"), if_match=first))
    assert (again[0]["status"], again[0]["etag"]) == (200, results[0]["etag"]), "sent twice, it is there already"


def test_publishing_is_an_operation_too(world: Editor) -> None:
    results = bulk(
        world,
        save("modules", "one", module(locales={"en": {"heading": "A"}, "de": {"heading": "B"}})),
        {"op": "publish", "kind": "attributes", "key": "shop"},
        {"op": "publish", "kind": "types", "key": "hero"},
        {"op": "publish", "kind": "modules", "key": "one", "locales": ["en", "*"]},
        {"op": "publish", "kind": "modules", "key": "one", "locales": ["fr"]},
        {"op": "delete", "kind": "modules", "key": "one"},
        {"op": "unpublish", "kind": "modules", "key": "one"},
        {"op": "delete", "kind": "modules", "key": "one"},
    )
    assert statuses(results) == [201, 201, 201, 201, 422, 409, 201, 204]
    assert results[3]["release"]["status"] == "published"
    assert results[4]["problem"]["errors"][0]["pointer"] == "/operations/4/locales/0"


def test_who_may_do_a_part_is_refused_the_rest(app: Flask, world: Editor) -> None:
    author = Editor(app.test_client(), "author")
    results = bulk(
        author,
        save("modules", "one", module()),
        save("types", "card", {"title": "Card", "fields": {}}),
        {"op": "publish", "kind": "modules", "key": "one"},
        {"op": "archive", "kind": "rules", "key": "buyers", "override": "because"},
        {"op": "delete", "kind": "types", "key": "hero"},
        save("modules", "two", module()),
    )
    assert statuses(results) == [201, 403, 403, 403, 403, 201]
    assert (
        Editor(app.test_client(), "viewer")("POST", "/bulk", {"operations": [save("rules", "x", {})]}).status_code
        == 403
    )


def test_locales_and_fields_are_looked_at_in_each(database: Database, world: Editor) -> None:
    german = {
        "german": (Grant(frozenset({"content.read"})), Grant(frozenset({"content.write"}), locales=frozenset({"de"})))
    }
    editor = Editor(build(database, german).test_client(), "german")
    keys = ("one", "two", "three")
    assert statuses(bulk(world, *(save("modules", key, module()) for key in keys))) == [201] * 3
    both = {"en": {"heading": "Hello"}, "de": {"heading": "Hallo"}}
    results = bulk(
        editor,
        save("modules", "one", module(locales=both)),
        save("modules", "two", module("Changed", locales={**both, "en": {"heading": "Changed"}})),
        save("modules", "three", module(locales=both)),
    )
    assert statuses(results) == [200, 403, 200]
    assert "locale 'en'" in results[1]["problem"]["detail"]


def test_what_is_wrong_with_hidden_fields_is_not_told(database: Database, world: Editor) -> None:
    secret = {**HERO, "fields": {**HERO["fields"], "cost": {"kind": "number"}}}
    assert world("PUT", "/types/hero", secret).status_code == 200
    for key in ("one", "two"):
        cost = {"en": {"heading": "A", "cost": 7}}
        assert world("PUT", f"/modules/{key}", module(locales=cost)).status_code == 201
    both = frozenset({"content.read", "content.write"})
    blind = {"blind": (Grant(both, denied_fields=frozenset({"hero/cost"})),)}
    editor = Editor(build(database, blind).test_client(), "blind")
    told = module(locales={"en": {"heading": "B", "cost": 1}})
    results = bulk(editor, save("modules", "one", module("B")), save("modules", "two", told))
    assert statuses(results) == [200, 403]
    kept = world("GET", "/modules/one").get_json()
    assert kept["locales"]["en"] == {"heading": "B", "cost": 7}, "what they cannot see stays"


SHAPES = [
    ({"operations": []}, "1 to 1000"),
    ({"operations": [save("rules", "x", {})] * 1001}, "1 to 1000"),
    ({"operations": [{"op": "burn", "kind": "rules", "key": "x"}]}, "op"),
    ({"operations": [{"op": "save", "kind": "rules", "key": "x"}]}, "one of content, text and base64"),
    ({"operations": [{**save("rules", "x", {}), "text": "{}"}]}, "one of content, text and base64"),
    ({"operations": [{"op": "delete", "kind": "rules", "key": "x", "content": {}}]}, "delete does not take it"),
    ({"operations": [{"op": "save", "kind": "rules", "key": "x", "base64": "%"}]}, "base64"),
    ({"operations": [save("rules", "x", {}, if_match="a", if_none_match="*")]}, "if_match and if_none_match"),
    ({"operations": [save("rules", "x", {}, if_none_match="a")]}, "if_none_match"),
    ({"operations": [save("rules", "x", {}, color="red")]}, "color"),
    ({}, "operations"),
]


@pytest.mark.parametrize(("body", "words"), SHAPES, ids=[words for _, words in SHAPES])
def test_a_call_of_another_form_is_refused_whole(world: Editor, body: Any, words: str) -> None:
    answer = world("POST", "/bulk", body)
    assert answer.status_code == 422
    assert words in answer.text
    assert world("GET", "/rules/x").status_code == 404


def test_a_thousand_operations_are_taken(world: Editor) -> None:
    results = bulk(world, *(save("modules", f"m-{number}", module(f"Number {number}")) for number in range(1000)))
    assert statuses(results) == [201] * 1000
    assert json.loads(world("GET", "/modules/m-999").data)["locales"]["en"]["heading"] == "Number 999"


def test_what_lies_around_modules_is_read_once(world: Editor, database: Database) -> None:
    """However many there are: their context is no part of what each of them costs."""

    def reads(count: int) -> int:
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        bulk(world, *(save("modules", f"n-{count}-{number}", module()) for number in range(count)))
        event.remove(database.engine, "before_cursor_execute", note)
        return sum("FROM bodies" in one for one in seen)

    few, many = reads(5), reads(50)
    assert many <= few + 4


def test_each_leaves_the_acts_of_the_single_call(world: Editor, database: Database) -> None:
    with database.read() as connection:
        before = len(read_log(connection, limit=500))
    bulk(
        world,
        save("modules", "one", module()),
        save("modules", "two", module()),
        {"op": "archive", "kind": "modules", "key": "one"},
        {"op": "delete", "kind": "modules", "key": "two", "override": "it must go"},
        made_by="import",
    )
    with database.read() as connection:
        rows = read_log(connection, limit=500, oldest=True)[before:]
    assert [(row.action, row.what) for row in rows] == [
        ("content.import", "modules/one"),
        ("content.import", "modules/two"),
        ("content.archive", "modules/one"),
        ("content.delete", "modules/two"),
    ]
    assert rows[-1].note == "it must go"
