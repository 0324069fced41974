"""Slack messages: within every limit, harmless, and accepted by Slack's own models."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from slack_sdk.models.blocks import Block

from channels import Slack
from channels.slack import LIMITS
from tests.channels.world import BODY, CARDS, NASTY, content, page, placement, view


def message(*placements: Any, **more: Any) -> dict[str, Any]:
    """The message, after Slack's own models accepted each block."""
    pages = page(*placements or (placement(),), channel="slack")
    told = orjson.loads(Slack().render(pages, view(**{"has_asset": lambda name: name == "coffee.png", **more})).body)
    for block in Block.parse_all(told["blocks"]):
        block.validate_json()
    return told


def text_of(block: dict[str, Any]) -> str:
    return block["text"]["text"]


def test_one_module_as_blocks() -> None:
    """Header, words, picture, items, button; and the same as text for notifications."""
    told = message()
    assert [block["type"] for block in told["blocks"]] == ["header", "section", "image", "section", "actions"]
    assert text_of(told["blocks"][0]) == "Coffee for Ada"
    assert told["blocks"][2]["image_url"] == "https://shop.example/assets/coffee.png?v=1"
    assert "<https://shop.example/p/11|House Blend> — $3.99 — you bought coffee" in text_of(told["blocks"][3])
    assert told["blocks"][4]["elements"][0]["url"] == "https://shop.example/shop?for=Ada"
    assert "Coffee for Ada" in told["text"]


@pytest.mark.parametrize("call", ["<!channel>", "<!here>", "<@U123>", "<https://evil.example|bank>", "&lt;!here&gt;"])
def test_no_words_call_or_link(call: str) -> None:
    """Whoever writes it, editor, feed or person: Slack shows it as it is."""
    what = content({**BODY, "steps": [{"line": call}], "heading": '{{ profile.first_name | default("x") }}'})
    told = message(
        placement(what, cards=[replace(CARDS[0], name=call, because=call)]), values={"profile": {"first_name": call}}
    )
    read = [text_of(b) for b in told["blocks"] if b["type"] == "section"] + [told["text"]]
    for text in read:
        assert call not in text.replace("<https://shop.example/p/11|", "")
    assert all(block["text"].get("verbatim") for block in told["blocks"] if block["type"] == "section")


def test_hostile_names_are_still_links_to_the_shop() -> None:
    """A name with a bar or a bracket cannot end the link that it stands in."""
    told = message(placement(cards=[replace(CARDS[0], name="a|b>c", url="/p/1|2>3")]))
    assert "<https://shop.example/p/1%7C2&gt;3|a¦b&gt;c>" in text_of(told["blocks"][3])


def test_long_words_are_cut_between_characters() -> None:
    """Each text is cut at its limit, counted as Slack receives it, with an ellipsis and no half character."""
    family = "👩\u200d👩\u200d👧"
    body = {
        **BODY,
        "heading": family * 60,
        "steps": [{"line": "<&>" * 2000}],
        "go": {"label": "ü" * 110, "url": "/x"},
    }
    told = message(placement(content(body)))
    head, words = text_of(told["blocks"][0]), text_of(told["blocks"][1])
    assert len(head) <= LIMITS["header.text"] and head.endswith("…")
    assert head.removesuffix("…").replace(family, "") == ""
    assert len(words) <= LIMITS["section.text"] and words.endswith("…")
    assert words.removesuffix("…").rsplit("&", 1)[-1].endswith(";")
    label = told["blocks"][4]["elements"][0]["text"]["text"]
    assert label == "ü" * 74 + "…"


def test_never_more_than_a_message_holds() -> None:
    """However many modules: at most 50 blocks and 12,000 characters, and a sign that there was more."""
    many = message(*(placement(content(key=f"m{i}"), slot=f"s{i}") for i in range(30)))
    assert len(many["blocks"]) <= LIMITS["blocks"]
    assert many["blocks"][-1]["elements"][0]["text"] == "…"
    short = message(*(placement(content({"steps": [{"line": "Hi"}]}, key=f"s{i}"), cards=()) for i in range(60)))
    assert len(short["blocks"]) == LIMITS["blocks"] and short["blocks"][-1]["type"] == "context"
    long = {**BODY, "steps": [{"line": "word " * 400}]}
    big = message(*(placement(content(long, key=f"b{i}"), slot=f"s{i}") for i in range(10)))
    assert len(orjson.dumps(big["blocks"]).decode()) <= LIMITS["characters"] + 200
    assert big["blocks"][-1]["elements"][0]["text"] == "…"


def test_items_are_cut_between_lines() -> None:
    """Half a link is no link: a long list ends after a whole item."""
    cards = [replace(CARDS[0], id=str(i), name=f"Coffee {i} " + "x" * 100) for i in range(40)]
    lines = text_of(message(placement(cards=cards))["blocks"][3]).split("\n")
    assert lines[-1] == "…" and all(line.startswith("• <https://") and "|Coffee" in line for line in lines[:-1])


def test_what_slack_cannot_fetch_is_left_out() -> None:
    """An SVG, or a picture that is not https, would make Slack refuse the message."""
    kinds = [block["type"] for block in message(has_asset=lambda _: False)["blocks"]]
    assert "image" not in kinds
    kinds = [block["type"] for block in message(base_url="http://127.0.0.1:8321")["blocks"]]
    assert "image" not in kinds


def test_buttons_have_ids_of_their_own() -> None:
    """Two modules, two buttons, two action ids."""
    told = message(placement(), placement(content(key="b"), slot="s"))
    ids = [e["action_id"] for b in told["blocks"] if b["type"] == "actions" for e in b["elements"]]
    assert len(ids) == 2 == len(set(ids))


def test_an_empty_heading_is_no_block() -> None:
    """Slack refuses empty texts: a module of words only has no header."""
    what = content({"steps": [{"line": "Hi"}]})
    assert [block["type"] for block in message(placement(what, cards=()))["blocks"]] == ["section"]


def test_hostile_everything_is_still_a_message() -> None:
    """The worst words in every place still pass Slack's own checks."""
    bad = replace(CARDS[0], name=NASTY, because=NASTY, url="javascript:alert(1)")
    told = message(placement(cards=[bad]), values={"profile": {"first_name": NASTY, "town": NASTY}})
    assert "<script>" not in "".join(text_of(b) for b in told["blocks"] if b["type"] == "section")
