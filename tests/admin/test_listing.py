"""Editors find drafts: by filters, in an order, a page at a time, and by their words."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import Grant

from .conftest import Editor, build

TYPE = {"title": "Card", "fields": {name: {"kind": "text"} for name in ("heading", "secret")}}


@pytest.fixture
def shop(world: Editor) -> Editor:
    """Three modules of two types; the second is published."""
    world("PUT", "/types/card", TYPE)
    for key, kind, title, words in (("a", "hero", "Zebra", "Fresh coffee"), ("b", "card", "Apple", "Tea")):
        body = {"type": kind, "title": title, "tags": [key], "locales": {"en": {"heading": words}}}
        assert world("PUT", f"/modules/{key}", body).status_code == 201
    world("POST", "/releases", {"name": "First", "publish": True})
    body = {"type": "card", "targeting": "buyers", "locales": {"de": {"heading": "Kaffee", "secret": "rosebud"}}}
    assert world("PUT", "/modules/c", body).status_code == 201
    return world


def keys(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json
    return [one["key"] for one in answer.json["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "a b c"),
        ("?sort=-key", "c b a"),
        ("?sort=title", "b c a"),
        ("?type=card&sort=-updated_at", "c b"),
        ("?tag=a", "a"),
        ("?tag=a&tag=b", ""),
        ("?locale=de", "c"),
        ("?state=draft", "c"),
        ("?state=published&locale=en", "a b"),
        ("?rule=buyers", "c"),
        ("?uses=types/card&uses=rules/buyers", "c"),
        ("?text=coff", "a"),
        ("?updated_since=5", ""),
        ("?archived=true", ""),
        ("?updated_by=ann&expires_before=99", ""),
    ],
)
def test_lists_are_filtered_and_sorted(shop: Editor, query: str, expected: str) -> None:
    assert keys(shop("GET", f"/modules{query}")) == expected.split()


def test_a_row_tells_how_the_draft_stands(shop: Editor) -> None:
    shop("PUT", "/modules/a", {"type": "hero", "locales": {"en": {"heading": "New"}, "fr": {"heading": "Neuf"}}})
    row = shop("GET", "/modules").json["items"][0]
    assert (row["state"], row["locales"]) == ("changed", {"en": "changed", "fr": "draft"})
    assert (row["type"], row["version"], row["archived_at"]) == ("hero", 2, None)


def test_a_page_leads_to_the_next_in_its_own_order_only(shop: Editor) -> None:
    first = shop("GET", "/modules?sort=title&limit=2").json
    assert keys(shop("GET", f"/modules?sort=title&limit=2&after={first['next']}")) == ["a"]
    assert shop("GET", f"/modules?sort=key&after={first['next']}").status_code == 422


@pytest.mark.parametrize(
    "query",
    ["?limit=0", "?limit=501", "?sort=nothing", "?after=nonsense", "?after=WzFd", "?state=good", "?uses=rules",
     "?expires_before=soon", "?archived=perhaps", "?text=" + "x" * 501],
)  # fmt: skip
def test_what_cannot_be_listed_is_refused(shop: Editor, query: str) -> None:
    assert shop("GET", f"/modules{query}").status_code == 422


def test_only_some_kinds_have_channels(shop: Editor) -> None:
    assert shop("GET", "/rules?channel=web").status_code == 422
    assert keys(shop("GET", "/modules?channel=web")) == []


def test_the_search_tells_what_it_found_and_where(shop: Editor) -> None:
    found = shop("GET", "/search?q=coffee").json
    assert (found["ranked"], found["total"], found["next"]) == (True, 1, None)
    (hit,) = found["items"]
    assert (hit["kind"], hit["key"], hit["locale"], hit["state"]) == ("modules", "a", "en", "published")
    assert hit["snippet"] == {"field": "heading", "text": "Fresh coffee", "marks": [[6, 12]]}


def test_the_search_looks_where_it_is_told(shop: Editor) -> None:
    assert keys(shop("GET", "/search?q=buy&kind=rules&kind=segments")) == ["buyers"]
    assert keys(shop("GET", "/search?q=kaffee&locale=de")) == ["c"]
    assert keys(shop("GET", "/search?q=kaffee&locale=en")) == []
    first = shop("GET", "/search?q=card&limit=1").json
    assert len({*keys(shop("GET", f"/search?q=card&limit=2&after={first['next']}")), first["items"][0]["key"]}) == 3


@pytest.mark.parametrize("query", ["", "?q=x&kind=nothing", "?q=x&after=nonsense", "?q=x&limit=101", "?q=" + "x" * 501])
def test_what_cannot_be_searched_is_refused(shop: Editor, query: str) -> None:
    assert shop("GET", f"/search{query}").status_code == 422


@pytest.mark.parametrize(
    ("grant", "listed", "found"),
    [
        ({"denied_fields": {"secret"}}, "a b c", []),
        ({"denied_fields": {"hero/secret"}}, "a b c", ["c"]),
        ({"types": {"hero"}}, "a", []),
        ({"locales": {"en"}}, "a b c", []),
        ({"kinds": {"rules"}}, "", []),
        ({"kinds": {"modules"}}, "a b c", ["c"]),
    ],
)
def test_nobody_finds_what_is_kept_from_them(
    shop: Editor, database: Any, grant: dict[str, set[str]], listed: str, found: list[str]
) -> None:
    limited = Grant(frozenset({"content.read"}), **{name: frozenset(names) for name, names in grant.items()})
    some = Editor(build(database, {"some": (limited,)}).test_client(), "some")
    if grant.get("kinds") != {"rules"}:
        assert keys(some("GET", "/modules")) == listed.split()
        assert keys(some("GET", "/modules?text=rosebud")) == found
    assert keys(some("GET", "/search?q=rosebud")) == found
