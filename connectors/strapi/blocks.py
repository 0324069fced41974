"""Strapi's rich text in blocks as our rich text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.importing import Rich

Json = Mapping[str, Any]
MARKS = ("code", "bold", "italic", "underline", "strikethrough")


@dataclass(slots=True)
class Blocks:
    """Turns one list of blocks into rich text; `image(file)` gives a picture as our fields hold it, or None."""

    image: Callable[[Json], dict[str, Any] | None]
    rich: Rich = field(default_factory=Rich)

    def read(self, body: Any) -> Rich:
        """The blocks as rich text."""
        if not isinstance(body, list):
            self.rich.losses.append("a value that is no list of blocks")
            return self.rich
        made = (self._block(block) for block in body if isinstance(block, dict))
        return self.rich.finish("\n".join(html for html in made if html))

    def _block(self, block: Json) -> str:
        kind = str(block.get("type"))
        if kind == "image":
            return self._picture(block)
        if kind == "code":
            return self.rich.code(plain_words(block))
        inner = self._inner(block)
        match kind:
            case "paragraph":
                return f"<p>{inner}</p>" if inner.strip() else ""
            case "heading":
                return self.rich.heading(int(block.get("level") or 2), inner)
            case "quote":
                return f"<blockquote>{inner}</blockquote>"
            case "list":
                tag = "ol" if block.get("format") == "ordered" else "ul"
                return f"<{tag}>{inner}</{tag}>"
            case _:
                self.rich.losses.append(f"a block of the kind {kind}")
                return inner

    def _inner(self, block: Json) -> str:
        made: list[str] = []
        for child in _children(block):
            html = self._inline(child)
            if child.get("type") == "list" and made and made[-1].endswith("</li>"):
                # A nested list stands between items, where HTML wants it inside of the one before.
                made[-1] = f"{made[-1].removesuffix('</li>')}{html}</li>"
            else:
                made.append(html)
        return "".join(made)

    def _inline(self, node: Json) -> str:
        match node.get("type"):
            case "text":
                return self.rich.marked(str(node.get("text") or ""), [mark for mark in MARKS if node.get(mark)])
            case "link":
                return self.rich.link(str(node.get("url") or ""), self._inner(node))
            case "list-item":
                return f"<li>{self._inner(node)}</li>"
            case "list":
                return self._block(node)
            case _:
                self.rich.losses.append(f"a part of the kind {node.get('type')}")
                return self._inner(node)

    def _picture(self, block: Json) -> str:
        file = block.get("image")
        found = self.image(file) if isinstance(file, dict) else None
        if found is None:
            self.rich.losses.append("a picture in a text that cannot be had")
        else:
            self.rich.changes.append("a picture in a text was moved to a field beside it")
            self.rich.images.append(found)
        return ""


def plain_words(block: Json) -> str:
    """The words of a block without their marks."""
    own = str(block.get("text") or "")
    return own + "".join(plain_words(child) for child in _children(block))


def _children(block: Json) -> Iterator[Json]:
    found = block.get("children")
    return (child for child in found if isinstance(child, dict)) if isinstance(found, list) else iter(())
