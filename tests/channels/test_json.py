"""The JSON channels: headless, chat and mobile."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from channels import Chat, Headless, Mobile
from tests.channels.world import BODY, NASTY, content, page, placement, view


def answer(channel: Any, *placements: Any, why: bool = True, **more: Any) -> dict[str, Any]:
    return orjson.loads(channel.render(page(*placements or (placement(),)), view(**more), why=why).body)


def test_headless_module() -> None:
    """The parts in order, the fields by name and type, the cards by field, and why it stands there."""
    told = answer(Headless())
    assert [told[name] for name in ("layout", "release", "decision_id", "level", "valid_until")] == [
        "home",
        "r1",
        "d1",
        0,
        1234.5,
    ]
    (slot,) = told["slots"]
    (module,) = slot["modules"]
    assert [part["role"] for part in module["parts"]] == [
        "heading", "body", "image", "action", "body", "body", "items", "data",
    ]  # fmt: skip
    assert module["fields"] == {
        "heading": "Coffee for Ada",
        "text": '<p>Roasted in <a href="/town" rel="noopener noreferrer">Delft</a></p>',
        "picture": {"src": "https://shop.example/assets/coffee.svg?v=1", "alt": "A cup of coffee"},
        "go": {"label": "Shop coffee", "url": "/shop?for=Ada"},
        "steps": [{"line": "Grind."}, {"line": "Pour."}],
        "strength": 4,
    }
    assert [card["id"] for card in module["items"]["products"]] == ["11", "12"]
    assert module["items"]["products"][0]["price_text"] == "$3.99"
    assert module["assigned"] == [{"experiment": "hero-words", "variation": "bold"}]
    assert (module["reason"], module["tier"], module["score"]) == ("for everybody; tier 10", 10, 1.5)
    assert slot["why"]["stopped"] == [
        {"module": "tea-story", "gate": "targeting", "detail": "tea-lover", "because": ["/0"]}
    ]


@pytest.mark.parametrize("channel", [Headless, Mobile])
def test_exposures_can_be_reported_without_reasons(channel: Any) -> None:
    """Without reasons the assigned variations are still there: whoever shows them reports them."""
    told = answer(channel(), why=False)
    (module,) = told.get("slots", told.get("sections"))[0]["modules"]
    assert module["assigned"] == [{"experiment": "hero-words", "variation": "bold"}]
    assert "reason" not in module


def test_facts_in_rich_text_are_escaped_twice() -> None:
    """Rich text is HTML inside JSON: a fact in it must be inert as HTML; in plain text it is as it is."""
    (slot,) = answer(Headless(), values={"profile": {"first_name": NASTY, "town": "<b>&\"'"}})["slots"]
    fields = slot["modules"][0]["fields"]
    assert "&lt;b&gt;&amp;" in fields["text"] and "<b>" not in fields["text"]
    assert fields["heading"] == f"Coffee for {NASTY}"


def test_lists_of_lists_keep_their_shape() -> None:
    """`steps.0.tips.1.line` becomes a list of lists again."""
    fields = {
        "steps": {
            "kind": "list",
            "of": {"name": {"kind": "text"}, "tips": {"kind": "list", "of": {"line": {"kind": "text"}}}},
        }
    }
    body = {"steps": [{"name": "a", "tips": [{"line": "1"}, {"line": "2"}]}, {"tips": [{"line": "3"}]}]}
    (slot,) = answer(Headless(), placement(content(body, fields=fields)))["slots"]
    assert slot["modules"][0]["fields"] == body


def test_chat_reply() -> None:
    """Plain words without markup, absolute links, each choice once, beside the reasons."""
    told = answer(Chat(), placement(), placement(content(key="b"), slot="s"))
    assert [card["module"] for card in told["cards"]] == ["coffee-story", "b"]
    card = told["cards"][0]
    assert card["title"] == "Coffee for Ada"
    assert card["text"] == "Roasted in Delft (https://shop.example/town)\nGrind.\nPour."
    assert [item["name"] for item in card["items"]] == ["House Blend", "Decaf"]
    assert told["choices"] == [{"label": "Shop coffee", "url": "https://shop.example/shop?for=Ada"}]
    assert told["slots"][0]["why"]["stopped"]


def test_chat_facts_are_never_markup() -> None:
    """A fact in rich text loses nothing when the text becomes plain: it was never HTML."""
    card = answer(Chat(), values={"profile": {"first_name": "Ada", "town": "<b>Delft</b> & co"}})["cards"][0]
    assert card["text"].startswith("Roasted in <b>Delft</b> & co (")


def test_mobile_screen() -> None:
    """Components with absolute links, the sources of each picture, and how long it may be kept."""
    have = {"coffee.png", "coffee@2x.png", "coffee@3x.svg"}
    told = answer(Mobile(), has_asset=have.__contains__)
    assert told["schema"] == 1 and told["offline"] == {"until": 1234.5}
    parts = {part["kind"]: part for part in told["sections"][0]["modules"][0]["components"]}
    assert parts["button"]["link"] == "https://shop.example/shop?for=Ada"
    assert [(s["format"], s["scale"]) for s in parts["image"]["sources"]] == [
        ("svg", 1),
        ("svg", 3),
        ("png", 1),
        ("png", 2),
    ]
    assert parts["items"]["items"][0]["link"] == "https://shop.example/p/11"


def test_mobile_rich_text_links_are_absolute() -> None:
    """An app has no site on which a path could be; what only looks like a link in the words stays."""
    body = {**BODY, "text": '<p>See <a title="a" href="/x">it</a> and href="/y"</p>'}
    parts = answer(Mobile(), placement(content(body)))["sections"][0]["modules"][0]["components"]
    text = next(part["text"] for part in parts if part["field"] == "text")
    assert 'href="https://shop.example/x"' in text and 'and href="/y"' in text


def test_mobile_pictures_from_elsewhere() -> None:
    """A picture that is no asset has one source."""
    body = {**BODY, "picture": {"src": "https://cdn.example/a.png?w=1", "alt": "x"}}
    parts = answer(Mobile(), placement(content(body)), has_asset=lambda _: True)["sections"][0]["modules"][0][
        "components"
    ]
    image = next(part for part in parts if part["kind"] == "image")
    assert image["sources"] == [{"url": "https://cdn.example/a.png?w=1", "format": "png", "scale": 1}]
