"""Cutting rendered text at its marks: each mark becomes a gap with the escape that its place needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from channels.contexts import Place, Survey
from channels.errors import TemplateFault
from channels.escapes import Escape, html_text, json_html, json_text, plain_text, url_part
from channels.fragments import Fragment, split
from channels.marks import Cards, Gap, Marks, Personal, SlotKey
from channels.pens import Pen, nest, write
from modules import Part

if TYPE_CHECKING:
    from engine import Content

NAMES = frozenset({"fields", "parts", "heading", "body", "image", "actions", "items", "module", "type", "variant",
                   "locale", "slot"})  # fmt: skip
"""What a template may read; `template_context` gives exactly these."""


def context_of(content: Content, pen: Pen, marks: Marks) -> dict[str, Any]:
    """What the template of a module may read."""
    named = {"module": content.module, "type": content.type.key, "variant": content.variant, "locale": content.locale}
    return template_context(content.parts, pen, marks, **named)


def template_context(parts_in: Iterable[Part], pen: Pen, marks: Marks, **named: str | None) -> dict[str, Any]:
    """The fields by name, the first part of each role, all parts in order, and what the module is called."""
    parts = [write(part, pen) for part in parts_in]
    first: dict[str, Any] = {part["role"]: part for part in reversed(parts)}
    return {
        "fields": nest(parts),
        "parts": parts,
        "heading": first.get("heading", {}).get("text"),
        "body": first.get("body", {}).get("text"),
        "image": first.get("image"),
        "actions": [part for part in parts if part["role"] == "action"],
        "items": first.get("items", {}).get("items"),
        "slot": marks.mark(SlotKey()),
        "module": "",
        "type": "",
        "variant": None,
        "locale": "",
        **named,
    }


def cut_html(html: str, marks: Marks, *, mail: bool = False) -> Fragment:
    """Raises `TemplateFault` where a mark stands in a place in which no escape would make it safe."""
    places = Survey(html, mail).read()
    gaps = marks.known(html)
    return split(html, marks.gaps, [_html_escape(gap, place) for gap, place in zip(gaps, places, strict=True)])


def _html_escape(gap: Gap, place: Place) -> Escape:
    if isinstance(gap, Cards) and place is not Place.TEXT:
        raise TemplateFault("items stand in an attribute", "print them between tags")
    address = isinstance(gap, Personal) and gap.address
    return url_part if address or place is Place.ADDRESS else html_text


def cut_json(value: Mapping[str, Any], marks: Marks, *, plain: bool = False) -> Fragment:
    """A JSON object without its closing brace, so that members can follow. Cards stand for a whole list.

    `plain`: its texts are plain, so that facts are not escaped for HTML even where the author wrote rich text.
    """
    marked = orjson.dumps(value).decode()[:-1]
    for mark, gap in marks.gaps.items():
        if isinstance(gap, Cards):
            marked = marked.replace(f'"{mark}"', mark)
    return split(marked, marks.gaps, [_json_escape(gap, plain) for gap in marks.known(marked)])


def _json_escape(gap: Gap, plain: bool) -> Escape:
    if isinstance(gap, Personal) and gap.address:
        return url_part
    return json_html if isinstance(gap, Personal) and gap.rich and not plain else json_text


def cut_plain(text: str, marks: Marks) -> Fragment:
    """Plain text."""
    gaps = marks.known(text)
    escapes = [url_part if isinstance(gap, Personal) and gap.address else plain_text for gap in gaps]
    return split(text, marks.gaps, escapes)
