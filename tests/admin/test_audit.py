"""The audit log over the management API: searched a page at a time, or taken out whole."""

from __future__ import annotations

import json

import pytest

from storage import Act, Database, record
from tests.admin.conftest import Editor


@pytest.fixture
def acts(editor: Editor, database: Database) -> Editor:
    """An editor who has something to look for."""
    with database.write() as connection:
        record(
            connection,
            Act("ann", "content.save", "modules/a", 1_000.0, after="a" * 64),
            Act("bob", "content.save", "modules/b", 2_000.0),
            Act("bob", "release.publish", "releases/r1", 3_000.0, note="as agreed"),
            Act("ann", "content.delete", "modules/a", 4_000.0, before="a" * 64),
        )
    return editor


def test_acts_come_newest_first_a_page_at_a_time(acts: Editor) -> None:
    first = acts("GET", "/audit?limit=3").get_json()
    assert [row["seq"] for row in first["items"]] == [4, 3, 2]
    rest = acts("GET", f"/audit?limit=3&after={first['next']}").get_json()
    assert ([row["seq"] for row in rest["items"]], rest["next"]) == ([1], None)
    assert {name: first["items"][1][name] for name in ("at", "who", "action", "what", "before", "after", "note")} == {
        "at": 3_000.0,
        "who": "bob",
        "action": "release.publish",
        "what": "releases/r1",
        "before": "",
        "after": "",
        "note": "as agreed",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("who=bob", [3, 2]),
        ("action=content.*", [4, 2, 1]),
        ("action=content.save&what=modules/a", [1]),
        ("since=1970-01-01T00:33:20Z&until=1970-01-01T02:06:40%2B01:00", [3, 2]),
    ],
)
def test_acts_are_found_and_the_same_come_out_as_lines(acts: Editor, query: str, found: list[int]) -> None:
    assert [row["seq"] for row in acts("GET", f"/audit?{query}").get_json()["items"]] == found
    answer = acts("GET", f"/audit/export?{query}")
    assert answer.content_type == "application/x-ndjson"
    assert [json.loads(line)["seq"] for line in answer.text.splitlines()] == found[::-1]


@pytest.mark.parametrize("query", ["after=0", "after=x", "since=yesterday", "limit=501", "who=%00"])
def test_what_cannot_be_looked_for_is_refused(acts: Editor, query: str) -> None:
    assert acts("GET", f"/audit?{query}").status_code == 422
