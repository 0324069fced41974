"""The search finds drafts by their words, in any field and locale that whoever asks may see, and in none other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from modules import ContentStore, Name, Where
from modules.listing import searching
from storage import Database

FIELDS = {"heading": {"kind": "text"}, "body": {"kind": "richtext"}, "secret": {"kind": "text"},
          "steps": {"kind": "list", "of": {"text": {"kind": "text"}, "link": {"kind": "link"}}}}  # fmt: skip
BODIES: dict[Name, Any] = {
    ("types", "card"): {"title": "Card", "description": "With a picture", "fields": FIELDS},
    ("types", "memo"): {"title": "Memo", "fields": FIELDS},
    ("rules", "buyers"): {"title": "Coffee buyers", "logic": True},
    ("modules", "one"): {"type": "card", "title": "Coffee", "tags": ["spring"], "note": "ask Kim", "locales": {
        "en": {"heading": "Morning", "body": "<p>Fresh <b>coffee</b> beans</p><p>ground</p>", "secret": "margin"},
        "de": {"heading": "Frischer Kaffee"}}},
    ("modules", "two"): {"type": "card", "title": "Tea", "locales": {"en": {"heading": "Also coffee and margin"}},
                         "variants": [{"key": "b", "locales": {"en": {"heading": "Bold Crème brûlée"}}}]},
    ("modules", "three"): {"type": "memo", "title": "Notes", "locales": {
        "en": {"steps": [{"text": "Rinse the coffee filter"}, {"link": {"label": "Shop beans", "url": "/b"}}]}}},
}  # fmt: skip


@pytest.fixture
def store(database: Database) -> ContentStore:
    store = ContentStore(database)
    store.put_all({name: json.dumps(body).encode() for name, body in BODIES.items()}, author="ann", now=1.0)
    return store


def found(store: ContentStore, query: str, where: Where | None = None, **more: Any) -> list[str]:
    return [f"{hit.kind}/{hit.key}" for hit in store.search(query, where or Where(), **more).items]


ONE, TWO, THREE = "modules/one", "modules/two", "modules/three"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("beans", {ONE, THREE}),
        ("coffee beans", {ONE, THREE}),
        ("morning ground", {ONE}),
        ("spring", {ONE}),
        ("kim", {ONE}),
        ("kaffee", {ONE}),
        ("creme BRÛLÉE", {TWO}),
        ("three", {THREE}),
        ("picture", {"types/card"}),
        ("memo", {"types/memo", THREE}),
        ("bea", {ONE, THREE}),
        ("bea ", set()),
        ("p", {"types/card"}),
        ("frischer morning", set()),
        ("'; DROP TABLE documents; --", set()),
        ("", set()),
    ],
)
def test_words_are_found_wherever_they_stand(store: ContentStore, query: str, expected: set[str]) -> None:
    """In titles, keys, tags, notes and every field of one locale; in lists and variants; the tags of rich text not."""
    assert set(found(store, query)) == expected


def test_a_word_in_the_title_counts_most(store: ContentStore) -> None:
    assert found(store, "coffee", Where(["modules"]))[0] == ONE
    assert set(found(store, "coffee")[:2]) == {ONE, "rules/buyers"}


def test_a_draft_is_found_once_in_the_locale_that_fits(store: ContentStore) -> None:
    (hit,) = store.search("frischer", Where()).items
    assert (hit.key, hit.locale, hit.title) == ("one", "de", "Coffee")
    assert found(store, "coffee", Where(locale="de")) == [ONE], "its title is coffee in every locale"
    assert found(store, "tea", Where(locale="de")) == []


def test_a_snippet_shows_the_place_and_marks_the_words(store: ContentStore) -> None:
    (hit,) = store.search("beans fresh", Where()).items
    assert hit.snippet is not None
    assert hit.snippet.field == "body"
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.marks] == ["Fresh", "beans"]


@pytest.mark.parametrize(("query", "count", "ranked"), [("plum ", 14, True), ("sweet ", 40, False)])
def test_pages_neither_repeat_nor_leave_out(
    store: ContentStore, database: Database, query: str, count: int, ranked: bool
) -> None:
    """Few hits are ranked; many come with the newest first, and each draft once, in how many locales it may be."""
    sweet = {"en": {"heading": "sweet"}, "de": {"heading": "sweet"}}
    plum = {**sweet, "fr": {"heading": "sweet plum"}}
    bodies = [{"type": "card", "title": "Cake", "locales": sweet if n % 3 else plum} for n in range(40)]
    store.put_all(
        {("modules", f"m{n}"): json.dumps(body).encode() for n, body in enumerate(bodies)}, author="a", now=2.0
    )
    keys: list[str] = []
    after = None
    while not keys or after is not None:
        with database.read() as connection:
            page = searching.search(connection, query, Where(), after, 9, few=20)
        assert page.ranked is ranked
        keys += [hit.key for hit in page.items]
        after = page.next
    assert (len(keys), len(set(keys))) == (count, count)
    assert ranked or keys == [f"m{n}" for n in reversed(range(40))]


def test_what_is_saved_or_gone_is_found_or_not_at_once(store: ContentStore) -> None:
    body = {**BODIES[("modules", "two")], "title": "Cocoa"}
    store.put("modules", "two", json.dumps(body).encode(), author="ann", now=2.0)
    assert (found(store, "cocoa"), found(store, "tea ")) == ([TWO], [])
    store.archive([("modules", "two")], author="ann", now=3.0)
    assert found(store, "cocoa") == []
    assert found(store, "cocoa", Where(archived=True)) == [TWO]
    store.delete("modules", "two", author="ann", now=4.0)
    assert found(store, "cocoa", Where(archived=True)) == []


def hides(*hidden: tuple[str, str]) -> Any:
    """Somebody from whom these fields of types are kept."""
    return lambda kind, of, locale, name: (of, name) not in hidden or kind != "modules"


def test_a_field_that_is_kept_from_somebody_causes_no_hit(store: ContentStore) -> None:
    """The same word in a field that they may see does; so does the field of another type."""
    assert set(found(store, "margin")) == {ONE, TWO}
    assert found(store, "margin", sight=hides(("card", "secret"))) == [TWO]
    assert found(store, "coffee margin", sight=hides(("card", "secret"))) == [TWO]
    assert set(found(store, "coffee", sight=hides(("card", "secret")))) >= {ONE, TWO}
    assert set(found(store, "margin", sight=hides(("memo", "secret")))) == {ONE, TWO}
    assert found(store, "marg", sight=hides(("card", "secret"), ("card", "heading"))) == []


def test_a_hidden_field_is_in_no_snippet(store: ContentStore) -> None:
    body = {**BODIES[("modules", "one")], "note": "margin of spring"}
    store.put("modules", "one", json.dumps(body).encode(), author="ann", now=2.0)
    (hit,) = store.search("margin spring", Where(), sight=hides(("card", "secret"))).items
    assert hit.snippet is not None
    assert (hit.snippet.field, "spring" in hit.snippet.text) == ("", True)


def test_a_locale_or_type_that_is_kept_from_somebody_causes_no_hit(store: ContentStore) -> None:
    assert found(store, "kaffee", sight=lambda kind, of, locale, name: locale != "de") == []
    assert found(store, "filter", sight=lambda kind, of, locale, name: of != "memo") == []
    assert found(store, "buyers", sight=lambda kind, of, locale, name: kind == "modules") == []


@pytest.mark.parametrize("text", ["\u0000", "🎉" * 50_000, "\u202egnp.exe", "a" * 200_000, "' \" * ( ) : ^ - %"])
def test_odd_texts_are_saved_and_searched_without_harm(store: ContentStore, text: str) -> None:
    body = {"type": "card", "title": "Odd", "locales": {"en": {"heading": text}}}
    store.put("modules", "odd", json.dumps(body).encode(), author="ann", now=2.0)
    assert "modules/odd" in found(store, "odd")
    found(store, text[:500])
