"""The mobile channel: a screen as components that an app draws with its own controls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from channels.cards import CardStyle
from channels.channel import Ability, Rendered, View
from channels.cutting import cut_json
from channels.envelope import CLOSE, COMMA, chosen, head, headers_of, slot_head
from channels.escapes import json_key
from channels.fragments import Fragment, FragmentCache
from channels.headless import card_json
from channels.links import absolute, image_url, is_safe
from channels.marks import Marks
from channels.pens import JsonPen, write
from channels.press import Press, Sheet
from modules import Action, Image, Part

if TYPE_CHECKING:
    from engine import Content, Filled, ItemCard, Page

SCHEMA = 1
"""Version of the component format: apps in the field read the ones they know."""
SCALES = (1, 2, 3)
KINDS = {"heading": "heading", "body": "text", "image": "image", "action": "button", "items": "items", "data": "data"}
"""Role of a part -> kind of the component."""


@dataclass(slots=True)
class Mobile:
    """Screens that an app may keep until `valid_until` and show without a network."""

    cache: FragmentCache = field(default_factory=FragmentCache)
    press: Press = field(init=False, repr=False)
    name: str = "mobile"
    summary: str = "JSON components for server-driven screens: deep links, picture sources, offline lifetime."
    media_type: str = "application/json"
    shared: bool = True
    abilities: frozenset[Ability] = frozenset(Ability) - {Ability.HTML, Ability.TEMPLATES}

    def __post_init__(self) -> None:
        self.press = Press(self.name, _make, CARDS, self.cache)

    def render(self, page: Page, view: View, *, why: bool = True) -> Rendered:
        """The screen as one JSON object: sections are slots, cards in them are modules."""
        sheet = self.press.sheet(page, view)
        sections = [self._section(filled, sheet, why) for filled in page.filled]
        # What says no end may still change by an event: an app asks again when it next has a network.
        told = {
            "schema": SCHEMA,
            "offline": {"until": None if page.nobodys else page.valid_until},
            "static": page.static,
        }
        opening = head(page) + COMMA + orjson.dumps(told)[1:-1]
        body = opening + b',"sections":[' + COMMA.join(sections) + b"]}"
        return Rendered(body, self.media_type, headers_of(page))

    def _section(self, filled: Filled, sheet: Sheet, why: bool) -> bytes:
        out = [slot_head(filled), b',"modules":[']
        slot = json_key(filled.slot)
        lead = b""
        for placement in filled.placements:
            out.append(lead)
            self.press.fill(out, placement, slot, sheet)
            out += (COMMA, chosen(placement, why=why))
            lead = COMMA
        out += (b'],"why":', filled.why.encoded, CLOSE) if why else (b"]}",)
        return b"".join(out)


def _make(content: Content, view: View) -> Fragment:
    marks = Marks()
    pen = JsonPen(marks, view, links=True)
    components = [_component(part, pen, view) for part in content.parts]
    told = {
        "key": content.module,
        "type": content.type.key,
        "variant": content.variant,
        "components": components,
    }
    return cut_json(told, marks)


def _component(part: Part, pen: JsonPen, view: View) -> dict[str, Any]:
    written = write(part, pen)
    kind = {"kind": KINDS[written.pop("role")], "field": written.pop("field")}
    match part:
        case Image(src=src):
            return {**kind, "alt": written["alt"], "sources": list(_sources(src, view))}
        case Action():
            return {**kind, "label": written["label"], "link": written["url"]}
        case _:
            return {**kind, **written}


def _sources(src: str, view: View) -> Iterator[dict[str, Any]]:
    """Every form in which the release holds a picture: its own, as PNG, and `name@2x` for finer screens."""
    if "://" in src:
        yield {"url": src, "format": PurePosixPath(urlsplit(src).path).suffix.lstrip("."), "scale": 1}
        return
    path = PurePosixPath(src)
    for suffix in dict.fromkeys((path.suffix, ".png")):
        for scale in SCALES:
            name = f"{src.removesuffix(path.suffix)}{f'@{scale}x' if scale > 1 else ''}{suffix}"
            if name == src or view.has_asset(name):
                url = absolute(image_url(name, view), view.base_url)
                yield {"url": url, "format": suffix.lstrip("."), "scale": scale}


def _card(card: ItemCard, view: View, comma: bool) -> tuple[bytes, bytes]:
    before, after = card_json(card, view, comma)
    link = absolute(card.url, view.base_url) if card.url and is_safe(card.url) else None
    return b'{"link":' + orjson.dumps(link) + COMMA + before[1:], after


CARDS = CardStyle(_card, orjson.dumps, b"[", b",", b"]")
