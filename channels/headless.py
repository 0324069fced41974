"""The headless channel: JSON for front ends of any kind, joined from pre-encoded modules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from channels.cards import CardStyle
from channels.channel import Ability, Rendered, View
from channels.cutting import cut_json
from channels.envelope import CLOSE, COMMA, chosen, head, headers_of, slot_head
from channels.escapes import json_key
from channels.fragments import Fragment, FragmentCache
from channels.links import absolute, image_url
from channels.marks import Marks
from channels.money import money
from channels.pens import JsonPen, nest, write
from channels.press import Press, Sheet

if TYPE_CHECKING:
    from engine import Content, Filled, ItemCard, Page


@dataclass(slots=True)
class Headless:
    """Everything there is about an answer, for programs."""

    cache: FragmentCache = field(default_factory=FragmentCache)
    press: Press = field(init=False, repr=False)
    name: str = "headless"
    summary: str = "JSON with fields, parts, items and reasons, for front ends of any kind."
    media_type: str = "application/json"
    shared: bool = True
    abilities: frozenset[Ability] = frozenset(Ability) - {Ability.HTML, Ability.TEMPLATES}

    def __post_init__(self) -> None:
        self.press = Press(self.name, _make, CARDS, self.cache)

    def render(self, page: Page, view: View, *, why: bool = True) -> Rendered:
        """The answer as one JSON object."""
        sheet = self.press.sheet(page, view)
        out = [head(page)]
        if page.static:
            out.append(b',"static":' + orjson.dumps(page.static))
        lead = b',"slots":['
        for filled in page.filled:
            out.append(lead)
            self._slot(out, filled, sheet, why)
            lead = COMMA
        out.append(b"]}" if page.filled else b',"slots":[]}')
        return Rendered(b"".join(out), self.media_type, headers_of(page))

    def _slot(self, out: list[bytes], filled: Filled, sheet: Sheet, why: bool) -> None:
        out += (slot_head(filled), b',"modules":[')
        lead = b""
        slot = json_key(filled.slot)
        for placement in filled.placements:
            out.append(lead)
            self.press.fill(out, placement, slot, sheet)
            out += (COMMA, chosen(placement, why=why))
            lead = COMMA
        out += (b'],"why":', filled.why.encoded, CLOSE) if why else (b"]}",)


def _make(content: Content, view: View) -> Fragment:
    marks = Marks()
    pen = JsonPen(marks, view)
    written = [write(part, pen) for part in content.parts]
    lists = {part["field"]: part.pop("items") for part in written if part["role"] == "items"}
    told: dict[str, Any] = {
        "key": content.module,
        "type": content.type.key,
        "variant": content.variant,
        "locale": content.locale,
        "parts": written,
        "fields": nest(part for part in written if part["role"] != "items"),
        "items": lists,
    }
    return cut_json(told, marks)


def card_json(card: ItemCard, view: View, comma: bool) -> tuple[bytes, bytes]:
    """An item as a JSON object, open at its reason."""
    told = {
        "id": card.id,
        "name": card.name,
        "price": card.price,
        "currency": card.currency,
        "price_text": None if card.price is None else money(card.price, card.currency, comma=comma),
        "image": absolute(image_url(card.image, view), view.base_url) if card.image else None,
        "url": card.url,
        "brand": card.brand,
        "category": card.category,
    }
    return orjson.dumps(told)[:-1] + b',"because":', CLOSE


CARDS = CardStyle(card_json, orjson.dumps, b"[", b",", b"]")
