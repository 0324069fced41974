"""The web channel: whole HTML pages, or the HTML of each slot for a front end that has a page already."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson
from markupsafe import escape

from channels.cards import CardStyle
from channels.channel import Ability, Rendered, View
from channels.cutting import context_of, cut_html
from channels.envelope import CLOSE, head, headers_of
from channels.escapes import html_key, html_text
from channels.fragments import Fragment, FragmentCache
from channels.links import image_url, is_safe
from channels.marks import Marks
from channels.money import money
from channels.pens import HtmlPen
from channels.press import Press, Sheet
from channels.templates import Templates
from channels.words import filled_or

if TYPE_CHECKING:
    from engine import Content, Filled, ItemCard, Page

DEFAULT = """<section class="module module-{{ type }}" data-module="{{ module }}" data-slot="{{ slot }}">
{%- for part in parts %}
{%- if part.role == "heading" %}<h2>{{ part.text }}</h2>
{%- elif part.role == "body" and part.rich %}<div class="text">{{ part.text }}</div>
{%- elif part.role == "body" %}<p>{{ part.text }}</p>
{%- elif part.role == "image" %}<img src="{{ part.src }}" alt="{{ part.alt }}" loading="lazy"
{%- if part.width %} width="{{ part.width }}" height="{{ part.height }}"{% endif %}
{%- if part.srcset %} srcset="{{ part.srcset }}" sizes="auto, 100vw"{% endif %}>
{%- elif part.role == "action" %}<a class="action" href="{{ part.url }}">{{ part.label }}</a>
{%- elif part.role == "items" %}{{ part.items }}
{%- endif %}
{%- endfor -%}
</section>"""
"""How a module of any type looks without a template of its own."""


@dataclass(slots=True)
class Web:
    """HTML, safe under a strict content policy: no script that runs, no inline style."""

    cache: FragmentCache = field(default_factory=FragmentCache)
    templates: Templates = field(default_factory=Templates)
    press: Press = field(init=False, repr=False)
    name: str = "web"
    summary: str = "HTML: a whole page, or the HTML of each slot."
    media_type: str = "text/html; charset=utf-8"
    shared: bool = True
    abilities: frozenset[Ability] = frozenset(Ability)

    def __post_init__(self) -> None:
        self.press = Press(self.name, self._make, CARDS, self.cache)

    def render(self, page: Page, view: View, *, why: bool = True) -> Rendered:
        """A whole page; its reasons stand in the element `intarsia-why`, which no browser runs."""
        sheet = self.press.sheet(page, view)
        out = [_top(page, view)]
        for filled in page.filled:
            out += (b'<div class="slot" data-slot="', html_key(filled.slot), b'">')
            self._slot(out, page, filled, sheet)
            out.append(b"</div>\n")
        out.append(b"</main>\n")
        if why:
            told = self.press.reasons(page, sheet).replace(b"<", b"\\u003c")
            out += (b'<script type="application/json" id="intarsia-why">', told, b"</script>\n")
        out.append(b"</body>\n</html>\n")
        return Rendered(b"".join(out), self.media_type, headers_of(page))

    def render_slots(self, page: Page, view: View, *, why: bool = True) -> Rendered:
        """JSON with the HTML inside each slot under `html`; with reasons as in the page, or names alone."""
        sheet = self.press.sheet(page, view)
        html = {}
        for filled in page.filled:
            out: list[bytes] = []
            self._slot(out, page, filled, sheet)
            html[filled.slot] = b"".join(out).decode()
        if why:
            told = self.press.reasons(page, sheet)[:-1]
        else:  # of nobody's page nobody reports what was shown
            told = head(page) if page.nobodys else self.press.names(page, sheet)[:-1]
        body = told + b',"html":' + orjson.dumps(html) + CLOSE
        return Rendered(body, "application/json", headers_of(page))

    def _slot(self, out: list[bytes], page: Page, filled: Filled, sheet: Sheet) -> None:
        slot = html_key(filled.slot)
        for placement in filled.placements:
            self.press.fill(out, placement, slot, sheet)
        if filled.why.filled_by == "static":
            out.append(b'<p class="static">%b</p>' % html_text(page.static))

    def _make(self, content: Content, view: View) -> Fragment:
        marks = Marks()
        template = content.type.templates.get(self.name, DEFAULT)
        return cut_html(self.templates.render(template, context_of(content, HtmlPen(marks, view), marks)), marks)


def _top(page: Page, view: View) -> bytes:
    title = filled_or(view.settings.get("title", ""), view.values, view.title or page.layout)
    return _head(page.locale, title, view.stylesheet, page.layout) % html_text(page.decision_id)


@lru_cache(maxsize=256)
def _head(locale: str, title: str, stylesheet: str, layout: str) -> bytes:
    """A page up to its slots, with a place for the decision."""
    style = f'<link rel="stylesheet" href="{escape(stylesheet)}">\n' if stylesheet else ""
    text = (
        f'<!doctype html>\n<html lang="{escape(locale)}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n"
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n{style}</head>\n'
        f'<body data-layout="{escape(layout)}" data-decision="'
    )
    return text.encode("utf-8", "replace").replace(b"%", b"%%") + b'%b">\n<main>\n'


def _card(card: ItemCard, view: View, comma: bool) -> tuple[bytes, bytes]:
    price = "" if card.price is None else f"{card.price:.2f}"
    image = f'<img src="{escape(image_url(card.image, view))}" alt="" loading="lazy">' if card.image else ""
    name = f'<span class="item-name">{escape(card.name)}</span>'
    # An item comes from a feed, not from an editor: an address that is not safe is left out.
    link = f'<a href="{escape(card.url)}">{image}{name}</a>' if card.url and is_safe(card.url) else image + name
    brand = f'<span class="item-brand">{escape(card.brand)}</span>' if card.brand else ""
    cost = "" if card.price is None else f'<span class="item-price">{_price(card, comma)}</span>'
    opening = (
        f'<li class="item" data-item="{escape(card.id)}" data-name="{escape(card.name)}" data-price="{price}"'
        f' data-currency="{escape(card.currency)}" data-category="{escape(card.category)}">'
    )
    return (opening + link + brand + cost).encode(), b"</li>"


def _price(card: ItemCard, comma: bool) -> str:
    return str(escape(money(card.price or 0.0, card.currency, comma=comma)))


@lru_cache(maxsize=4_096)
def _because(text: str) -> bytes:
    return b'<span class="item-because">%b</span>' % html_text(text) if text else b""


CARDS = CardStyle(_card, _because, b'<ul class="items">', b"", b"</ul>")
