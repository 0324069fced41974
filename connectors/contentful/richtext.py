"""Rich text documents of Contentful as our rich text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.importing import Rich

Json = Mapping[str, Any]

WRAPPED = {
    "paragraph": "p",
    "blockquote": "blockquote",
    "ordered-list": "ol",
    "unordered-list": "ul",
    "list-item": "li",
}
"""Kind of node -> the tag around what is in it."""


@dataclass(slots=True)
class Document:
    """Turns one document into rich text.

    `entry(id)` gives the address and the title of an entry, `image(id)` a picture as our fields hold it, `file(id)`
    the address of any asset; each None where it cannot be had.
    """

    entry: Callable[[str], tuple[str, str] | None]
    image: Callable[[str], dict[str, Any] | None]
    file: Callable[[str], str | None]
    rich: Rich = field(default_factory=Rich)

    def read(self, body: Any) -> Rich:
        """The document as rich text; what is no document becomes nothing, and that is told."""
        if not isinstance(body, dict) or body.get("nodeType") != "document":
            self.rich.losses.append("a value that is no rich text document")
            return self.rich
        return self.rich.finish("\n".join(made for node in self._children(body) if (made := self._node(node))))

    def _children(self, node: Json) -> Iterable[Json]:
        found = node.get("content")
        return [child for child in found if isinstance(child, dict)] if isinstance(found, list) else []

    def _inner(self, node: Json) -> str:
        return "".join(self._node(child) for child in self._children(node))

    def _node(self, node: Json) -> str:
        kind = str(node.get("nodeType"))
        if kind == "text":
            marks = [str(mark.get("type")) for mark in node.get("marks") or [] if isinstance(mark, dict)]
            return self.rich.marked(str(node.get("value") or ""), marks)
        if kind in WRAPPED:
            return self._wrapped(kind, node)
        if kind.startswith("heading-") and kind[8:].isdigit():
            inner = self._inner(node)
            return self.rich.heading(int(kind[8:]), inner) if inner else ""
        writer = WRITERS.get(kind)
        if writer is None:
            self.rich.losses.append(f"a block of the kind {kind}")
            return self._inner(node)
        return writer(self, node)

    def _wrapped(self, kind: str, node: Json) -> str:
        inner = self._inner(node)
        if kind == "paragraph" and not inner.strip():
            return ""  # editors leave an empty paragraph at the end
        if kind == "list-item" and inner.count("<p>") == 1 and inner.startswith("<p>"):
            inner = inner.removeprefix("<p>").replace("</p>", "", 1)
        return f"<{WRAPPED[kind]}>{inner}</{WRAPPED[kind]}>"

    def hyperlink(self, node: Json) -> str:
        """A link to an address."""
        return self.rich.link(str(_data(node).get("uri") or ""), self._inner(node))

    def entry_link(self, node: Json) -> str:
        """A link to the page of an entry."""
        found = self.entry(_target(node))
        if found is None:
            self.rich.losses.append("a link to an entry that is not in the import")
            return self._inner(node)
        self.rich.changes.append("a link to an entry became a link to an address: see that its page is there")
        self.rich.entries.append(f"entry:{_target(node)}")
        return self.rich.link(found[0], self._inner(node))

    def asset_link(self, node: Json) -> str:
        """A link to a file."""
        address = self.file(_target(node))
        if address is None:
            self.rich.losses.append("a link to a file that is not in the import")
            return self._inner(node)
        return self.rich.link(address, self._inner(node))

    def embedded_entry(self, node: Json) -> str:
        """An entry in the text: a reference beside it, and inside a line its title."""
        found = self.entry(_target(node))
        if found is None:
            self.rich.losses.append("an embedded entry that is not in the import")
            return ""
        self.rich.changes.append("an embedded entry was moved to a field beside the text")
        self.rich.entries.append(f"entry:{_target(node)}")
        return self.rich.marked(found[1], ()) if node.get("nodeType") == "embedded-entry-inline" else ""

    def embedded_asset(self, node: Json) -> str:
        """A picture in the text: a picture beside it; any other file is linked to."""
        image, address = self.image(_target(node)), self.file(_target(node))
        if image is not None:
            self.rich.changes.append("a picture in a text was moved to a field beside it")
            self.rich.images.append(image)
        elif address is not None:
            self.rich.changes.append("an embedded file became a link")
            return f"<p>{self.rich.link(address, self.rich.marked(address.rpartition('/')[2], ()))}</p>"
        else:
            self.rich.losses.append("an embedded asset that cannot be had")
        return ""

    def table(self, node: Json) -> str:
        """A table as paragraphs."""
        rows = []
        for row in self._children(node):
            cells = [self._inner(cell) for cell in self._children(row)]
            rows.append([cell.replace("</p><p>", "<br>").replace("<p>", "").replace("</p>", "") for cell in cells])
        return self.rich.table(rows)


WRITERS: Mapping[str, Callable[[Document, Json], str]] = {
    "hr": lambda *_: "<hr>",
    "hyperlink": Document.hyperlink,
    "entry-hyperlink": Document.entry_link,
    "asset-hyperlink": Document.asset_link,
    "embedded-entry-block": Document.embedded_entry,
    "embedded-entry-inline": Document.embedded_entry,
    "embedded-asset-block": Document.embedded_asset,
    "table": Document.table,
}
"""Kind of node -> how it is written."""


def _data(node: Json) -> Json:
    found = node.get("data")
    return found if isinstance(found, dict) else {}


def _target(node: Json) -> str:
    target = _data(node).get("target")
    sys = target.get("sys") if isinstance(target, dict) else None
    return str(sys.get("id") or "") if isinstance(sys, dict) else ""
