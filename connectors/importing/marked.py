"""Markdown as our rich text, read with markdown-it-py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from connectors.importing.markup import Rich

LONGEST = 2_000_000
"""Characters of one text."""

_READER = MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table", "strikethrough"])

WRAPPED: Mapping[str, str] = {"strong": "strong", "em": "em", "s": "s", "blockquote": "blockquote", "bullet_list": "ul"}
"""Nodes that are a tag around what is in them."""


@dataclass(slots=True)
class Marked:
    """Turns one Markdown text into rich text.

    `link(address)` gives the address to write, None for one that leads nowhere; `image(address, alt)` a picture as
    our `image` fields hold it, None for one that cannot be had.
    """

    link: Callable[[str], str | None]
    image: Callable[[str, str], dict[str, Any] | None]
    rich: Rich = field(default_factory=Rich)

    def read(self, text: str) -> Rich:
        """The text as rich text."""
        if len(text) > LONGEST:
            self.rich.losses.append(f"a text of more than {LONGEST:,} characters: its end")
            text = text[:LONGEST]
        tree = SyntaxTreeNode(_READER.parse(text.replace("\0", "")))
        return self.rich.finish(self._inner(tree, "\n"))

    def _inner(self, node: SyntaxTreeNode, between: str = "") -> str:
        return between.join(made for child in node.children if (made := self._node(child)))

    def _node(self, node: SyntaxTreeNode) -> str:
        if node.type in WRAPPED:
            return f"<{WRAPPED[node.type]}>{self._inner(node)}</{WRAPPED[node.type]}>"
        writer = WRITERS.get(node.type)
        if writer is None:
            self.rich.losses.append(f"Markdown of the kind {node.type}")
            return self._inner(node)
        return writer(self, node)

    def paragraph(self, node: SyntaxTreeNode) -> str:
        """A paragraph; in a tight list its words alone."""
        made = self._inner(node)
        return made if node.hidden or not made.strip() else f"<p>{made}</p>"

    def heading(self, node: SyntaxTreeNode) -> str:
        """A heading of the nearest level."""
        return self.rich.heading(int(node.tag[1]), self._inner(node))

    def ordered(self, node: SyntaxTreeNode) -> str:
        """A numbered list, and where it begins."""
        start = node.attrs.get("start")
        return f"<ol{f' start={chr(34)}{start}{chr(34)}' if start not in (None, 1) else ''}>{self._inner(node)}</ol>"

    def code(self, node: SyntaxTreeNode) -> str:
        """A block of code."""
        return self.rich.code(node.content)

    def raw(self, node: SyntaxTreeNode) -> str:
        """HTML as it stands; what is not allowed in it is told when the text is finished."""
        if "<!--" in node.content:
            self.rich.losses.append("a comment in HTML")
        return node.content

    def table(self, node: SyntaxTreeNode) -> str:
        """A table as paragraphs."""
        rows = [row for part in node.children for row in part.children]
        return self.rich.table([[self._inner(cell) for cell in row.children] for row in rows])

    def anchor(self, node: SyntaxTreeNode) -> str:
        """A link to where its address leads with us."""
        written = str(node.attrs.get("href", ""))
        address = self.link(written)
        inner = self._inner(node)
        if address is None:
            self.rich.losses.append(f"the address {written[:80]!r} of a link leads nowhere")
            return inner
        return self.rich.link(address, inner, str(node.attrs.get("title", "")))

    def picture(self, node: SyntaxTreeNode) -> str:
        """A picture goes beside the text."""
        written, alt = str(node.attrs.get("src", "")), node.content
        found = self.image(written, alt)
        if found is None:
            self.rich.losses.append(f"the picture {written[:80]!r} of a text cannot be had")
            return escape(alt)
        self.rich.images.append(found)
        self.rich.changes.append("a picture in a text was moved to a field beside it")
        return ""


def _text(_: Marked, node: SyntaxTreeNode) -> str:
    return escape(node.content, quote=False)


WRITERS: Mapping[str, Callable[[Marked, SyntaxTreeNode], str]] = {
    "paragraph": Marked.paragraph,
    "heading": Marked.heading,
    "ordered_list": Marked.ordered,
    "list_item": lambda marked, node: f"<li>{marked._inner(node)}</li>",
    "inline": lambda marked, node: marked._inner(node),
    "fence": Marked.code,
    "code_block": Marked.code,
    "html_block": Marked.raw,
    "html_inline": Marked.raw,
    "table": Marked.table,
    "link": Marked.anchor,
    "image": Marked.picture,
    "hr": lambda *_: "<hr>",
    "text": _text,
    "code_inline": lambda _, node: f"<code>{escape(node.content, quote=False)}</code>",
    "softbreak": lambda *_: "\n",
    "hardbreak": lambda *_: "<br>",
}
"""Kind of node -> how it is written."""
