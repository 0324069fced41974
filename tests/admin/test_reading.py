"""Content is read in parts: what was asked for, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules import ContentStore
from storage import Database

from .conftest import Editor
from .teasers import CONTENTS, FIRST, opened, told


@pytest.fixture
def as_role(database: Database) -> Callable[..., Editor]:
    return opened(database)


@pytest.fixture
def editor(as_role: Callable[..., Editor]) -> Editor:
    return as_role()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("title", {"title": "First"}),
        ("kind,version,state", {"version": 1, "state": "draft"}),
        ("body.tags,body.locales.en.heading", {"body": {"tags": ["top"], "locales": {"en": {"heading": "Hello"}}}}),
        ("body.locales.*.heading", {"body": {"locales": {"en": {"heading": "Hello"}, "de": {"heading": "Hallo"}}}}),
        ("body.locales.*.secret", {"body": {"locales": {"de": {"secret": "rosebud"}}}}),
        ("body.locales.de.picture.asset", {"body": {"locales": {"de": {"picture": {"asset": "dot.svg"}}}}}),
        ("locales.de", {"locales": {"de": "draft"}}),
        ("body.title,body.note,ends_at", {"body": {"title": "First"}, "ends_at": None}),
        ("body.locales.fr.heading", {}),
        ("body,body.title", {"body": CONTENTS["modules", "a"]}),
    ],
)
def test_only_the_parts_that_are_asked_for_come_back(editor: Editor, fields: str, expected: Any) -> None:
    """Of one piece of content, and of each item of a list."""
    assert told(editor("GET", f"/modules/a?fields={fields}")) == {"item": FIRST | expected}
    page = told(editor("GET", f"/modules?fields={fields}&limit=1"))
    assert page["items"] == [FIRST | expected] and page.keys() == {"items", "next"}


def test_an_order_that_means_something_stays(editor: Editor) -> None:
    text = editor("GET", "/modules/a?fields=body.locales").text
    assert text.index('"en"') < text.index('"de"')


def test_entries_of_a_list_keep_their_places(editor: Editor, database: Database) -> None:
    slots = [{"key": "top", "title": "Top"}, {"key": "side"}]
    layout = json.dumps({"title": "Home", "slots": slots}).encode()
    ContentStore(database).put("layouts", "home", layout, author="ann", now=1.0)
    item = told(editor("GET", "/layouts/home?fields=body.slots.title"))["item"]
    assert item["body"] == {"slots": [{"title": "Top"}, {}]}


@pytest.mark.parametrize(
    ("path", "remedy"),
    [
        ("/modules?fields=ttle", "did you mean 'title'?"),
        ("/modules?fields=title,body.tag", "did you mean 'body.tags'?"),
        ("/modules?fields=body.locales.*.headng", "did you mean 'body.locales.*.heading'?"),
        ("/modules?fields=body.variants.locales.de.headng", "did you mean 'body.variants.locales.de.heading'?"),
        ("/modules?fields=body.heading", "did you mean 'body.locales.*.heading'?"),
        ("/modules?fields=headng", "did you mean 'body.locales.*.heading'?"),
        ("/modules?fields=heading", "did you mean 'body.locales.*.heading'?"),
        ("/modules/n?fields=body.locales.en.heading", "there are text"),
        ("/modules?type=note&fields=body.locales.en.heading", "there are text"),
        ("/modules?fields=title.first", "nothing lies below that; leave it out"),
        ("/layouts?fields=body.slots.kye", "did you mean 'body.slots.key'?"),
        ("/experiments?fields=body.variation", "did you mean 'body.variations'?"),
        ("/types?fields=body.fields.heading.knd", "did you mean 'body.fields.heading.kind'?"),
        ("/assets?fields=body", None),
        ("/search?q=hello&fields=snipet", "did you mean 'snippet'?"),
        ("/search?q=hello&kind=modules&fields=body.slots", None),
    ],
)
def test_a_part_that_there_is_not_is_refused_by_name(editor: Editor, path: str, remedy: str | None) -> None:
    answer = editor("GET", path)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json["errors"]
    assert error["pointer"] == "fields"
    assert path.rpartition("=")[2].rpartition(",")[2] in error["message"]
    if remedy is not None:
        assert error["remedy"] == remedy


@pytest.mark.parametrize(
    "query", ["fields=", "fields=a,,b", "fields=.a", "fields=a.", "include=11", "include=-1", "include=x", "fields=%00"]
)
def test_what_is_no_path_and_no_depth_is_refused(editor: Editor, query: str) -> None:
    for path in ("/modules", "/modules/a", "/search"):
        assert editor("GET", f"{path}?q=x&{query}" if path == "/search" else f"{path}?{query}").status_code == 422


def test_a_hidden_field_cannot_be_asked_for(as_role: Callable[..., Editor]) -> None:
    """It is refused as one that there is not, in the same words."""
    hidden = as_role("no-secret")("GET", "/modules?fields=body.locales.*.secret")
    unknown = as_role("no-secret")("GET", "/modules?fields=body.locales.*.nosuch")
    assert hidden.status_code == unknown.status_code == 422
    assert hidden.text.replace("secret", "nosuch") == unknown.text
    assert told(as_role("german")("GET", "/modules/a?fields=body.locales.*.secret"))["item"]["body"]["locales"]["de"]


def test_what_nobody_checked_has_no_parts(as_role: Callable[..., Editor], database: Database) -> None:
    """An import keeps what it finds: a draft that is no JSON is listed all the same."""
    for content in (b"{", b"[]"):
        ContentStore(database).put("modules", "odd", content, author="ann", now=1.0)
        for query in ("fields=title,body.tags", "include=1"):
            item = told(as_role()("GET", f"/modules/odd?{query}"))["item"]
            assert item["key"] == "odd" and "body" not in item
            assert "odd" in {one["key"] for one in told(as_role()("GET", f"/modules?{query}"))["items"]}
        assert as_role("no-secret")("GET", "/modules?include=1").status_code == 200
        assert as_role("notes")("GET", "/modules/odd?include=1").status_code == 403
