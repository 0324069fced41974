"""Pens: how a channel writes each part into plain data, with marks where a person comes in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, assert_never

from markupsafe import Markup, escape

from channels.channel import View
from channels.links import absolute, absolute_links, image_url, picture_of, plain_url
from channels.marks import Cards, Marks, authored
from modules import Action, Body, Data, Heading, Image, Items, Merge, Part
from rules import Json


class Pen(Protocol):
    """The six things that a channel decides about a part; the rest is the same for all."""

    def words(self, merge: Merge) -> str: ...
    def plain(self, text: str) -> str: ...
    def address(self, merge: Merge) -> str: ...
    def picture(self, src: str) -> str: ...
    def sizes(self, src: str) -> dict[str, Any]: ...
    def items(self, name: str) -> Any: ...


def write(part: Part, pen: Pen) -> dict[str, Any]:
    """One part as plain data: `role`, `field` and what it says."""
    match part:
        case Heading(field=field, text=text):
            return {"role": "heading", "field": field, "text": pen.words(text)}
        case Body(field=field, text=text):
            return {"role": "body", "field": field, "text": pen.words(text), "rich": text.rich}
        case Image(field=field, src=src, alt=alt):
            written = {"role": "image", "field": field, "src": pen.picture(src), "alt": pen.plain(alt or "")}
            return {**written, **pen.sizes(src)}
        case Action(field=field, label=label, url=url):
            return {"role": "action", "field": field, "label": pen.words(label), "url": pen.address(url)}
        case Items(field=field):
            return {"role": "items", "field": field, "items": pen.items(field)}
        case Data(field=field, value=value):
            return {"role": "data", "field": field, "value": _clean(value)}
        case _:
            assert_never(part)


def nest(written: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Written parts as the fields they came from: `steps.0.text` becomes `{"steps": [{"text": …}]}`."""
    fields: dict[str, Any] = {}
    for part in written:
        *above, last = part["field"].split(".")
        _within(fields, above)[last] = _value(part)
    return fields


def _within(fields: dict[str, Any], above: list[str]) -> dict[str, Any]:
    here: Any = fields
    for step, after in zip(above, [*above[1:], ""], strict=False):
        fresh: Any = [] if after.isdigit() else {}
        if isinstance(here, dict):
            here = here.setdefault(step, fresh)
        else:
            while len(here) <= int(step):
                here.append({})
            here = here[int(step)]
    assert isinstance(here, dict)
    return here


def _value(part: dict[str, Any]) -> Any:
    match part["role"]:
        case "heading" | "body":
            return part["text"]
        case "image":
            return {name: value for name, value in part.items() if name not in ("role", "field")}
        case "action":
            return {"label": part["label"], "url": part["url"]}
        case "items":
            return part["items"]
        case _:
            return part["value"]


def _clean(value: Json) -> Json:
    match value:
        case str():
            return authored(value)
        case list():
            return [_clean(inner) for inner in value]
        case dict():
            return {name: _clean(inner) for name, inner in value.items()}
        case _:
            return value


@dataclass(slots=True)
class HtmlPen:
    """Writes for templates: everything is escaped already, so a template prints it as it is."""

    marks: Marks
    view: View
    mail: bool = False
    """A mail is read elsewhere: absolute addresses, and PNG twins of SVG pictures."""

    def words(self, merge: Merge) -> str:
        pieces = self.marks.pieces(merge)
        if merge.rich:
            html = "".join(s for s, _ in pieces)  # sanitised when its part was made
            return Markup(absolute_links(html, self.view.base_url) if self.mail else html)  # noqa: S704
        return self.plain("".join(s for s, _ in pieces), marked=True)

    def plain(self, text: str, *, marked: bool = False) -> str:
        text = text if marked else authored(text)
        return escape(" ".join(text.split()) if self.mail else text)

    def address(self, merge: Merge) -> str:
        url = "".join(s for s, _ in self.marks.pieces(merge, address=True))
        return escape(absolute(url, self.view.base_url) if self.mail else url)

    def picture(self, src: str) -> str:
        authored(src)
        if not self.mail:
            return escape(image_url(src, self.view))
        return escape(plain_url(src, self.view))

    def sizes(self, src: str) -> dict[str, Any]:
        known = None if self.mail else picture_of(src, self.view)
        if known is None:
            return {}
        shapes = {name: escape(srcset) for name, srcset in known.shapes.items()}
        return {"width": known.width, "height": known.height, "srcset": escape(known.srcset), "shapes": shapes}

    def items(self, name: str) -> str:
        return Markup(self.marks.mark(Cards(name)))  # noqa: S704 - a mark is a single character


@dataclass(slots=True)
class JsonPen:
    """Writes for JSON: plain strings, rich text as HTML. `links`: paths in links become absolute."""

    marks: Marks
    view: View
    links: bool = False

    def words(self, merge: Merge) -> str:
        text = "".join(s for s, _ in self.marks.pieces(merge))
        return absolute_links(text, self.view.base_url) if self.links and merge.rich else text

    def plain(self, text: str) -> str:
        return authored(text)

    def address(self, merge: Merge) -> str:
        url = "".join(s for s, _ in self.marks.pieces(merge, address=True))
        return absolute(url, self.view.base_url) if self.links else url

    def picture(self, src: str) -> str:
        return absolute(image_url(authored(src), self.view), self.view.base_url)

    def sizes(self, src: str) -> dict[str, Any]:
        known = picture_of(src, self.view)
        if known is None:
            return {}
        told = {"width": known.width, "height": known.height, "srcset": known.srcset}
        focal = {"focal": dict(zip("xy", known.focal, strict=True))} if known.focal else {}
        return {name: value for name, value in told.items() if value} | focal

    def items(self, name: str) -> str:
        return self.marks.mark(Cards(name))
