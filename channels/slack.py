"""The Slack channel: the neutral reply as Block Kit, within every limit that Slack sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from channels.channel import Ability, Rendered, View
from channels.chat import Card, Chat, card_of
from channels.cut import cut, utf16_units
from channels.envelope import headers_of
from channels.fragments import FragmentCache

if TYPE_CHECKING:
    from engine import Content, Page

Block = dict[str, Any]

LIMITS = {
    "blocks": 50,
    "characters": 12_000,  # over all blocks: rejections were seen near 13,200 (slackapi/bolt-js issue 2509)
    "header.text": 150,
    "section.text": 3_000,
    "button.text": 75,
    "button.url": 3_000,
    "actions.elements": 25,
    "image.image_url": 3_000,
    "image.alt_text": 2_000,
    "message.text": 4_000,
}
"""What Slack accepts: python-slack-sdk (MIT), slack_sdk/models/blocks, and docs.slack.dev."""

MORE = "…"


@dataclass(slots=True)
class Slack:
    """A message for `chat.postMessage`; the reasons stand in `extra["why"]`, for Slack has no place for them."""

    cache: FragmentCache = field(default_factory=FragmentCache)
    chat: Chat = field(init=False, repr=False)
    name: str = "slack"
    summary: str = "Slack Block Kit, made from the neutral reply and kept within Slack's limits."
    media_type: str = "application/json"
    shared: bool = False
    abilities: frozenset[Ability] = frozenset({Ability.IMAGES, Ability.ACTIONS, Ability.ITEMS})

    def __post_init__(self) -> None:
        self.chat = Chat(self.cache, self.name)

    def render(self, page: Page, view: View, *, why: bool = True) -> Rendered:
        """`text` for notifications and screen readers, `blocks` for everybody else."""
        reply = self.chat.reply(page, view)
        blocks = _fitting([block for card in reply["cards"] for block in _blocks(card)])
        text = cut(reply["text"] or view.title or page.layout, LIMITS["message.text"], _escaped_width)
        body = orjson.dumps({"text": mrkdwn(text), "blocks": _numbered(blocks)})
        extra = {"why": self.chat.press.reasons(page, self.chat.press.sheet(page, view)).decode()} if why else {}
        return Rendered(body, self.media_type, headers_of(page), extra)


def cut_short(content: Content, view: View) -> Iterator[str]:
    """What a reader in Slack does not see of this body."""
    card = card_of(content, view)
    for part, limit, width in (("title", "header.text", utf16_units), ("text", "section.text", _escaped_width)):
        if width(card[part].strip()) > LIMITS[limit]:
            yield f"its {part} is cut after {LIMITS[limit]:,} characters"
    for action in card["actions"]:
        if utf16_units(action["label"].strip()) > LIMITS["button.text"]:
            yield f"the button {action['label'][:30]!r} is cut after {LIMITS['button.text']} characters"
        if not _is_link(action["url"]):
            yield f"the button {action['label'][:30]!r} is left out: its address is too long, or no web address"
    if card["image"] and card["image"]["url"].partition("?")[0].endswith(".svg"):
        yield "its picture is left out: it is SVG, and there is no PNG of the same name"


def mrkdwn(text: str) -> str:
    """Text that Slack shows as it is: nobody is called, nothing becomes a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escaped_width(text: str) -> int:
    return utf16_units(mrkdwn(text))


def _blocks(card: Card) -> Iterator[Block]:
    if card["title"].strip():
        yield {"type": "header", "text": _plain(cut(card["title"].strip(), LIMITS["header.text"]))}
    if card["text"].strip():
        yield _section(mrkdwn(cut(card["text"].strip(), LIMITS["section.text"], _escaped_width)))
    if card["image"] and _can_fetch(card["image"]["url"]):
        alt = card["image"]["alt"] or card["title"] or card["module"]
        yield {
            "type": "image",
            "image_url": card["image"]["url"],
            "alt_text": cut(alt, LIMITS["image.alt_text"]),
        }
    if card["items"]:
        yield _section(_lines([_item(item) for item in card["items"]], LIMITS["section.text"]))
    buttons = [_button(action) for action in card["actions"] if _is_link(action["url"])]
    if buttons:
        yield {"type": "actions", "elements": buttons[: LIMITS["actions.elements"]]}


def _can_fetch(url: str) -> bool:
    # Slack refuses a whole message for one picture that it cannot fetch or show, and it shows no SVG.
    return url.startswith("https://") and not url.partition("?")[0].endswith(".svg") and _is_link(url)


def _is_link(url: str) -> bool:
    return url.startswith(("https://", "http://")) and len(url) <= LIMITS["button.url"]


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _section(text: str) -> Block:
    # verbatim: Slack does not go looking for names and addresses in the text.
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _button(action: dict[str, str]) -> Block:
    label = cut(action["label"].strip() or action["url"], LIMITS["button.text"])
    return {"type": "button", "text": _plain(label), "url": action["url"]}


def _item(item: dict[str, Any]) -> str:
    name = mrkdwn(cut(item["name"], LIMITS["header.text"]))
    if item["url"] and _is_link(item["url"]):
        name = f"<{mrkdwn(item['url']).replace('|', '%7C')}|{name.replace('|', '¦')}>"
    told = [name, item["price"] or "", mrkdwn(cut(item["because"], LIMITS["header.text"]))]
    return "• " + " — ".join(word for word in told if word)


def _lines(lines: Sequence[str], limit: int) -> str:
    """As many whole lines as fit: a link cut in two would be no link."""
    kept: list[str] = []
    room = limit - len(MORE) - 1
    for line in lines:
        room -= utf16_units(line) + 1
        if room < 0:
            return "\n".join([*kept, MORE])
        kept.append(line)
    return "\n".join(kept)


def _fitting(blocks: Sequence[Block]) -> list[Block]:
    """The blocks that fit into one message, and a sign when some do not."""
    kept: list[Block] = []
    room = LIMITS["characters"]
    for block in blocks:
        room -= len(orjson.dumps(block).decode())
        if room < 0 or len(kept) == LIMITS["blocks"]:
            sign = {"type": "context", "elements": [_plain(MORE)]}
            return [*kept[: LIMITS["blocks"] - 1], sign]
        kept.append(block)
    return kept


def _numbered(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with an action id for every button, unique in the message."""
    number = 0
    for block in blocks:
        if block["type"] == "actions":
            for button in block["elements"]:
                number += 1
                button["action_id"] = f"open-{number}"
    return list(blocks)
