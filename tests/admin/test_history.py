"""Nobody overwrites another unseen: the second editor gets both sides and a merge. The past can be restored."""

from __future__ import annotations

from typing import Any

import pytest

from accounts import Grant

from .conftest import Editor, build

TYPE = {
    "title": "Card",
    "fields": {name: {"kind": "text"} for name in ("heading", "body", "secret")},
}
CARD: dict[str, Any] = {"type": "card", "locales": {"en": {"heading": "Hello", "body": "Fresh", "secret": "s1"}}}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>'


def card(**fields: Any) -> dict[str, Any]:
    return {**CARD, "locales": {"en": {**CARD["locales"]["en"], **fields}}}


@pytest.fixture
def base(world: Editor) -> str:
    """The ETag of the first version of a card, which two people are about to edit."""
    world("PUT", "/types/card", TYPE)
    tag: str = world("PUT", "/modules/welcome", CARD).headers["ETag"]
    return tag


def test_the_second_editor_gets_both_sides_and_their_merge(world: Editor, base: str) -> None:
    theirs = world("PUT", "/modules/welcome", card(heading="Theirs"), If_Match=base)
    assert theirs.status_code == 200
    refused = world("PUT", "/modules/welcome", card(body="Mine"), If_Match=base)
    assert refused.status_code == 409
    told = refused.json
    assert (told["base"]["version"], told["base"]["body"]) == (1, CARD)
    assert told["mine"] == {"body": card(body="Mine")}
    assert (told["theirs"]["version"], told["theirs"]["author"], told["theirs"]["body"]) == (
        2, "ann", card(heading="Theirs")
    )  # fmt: skip
    assert (told["merged"], told["conflicts"]) == (card(heading="Theirs", body="Mine"), [])
    tag = f'"{told["theirs"]["digest"]}"'
    assert world("PUT", "/modules/welcome?made_by=merge", told["merged"], If_Match=tag).status_code == 200
    assert world("GET", "/modules/welcome").json == card(heading="Theirs", body="Mine")
    assert [r["made_by"] for r in world("GET", "/modules/welcome/history").json["items"]] == ["merge", "save", "save"]


def test_what_both_changed_is_told_place_by_place(world: Editor, base: str) -> None:
    world("PUT", "/modules/welcome", {**card(heading="Theirs"), "note": "x"}, If_Match=base)
    refused = world("PUT", "/modules/welcome", {**card(heading="Mine"), "tier": 1}, If_Match=base).json
    at = "/locales/en/heading"
    sides = {"base": "Hello", "mine": "Mine", "theirs": "Theirs"}
    assert refused["conflicts"] == [{"pointer": at, "what": "value", **sides}]
    assert [error["pointer"] for error in refused["errors"]] == [at]
    assert refused["merged"] == {**card(heading="Theirs"), "note": "x", "tier": 1}
    assert world("GET", "/modules/welcome").json["locales"]["en"]["heading"] == "Theirs"


def test_a_save_that_is_sent_twice_is_done_once(world: Editor, base: str) -> None:
    first = world("PUT", "/modules/welcome", card(heading="New"), If_Match=base)
    again = world("PUT", "/modules/welcome", card(heading="New"), If_Match=base)
    assert (again.status_code, again.json["version"], again.headers["ETag"]) == (200, 2, first.headers["ETag"])


def test_where_nothing_can_be_offered_the_condition_just_fails(world: Editor, base: str) -> None:
    assert world("PUT", "/modules/welcome", card(heading="x"), If_Match='"unknown"').status_code == 412
    svg = {"Content_Type": "image/svg+xml"}
    tag = world("PUT", "/assets/dot.svg", SVG, **svg).headers["ETag"]
    world("PUT", "/assets/dot.svg", SVG + b"\n", **svg)
    assert world("PUT", "/assets/dot.svg", SVG + b" ", If_Match=tag, **svg).status_code == 412
    world("DELETE", "/modules/welcome")
    assert world("PUT", "/modules/welcome", card(heading="x"), If_Match=base).status_code == 412


def test_a_stale_edit_that_is_no_module_is_refused_for_what_is_wrong(world: Editor, base: str) -> None:
    world("PUT", "/modules/welcome", card(heading="Theirs"), If_Match=base)
    assert world("PUT", "/modules/welcome", b"{", If_Match=base).status_code == 422
    assert world("PUT", "/modules/welcome", {"type": "card"}, If_Match=base).status_code == 422


def test_a_merge_can_be_tried_without_saving(world: Editor, base: str) -> None:
    world("PUT", "/modules/welcome", card(heading="Theirs"))
    tried = world("POST", "/modules/welcome/merge", {"base": 1, "body": card(body="Mine")})
    assert tried.status_code == 200
    assert tried.json["merged"] == card(heading="Theirs", body="Mine")
    assert world("GET", "/modules/welcome").json == card(heading="Theirs")
    assert world("POST", "/modules/welcome/merge", {"base": 9, "body": CARD}).status_code == 404
    world("PUT", "/assets/dot.svg", SVG, Content_Type="image/svg+xml")
    assert world("POST", "/assets/dot.svg/merge", {"base": 1, "body": {}}).status_code == 422


def test_any_two_revisions_can_be_compared(world: Editor, base: str) -> None:
    world("PUT", "/modules/welcome", {**card(heading="Two"), "tags": ["new"]})
    world("POST", "/releases", {"name": "Two", "publish": True})
    world("PUT", "/modules/welcome", {**card(heading="Three"), "tags": ["new"]})
    told = world("GET", "/modules/welcome/diff?from=1&to=2").json
    assert (told["from"]["version"], told["to"]["version"]) == (1, 2)
    assert told["changes"] == [
        {"pointer": "/locales/en/heading", "kind": "changed", "before": "Hello", "after": "Two"},
        {"pointer": "/tags", "kind": "added", "after": ["new"]},
    ]
    draft = world("GET", "/modules/welcome/diff?from=published").json
    assert [(one["before"], one["after"]) for one in draft["changes"]] == [("Two", "Three")]
    assert world("GET", "/modules/welcome/diff?from=3&to=draft").json["changes"] == []


@pytest.mark.parametrize(
    ("query", "status"), [("", 422), ("?from=x", 422), ("?from=-1", 422), ("?from=9", 404), ("?from=published", 404)]
)
def test_revisions_that_are_not_there_are_refused(world: Editor, base: str, query: str, status: int) -> None:
    assert world("GET", f"/modules/welcome/diff{query}").status_code == status


def test_an_older_revision_is_restored_as_a_revision_of_its_own(world: Editor, base: str) -> None:
    world("PUT", "/modules/welcome", card(heading="Two"))
    restored = world("POST", "/modules/welcome/restore", {"version": 1})
    assert (restored.status_code, restored.json["version"], restored.json["made_by"]) == (200, 3, "restore")
    assert restored.headers["ETag"] == base
    world("DELETE", "/modules/welcome")
    assert world("POST", "/modules/welcome/restore", {"version": 2}).status_code == 201
    assert world("GET", "/modules/welcome").json == card(heading="Two")
    assert world("POST", "/modules/welcome/restore", {"version": 9}).status_code == 404


def test_what_no_longer_fits_is_not_restored(world: Editor, base: str) -> None:
    world("PUT", "/modules/welcome", {"type": "card", "locales": {"en": {"heading": "Two"}}})
    world("PUT", "/types/card", {"title": "Card", "fields": {"heading": {"kind": "text"}}})
    assert world("POST", "/modules/welcome/restore", {"version": 1}).status_code == 422


def test_a_field_that_is_kept_from_somebody_is_in_no_side_of_a_conflict(
    world: Editor, base: str, database: Any
) -> None:
    shown = frozenset({"heading", "body"})
    grants = (
        Grant(frozenset({"content.read", "content.write"}), kinds=frozenset({"modules"}), fields=shown),
        Grant(frozenset({"content.read"}), kinds=frozenset({"types"})),
    )
    some = Editor(build(database, {"some": grants}).test_client(), "some")
    mine = {"type": "card", "locales": {"en": {"heading": "Mine", "body": "Fresh"}}}
    world("PUT", "/modules/welcome", card(body="Theirs", secret="s2"))
    refused = some("PUT", "/modules/welcome", mine, If_Match=base)
    assert refused.status_code == 409
    assert "secret" not in refused.text
    merged = refused.json["merged"]
    assert merged["locales"]["en"] == {"heading": "Mine", "body": "Theirs"}
    tag = f'"{refused.json["theirs"]["digest"]}"'
    assert some("PUT", "/modules/welcome", merged, If_Match=tag).status_code == 200
    assert world("GET", "/modules/welcome").json == card(heading="Mine", body="Theirs", secret="s2")
    assert "secret" not in some("GET", "/modules/welcome/diff?from=1").text
