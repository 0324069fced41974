"""A release in the management API: filled, judged, approved, scheduled, published, compared, read as it would be."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Editor

LAYOUT: dict[str, Any] = {"title": "Home", "channels": ["web"], "slots": [{"key": "top", "types": ["hero"]}]}


def hero(tier: int = 0, **headings: str) -> dict[str, Any]:
    return {"type": "hero", "tier": tier, "locales": {locale: {"heading": words} for locale, words in headings.items()}}


def wish(key: str, *locales: str, kind: str = "modules", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "key": key, **({"locales": list(locales)} if locales else {}), **more}


def published(editor: Editor, key: str) -> Any:
    """The body that is served under a module's key, None for nothing."""
    served = editor("GET", "/releases").json["published"]
    found = editor("GET", f"/modules/{key}?release={served}")
    return found.json if found.status_code == 200 else None


@pytest.fixture
def shop(world: Editor) -> Editor:
    """A home page with one module in three languages, published."""
    world("PUT", "/layouts/home", LAYOUT)
    world("PUT", "/modules/hello", hero(en="Hello", de="Hallo", fr="Salut"))
    assert world("POST", "/releases", {"name": "first", "publish": True}).status_code == 201
    return world


def make(editor: Editor, *wishes: dict[str, Any], name: str = "Spring") -> str:
    made = editor("POST", "/releases", {"name": name, "changes": list(wishes)})
    assert made.status_code == 201, made.text
    identity: str = made.json["id"]
    return identity


def test_a_release_waits_and_publishes_what_was_put_into_it(shop: Editor) -> None:
    shop("PUT", "/modules/hello", hero(en="Hi", de="Servus", fr="Coucou"))
    release = make(shop, wish("hello", "de"))
    shop("PUT", "/modules/hello", hero(en="Hey", de="Moin", fr="Coucou"))
    assert published(shop, "hello") == hero(en="Hello", de="Hallo", fr="Salut")
    (change,) = shop("GET", f"/releases/{release}").json["changes"]
    assert (change["locale"], change["action"], change["behind"]) == ("de", "publish", True)
    out = shop("POST", f"/releases/{release}/publish")
    assert (out.status_code, out.json["status"]) == (200, "published")
    assert published(shop, "hello") == hero(en="Hello", de="Servus", fr="Salut"), "the revision that was pinned"
    assert shop("GET", "/modules/hello").json == hero(en="Hey", de="Moin", fr="Coucou"), "drafts stay where they are"


def test_a_release_is_refreshed_to_the_drafts_of_now(shop: Editor) -> None:
    shop("PUT", "/modules/hello", hero(en="Hi", de="Servus", fr="Coucou"))
    release = make(shop, wish("hello", "de", "fr"))
    shop("PUT", "/modules/hello", hero(en="Hey", de="Moin", fr="Bonjour"))
    changes = shop("POST", f"/releases/{release}/refresh").json["changes"]
    assert [change["behind"] for change in changes] == [False, False]
    shop("POST", f"/releases/{release}/changes/drop", {"changes": [wish("hello", "fr")]})
    shop("POST", f"/releases/{release}/publish")
    assert published(shop, "hello") == hero(en="Hello", de="Moin", fr="Salut")


def test_all_drafts_that_differ_are_put_into_a_release(shop: Editor) -> None:
    shop("PUT", "/modules/other", hero(en="Other"))
    shop("DELETE", "/rules/buyers?override=test")
    made = shop("POST", "/releases", {"name": "All", "changes": "all drafts"}).json
    changes = shop("GET", f"/releases/{made['id']}").json["changes"]
    assert [(one["kind"], one["key"], one["action"]) for one in changes] == [
        ("modules", "other", "publish"),
        ("rules", "buyers", "unpublish"),
    ]


@pytest.mark.parametrize(
    ("change", "pointer", "told"),
    [
        (wish("helo"), "/changes/0/key", "there is no draft of modules/helo"),
        (wish("hello", "dee"), "/changes/0/locales/0", "no locale 'dee'"),
        (wish("home", "de", kind="layouts"), "/changes/0/locales", "has no locales"),
        (wish("hello", revision="0" * 64), "/changes/0/revision", "no revision"),
        (wish("other", action="unpublish"), "/changes/0/key", "is not published"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_its_place(
    shop: Editor, change: dict[str, Any], pointer: str, told: str
) -> None:
    answer = shop("POST", "/releases", {"name": "x", "changes": [change]})
    assert answer.status_code == 422
    (error,) = answer.json["errors"]
    assert error["pointer"] == pointer
    assert told in error["message"]
    assert len(shop("GET", "/releases").json["items"]) == 1, "nothing was made"


def test_a_release_is_approved_as_it_is_and_opened_again_to_be_changed(shop: Editor) -> None:
    release = make(shop, wish("hello"))
    assert shop("POST", f"/releases/{release}/submit").json["status"] == "in-review"
    assert shop("POST", f"/releases/{release}/changes", {"changes": [wish("hello")]}).status_code == 409
    assert shop("POST", f"/releases/{release}/approve", {"note": "fine"}).json["status"] == "approved"
    assert shop("POST", f"/releases/{release}/send-back", {"note": "not so fast"}).json["status"] == "open"
    steps = shop("GET", f"/releases/{release}").json["steps"]
    assert [(one["action"], one["by"], one["note"]) for one in steps[-3:]] == [
        ("submit", "ann", ""),
        ("approve", "ann", "fine"),
        ("reopen", "ann", "not so fast"),
    ]
    assert shop("POST", f"/releases/{release}/cancel").json["status"] == "cancelled"
    assert shop("POST", f"/releases/{release}/publish").status_code == 409


def test_two_people_do_not_change_one_release_unseen(shop: Editor) -> None:
    release = make(shop, wish("hello"))
    read = shop("GET", f"/releases/{release}").headers["ETag"]
    named = shop("PATCH", f"/releases/{release}", {"name": "Summer"}, If_Match=read)
    assert (named.status_code, named.json["name"]) == (200, "Summer")
    for method, path, body in (
        ("PATCH", "", {"name": "Autumn"}),
        ("POST", "/approve", None),
        ("POST", "/publish", None),
        ("POST", "/changes", {"changes": [wish("hello")]}),
    ):
        assert shop(method, f"/releases/{release}{path}", body, If_Match=read).status_code == 412
    assert shop("POST", f"/releases/{release}/publish", If_Match=named.headers["ETag"]).status_code == 200


def test_what_is_wrong_is_told_and_whether_the_release_brings_it(shop: Editor) -> None:
    shop("PUT", "/modules/low", hero(tier=1, en="Low"))
    release = make(shop, wish("low"), wish("buyers", kind="rules", action="unpublish"))
    judged = shop("POST", f"/releases/{release}/validate").json
    assert judged["ok"] is True
    assert [(one["code"], one["severity"], one["new"]) for one in judged["findings"]] == [("shadowed", "warning", True)]
    assert judged["difference"] == {"added": ["modules/low"], "removed": ["rules/buyers"], "changed": []}
    shop("PUT", "/layouts/home", {**LAYOUT, "slots": [{"key": "top", "types": ["hero", "poster"], "min": 1}]})
    release = make(shop, wish("home", kind="layouts"))
    judged = shop("POST", f"/releases/{release}/validate").json
    assert judged["ok"] is False
    assert [(one["pointer"], one["severity"], one["new"]) for one in judged["findings"]] == [
        ("/layouts/home/slots/0/types/1", "error", True),
        ("/layouts/home/slots/0", "error", True),
    ]
    refused = shop("POST", f"/releases/{release}/publish")
    assert refused.status_code == 422
    assert len(refused.json["errors"]) == 2


def test_a_finding_that_was_there_before_is_not_new(shop: Editor) -> None:
    shop("PUT", "/layouts/home", {**LAYOUT, "slots": [{"key": "top", "types": ["hero"], "min": 1}], "static": "Hi"})
    shop("POST", "/layouts/home/publish")
    release = make(shop, wish("buyers", kind="rules"))
    (finding,) = shop("POST", f"/releases/{release}/validate").json["findings"]
    assert (finding["pointer"], finding["severity"], finding["new"]) == ("/layouts/home/slots/0", "warning", False)


def test_what_happened_meanwhile_is_told_and_the_release_goes_out_all_the_same(shop: Editor) -> None:
    shop("PUT", "/modules/hello", hero(en="Hi", de="Servus", fr="Coucou"))
    release, other = make(shop, wish("hello", "de")), make(shop, wish("hello"), name="Other")
    (also,) = shop("POST", f"/releases/{release}/validate").json["findings"]
    assert (also["code"], also["pointer"], also["severity"]) == ("also-changed", "/modules/hello", "warning")
    assert other in also["message"]
    shop("POST", f"/releases/{other}/cancel")
    shop("POST", "/modules/hello/publish", {"locales": ["fr"]})
    assert shop("POST", f"/releases/{release}/validate").json["findings"] == [], "French is no matter to German"
    shop("PUT", "/modules/hello", hero(en="Hi", de="Moin", fr="Coucou"))
    shop("POST", "/modules/hello/publish", {"locales": ["de"]})
    (moved,) = shop("POST", f"/releases/{release}/validate").json["findings"]
    assert (moved["code"], moved["pointer"]) == ("published-meanwhile", "/modules/hello/locales/de")
    shop("POST", f"/releases/{release}/publish")
    assert published(shop, "hello") == hero(en="Hello", de="Servus", fr="Coucou")


def test_two_releases_are_compared_with_each_other_and_with_what_is_served(shop: Editor) -> None:
    first = shop("GET", "/releases").json["published"]
    shop("PUT", "/modules/new", hero(en="New"))
    shop("PUT", "/modules/hello", hero(en="Hi"))
    release = make(shop, wish("new"), wish("hello"))
    added = {"added": ["modules/new"], "removed": [], "changed": ["modules/hello"]}
    assert shop("GET", f"/releases/{release}/compare").json == {"release": release, "to": first, "difference": added}
    (piece,) = shop("GET", f"/releases/{release}/compare?fields=true").json["pieces"]
    assert (piece["kind"], piece["key"]) == ("modules", "hello")
    assert {(one["pointer"], one["kind"]) for one in piece["changes"]} == {
        ("/locales/de", "removed"),
        ("/locales/en/heading", "changed"),
        ("/locales/fr", "removed"),
    }
    other = make(shop, wish("new"), name="Other")
    against = shop("GET", f"/releases/{release}/compare?to={other}").json["difference"]
    assert against == {"added": [], "removed": [], "changed": ["modules/hello"]}
    shop("POST", f"/releases/{release}/publish")
    assert shop("GET", f"/releases/{first}/compare?to={release}").json["difference"] == {
        "added": [],
        "removed": ["modules/new"],
        "changed": ["modules/hello"],
    }


def test_one_piece_is_published_and_taken_away_by_itself(shop: Editor) -> None:
    shop("PUT", "/modules/hello", hero(en="Hi", de="Servus", fr="Coucou"))
    shop("PUT", "/modules/new", hero(en="New"))
    made = shop("POST", "/modules/hello/publish", {"locales": ["de"], "note": "Munich asked"})
    assert (made.status_code, made.json["name"]) == (201, "Publish modules/hello (de)")
    assert published(shop, "hello") == hero(en="Hello", de="Servus", fr="Salut")
    assert published(shop, "new") is None
    shop("POST", "/modules/hello/unpublish", {"locales": ["fr"]})
    assert published(shop, "hello") == hero(en="Hello", de="Servus")
    shop("POST", "/modules/hello/unpublish", {"locales": ["de", "en"]})
    assert published(shop, "hello") is None
    shop("POST", "/modules/hello/publish")
    assert published(shop, "hello") == hero(en="Hi", de="Servus", fr="Coucou")


TIP = {
    "title": "Tip",
    "fields": {"words": {"kind": "text", "role": "body"}, "see": {"kind": "reference", "to": "hero"}},
}


def test_what_is_used_is_not_taken_away_without_a_reason(shop: Editor) -> None:
    shop("PUT", "/types/tip", TIP)
    shop("PUT", "/modules/tip", {"type": "tip", "locales": {"en": {"words": "Look", "see": "hello"}}})
    release = make(shop, wish("tip", kind="types"), wish("tip"))
    assert shop("POST", f"/releases/{release}/publish").status_code == 200
    refused = shop("POST", "/modules/hello/unpublish")
    assert refused.status_code == 409
    assert [error["pointer"] for error in refused.json["errors"]] == ["/modules/tip/locales/en/see"]
    away = make(shop, wish("hello", action="unpublish"))
    assert shop("POST", f"/releases/{away}/publish").status_code == 422
    both = make(shop, wish("hello", action="unpublish"), wish("tip", action="unpublish"))
    assert shop("POST", f"/releases/{both}/validate").json["ok"] is True
    gone = shop("POST", "/modules/hello/unpublish", {"override": "the campaign is over"})
    assert gone.status_code == 201
    assert published(shop, "hello") is None
    (step,) = shop("GET", f"/releases/{gone.json['id']}").json["steps"]
    assert step["note"] == "override: the campaign is over"


def test_what_is_named_must_be_there(shop: Editor) -> None:
    shop("PUT", "/types/tip", TIP)
    shop("PUT", "/modules/other", hero(en="Other"))
    shop("PUT", "/modules/tip", {"type": "tip", "locales": {"en": {"words": "Look", "see": "other"}}})
    release = make(shop, wish("tip", kind="types"), wish("tip"))
    (error,) = shop("POST", f"/releases/{release}/publish").json["errors"]
    assert (error["pointer"], error["message"]) == ("/modules/tip/locales/en/see", "there is no modules/other")
    shop("POST", f"/releases/{release}/changes", {"changes": [wish("other")]})
    assert shop("POST", f"/releases/{release}/publish").status_code == 200


def test_a_moment_must_be_one(shop: Editor) -> None:
    release = make(shop, wish("hello"))
    due = {"at": "2026-12-01T09:00", "zone": "Europe/Berlin"}
    made = shop("POST", f"/releases/{release}/schedule", due)
    assert (made.status_code, made.json["status"]) == (200, "scheduled")
    assert made.json["due"] == {**due, "instant": 1796112000.0}
    for wrong in ({**due, "zone": "Europe/Berlinn"}, {**due, "at": "soon"}, {"zone": "UTC"}):
        assert shop("POST", f"/releases/{release}/schedule", wrong).status_code == 422
    assert shop("POST", f"/releases/{release}/reopen").json["due"] is None


def test_a_release_is_read_as_it_would_be_served_with_all_that_it_names(shop: Editor) -> None:
    first = shop("GET", "/releases").json["published"]
    shop("PUT", "/modules/hello", hero(en="Hi", de="Servus", fr="Coucou"))
    shop("PUT", "/modules/new", hero(en="New"))
    shop("PUT", "/modules/draft", hero(en="Draft"))
    release = make(shop, wish("hello", "de"), wish("new"), wish("buyers", kind="rules", action="unpublish"))
    read = f"?release={release}"
    assert shop("GET", f"/modules/hello{read}").json == hero(en="Hello", de="Servus", fr="Salut")
    assert shop("GET", f"/modules/new{read}").json == hero(en="New")
    assert shop("GET", f"/modules/draft{read}").status_code == 404
    assert shop("GET", f"/rules/buyers{read}").status_code == 404
    assert shop("GET", f"/layouts/home{read}").json == LAYOUT, "what it does not change is what is served"
    assert [one["key"] for one in shop("GET", f"/modules{read}").json["items"]] == ["hello", "new"]
    page = shop("GET", f"/modules{read}&limit=1").json
    assert [one["key"] for one in page["items"]] == ["hello"]
    assert [one["key"] for one in shop("GET", f"/modules{read}&after={page['next']}").json["items"]] == ["new"]
    shop("POST", "/modules/draft/publish")
    assert shop("GET", f"/modules/draft{read}").status_code == 200, "it lies over what is served now"
    assert [one["key"] for one in shop("GET", f"/modules?release={first}").json["items"]] == ["hello"]
    assert shop("GET", f"/modules/hello{read}&revision={'0' * 64}").status_code == 422
