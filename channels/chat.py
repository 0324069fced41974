"""The chat channel: one neutral reply that adapters of chat systems translate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from channels.cards import CardStyle
from channels.channel import Ability, Rendered, View
from channels.cutting import cut_json
from channels.envelope import CLOSE, COMMA, head, headers_of
from channels.escapes import json_key
from channels.fragments import Fragment, FragmentCache, Told
from channels.links import absolute, is_safe, plain_url
from channels.marks import Marks
from channels.money import money
from channels.pens import write
from channels.plain import PlainPen
from channels.press import Press

if TYPE_CHECKING:
    from engine import Content, ItemCard, Page

Card = dict[str, Any]


@dataclass(slots=True)
class Chat:
    """A reply as plain words, cards and choices."""

    cache: FragmentCache = field(default_factory=FragmentCache)
    name: str = "chat"
    press: Press = field(init=False, repr=False)
    summary: str = "A neutral reply of text, cards and choices, for any chat system."
    media_type: str = "application/json"
    shared: bool = True
    abilities: frozenset[Ability] = frozenset({Ability.IMAGES, Ability.ACTIONS, Ability.ITEMS})

    def __post_init__(self) -> None:
        self.press = Press(self.name, _make, CARDS, self.cache)

    def render(self, page: Page, view: View, *, why: bool = True) -> Rendered:
        """The reply beside the identity of its decision."""
        told = self.press.reasons(page, self.press.sheet(page, view))[:-1] if why else head(page)
        body = told + COMMA + orjson.dumps(self.reply(page, view))[1:]
        return Rendered(body, self.media_type, headers_of(page))

    def reply(self, page: Page, view: View) -> dict[str, Any]:
        """`text` (all that is said, for readers of text only), `cards` (a module each), `choices` (each link once)."""
        cards = self._cards(page, view)
        said = [_said(card) for card in cards]
        if any(filled.why.filled_by == "static" for filled in page.filled):
            said.append(page.static)
        choices = {action["url"]: action for card in cards for action in card["actions"]}
        return {
            "text": "\n\n".join(words for words in said if words),
            "cards": cards,
            "choices": list(choices.values()),
        }

    def _cards(self, page: Page, view: View) -> list[Card]:
        sheet = self.press.sheet(page, view)
        cards = []
        for placement in page.placements:
            out: list[bytes] = []
            self.press.fill(out, placement, json_key(placement.slot), sheet)
            card = orjson.loads(b"".join([*out, CLOSE]))
            card["items"] = [item for chosen in card["items"] for item in chosen]
            cards.append(card)
        return cards


def _make(content: Content, view: View) -> Fragment:
    marks = Marks()
    pen = PlainPen(marks, view)
    by_role: dict[str, list[Any]] = {role: [] for role in ("heading", "body", "image", "action", "items", "data")}
    for part in content.parts:
        said = write(part, pen)
        by_role[said["role"]].append(said)
    titles = [said["text"] for said in by_role["heading"]]
    told = {
        "module": content.module,
        "title": titles[0] if titles else "",
        "text": "\n".join(titles[1:] + [said["text"] for said in by_role["body"]]),
        "image": next(({"url": said["src"], "alt": said["alt"]} for said in by_role["image"]), None),
        "actions": [{"label": said["label"], "url": said["url"]} for said in by_role["action"]],
        "items": [said["items"] for said in by_role["items"]],
    }
    return cut_json(told, marks, plain=True)


def card_of(content: Content, view: View) -> Card:
    """The card of one body by itself, without items."""
    out: list[bytes] = []
    _make(content, view).fill(out, Told(view.values), b"", lambda _: b"[]")
    made: Card = orjson.loads(b"".join([*out, CLOSE]))
    return made


def _item(card: ItemCard, view: View, comma: bool) -> tuple[bytes, bytes]:
    told = {
        "id": card.id,
        "name": card.name,
        "price": None if card.price is None else money(card.price, card.currency, comma=comma),
        "image": plain_url(card.image, view) if card.image else None,
        "url": absolute(card.url, view.base_url) if card.url and is_safe(card.url) else None,
    }
    return orjson.dumps(told)[:-1] + b',"because":', CLOSE


CARDS = CardStyle(_item, orjson.dumps, b"[", b",", b"]")


def _said(card: Card) -> str:
    lines = [card["title"], card["text"]]
    lines += [f"- {item['name']}{', ' + item['price'] if item['price'] else ''}" for item in card["items"]]
    lines += [f"{action['label']}: {action['url']}" for action in card["actions"]]
    return "\n".join(line for line in lines if line)
