"""The e-mail channel: MJML to HTML that mail programs understand, a text part, a subject and a preheader."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import escape

from channels.cards import CardStyle
from channels.channel import Ability, Rendered, View
from channels.cutting import context_of, cut_html, cut_plain
from channels.envelope import headers_of
from channels.escapes import html_key, html_text, plain_text
from channels.fragments import Fragment, FragmentCache
from channels.frame import BODY, COLUMNS, LANGUAGE, PREHEADER, TITLE, column_styles, compile_section, frame
from channels.links import absolute, is_safe, plain_url
from channels.marks import Marks
from channels.money import money
from channels.pens import HtmlPen
from channels.plain import PlainPen, paragraphs
from channels.press import Press
from channels.templates import Templates
from channels.words import filled_or

if TYPE_CHECKING:
    from engine import Content, ItemCard, Page

DEFAULT = """<mj-section css-class="module module-{{ type }}"><mj-column>
{%- for part in parts %}
{%- if part.role == "heading" %}<mj-text><h2 style="margin:0;font-size:22px">{{ part.text }}</h2></mj-text>
{%- elif part.role == "body" %}<mj-text>{{ part.text }}</mj-text>
{%- elif part.role == "image" %}<mj-image src="{{ part.src }}" alt="{{ part.alt }}" />
{%- elif part.role == "action" %}<mj-button href="{{ part.url }}">{{ part.label }}</mj-button>
{%- elif part.role == "items" %}<mj-text>{{ part.items }}</mj-text>
{%- endif %}
{%- endfor -%}
</mj-column></mj-section>"""
"""How a module of any type looks without a template of its own."""


@dataclass(slots=True)
class Email:
    """One mail for one person; `extra` holds `subject`, `preheader`, `html`, `text` and the reasons as `why`."""

    cache: FragmentCache = field(default_factory=FragmentCache)
    templates: Templates = field(default_factory=Templates)
    html: Press = field(init=False, repr=False)
    text: Press = field(init=False, repr=False)
    name: str = "email"
    summary: str = "A mail: subject, preheader, HTML made from MJML, and a text part with every link."
    media_type: str = "text/html; charset=utf-8"
    shared: bool = False
    abilities: frozenset[Ability] = frozenset(Ability) - {Ability.SVG, Ability.DATA}

    def __post_init__(self) -> None:
        self.html = Press(self.name, self._make, HTML_CARDS, self.cache)
        self.text = Press(self.name, _make_text, TEXT_CARDS, self.cache, "text")

    def render(self, page: Page, view: View, *, why: bool = True) -> Rendered:
        """The HTML as the body, all of the mail in `extra`."""
        subject = filled_or(view.settings.get("subject", ""), view.values, view.title or page.layout)
        preheader = filled_or(view.settings.get("preheader", ""), view.values, "")
        html = self._html(page, view, subject, preheader)
        extra = {
            "subject": subject,
            "preheader": preheader,
            "html": html.decode(),
            "text": self._text(page, view),
            "decision_id": page.decision_id,
        }
        if why:
            extra["why"] = self.html.reasons(page, self.html.sheet(page, view)).decode()
        return Rendered(html, self.media_type, headers_of(page), extra)

    def _html(self, page: Page, view: View, subject: str, preheader: str) -> bytes:
        body = self._body(self.html, page, view, b'<p class="static">%b</p>' % html_text(page.static))
        filled = {
            LANGUAGE: str(escape(page.locale)),
            TITLE: str(escape(subject)),
            PREHEADER: str(escape(preheader)),
            COLUMNS: column_styles(body),
        }
        return b"".join(body if piece == BODY else filled.get(piece, piece).encode() for piece in frame())

    def _text(self, page: Page, view: View) -> str:
        text = self._body(self.text, page, view, plain_text(page.static)).decode()
        return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"

    def _body(self, press: Press, page: Page, view: View, static: bytes) -> bytes:
        sheet = press.sheet(page, view)
        out: list[bytes] = []
        for filled in page.filled:
            for placement in filled.placements:
                press.fill(out, placement, html_key(filled.slot), sheet)
            if filled.why.filled_by == "static":
                out.append(static)
        return b"".join(out)

    def _make(self, content: Content, view: View) -> Fragment:
        marks = Marks()
        context = context_of(content, HtmlPen(marks, view, mail=True), marks)
        mjml = self.templates.render(content.type.templates.get(self.name, DEFAULT), context)
        return cut_html(compile_section(mjml), marks, mail=True)


def _make_text(content: Content, view: View) -> Fragment:
    marks = Marks()
    text = "\n\n".join(paragraphs(content.parts, PlainPen(marks, view)))
    return cut_plain(f"{text}\n\n\n", marks)


def _card(card: ItemCard, view: View, comma: bool) -> tuple[bytes, bytes]:
    url = escape(absolute(card.url, view.base_url)) if card.url and is_safe(card.url) else ""
    image, wide = "", ' colspan="2"'
    if card.image:
        src = escape(plain_url(card.image, view))
        picture = f'<img src="{src}" alt="" width="64" style="border:0;display:block">'
        image, wide = f'<td width="72" style="padding:6px 8px 6px 0">{picture}</td>', ""
    name = f'<b class="item-name">{escape(card.name)}</b>'
    linked = f'<a href="{url}" style="color:inherit">{name}</a>' if url else name
    price = "" if card.price is None else f"<br>{escape(money(card.price, card.currency, comma=comma))}"
    row = f'<tr>{image}<td{wide} style="padding:6px 0">{linked}{price}'
    return row.encode(), b"</td></tr>"


def _because(text: str) -> bytes:
    return b'<br><span style="font-size:14px">%b</span>' % html_text(text) if text else b""


HTML_CARDS = CardStyle(_card, _because, b'<table role="presentation" width="100%" border="0">', b"", b"</table>")


def _text_card(card: ItemCard, view: View, comma: bool) -> tuple[bytes, bytes]:
    price = "" if card.price is None else f", {money(card.price, card.currency, comma=comma)}"
    url = f": {absolute(card.url, view.base_url)}" if card.url and is_safe(card.url) else ""
    return plain_text(f"- {card.name}{price}"), plain_text(url)


def _text_because(text: str) -> bytes:
    return plain_text(f" ({text})") if text else b""


TEXT_CARDS = CardStyle(_text_card, _text_because, b"", b"\n", b"")
