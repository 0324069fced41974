"""Plain text from parts and from sanitised HTML, so that every reader gets the words and the links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from channels.channel import View
from channels.links import absolute, plain_url
from channels.marks import Cards, Marks, authored
from channels.pens import write
from modules import Merge, Part

_BLOCKS = frozenset({"p", "h3", "h4", "ul", "ol", "blockquote", "hr", "br"})


@dataclass(slots=True)
class PlainPen:
    """Writes plain text with absolute links."""

    marks: Marks
    view: View

    def words(self, merge: Merge) -> str:
        text = "".join(s for s, _ in self.marks.pieces(merge))
        return text_of(text, self.view.base_url) if merge.rich else text

    def plain(self, text: str) -> str:
        return authored(text)

    def address(self, merge: Merge) -> str:
        return absolute("".join(s for s, _ in self.marks.pieces(merge, address=True)), self.view.base_url)

    def picture(self, src: str) -> str:
        return plain_url(authored(src), self.view)

    def sizes(self, _: str) -> dict[str, Any]:
        return {}

    def items(self, name: str) -> str:
        return self.marks.mark(Cards(name))


def paragraphs(parts: tuple[Part, ...], pen: PlainPen) -> Iterator[str]:
    """The parts as paragraphs; pictures and data have no words of their own."""
    for part in parts:
        said = write(part, pen)
        match said["role"]:
            case "heading" | "body":
                yield said["text"]
            case "action":
                yield f"{said['label']}: {said['url']}"
            case "items":
                yield said["items"]


def text_of(html: str, base_url: str = "") -> str:
    """The words of sanitised HTML, an address after each link, a dash before each list entry."""
    reader = _Reader(base_url)
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.out).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self, base_url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base_url = base_url
        self.out: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            self.out.append("\n- ")
        elif tag in _BLOCKS:
            self.out.append("\n")
        elif tag == "a":
            self.links.append(absolute(dict(attrs).get("href") or "", self.base_url))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links:
            url = self.links.pop()
            if url:
                self.out.append(f" ({url})")
        elif tag in _BLOCKS:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        self.out.append(data.replace("\n", " "))
