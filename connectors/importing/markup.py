"""Rich text of other systems as the small safe HTML of ours; what HTML cannot hold goes beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from connectors.importing.words import plain_text
from modules import clean_html, html_losses, is_safe_url

MARKS = {
    "bold": "strong",
    "italic": "em",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "superscript": "sup",
    "subscript": "sub",
}
"""What a mark is called in editors' JSON -> our tag."""

HEADINGS = {1: "h3", 2: "h3", 3: "h4", 4: "h4", 5: "h4", 6: "h4"}
"""A heading's level -> our tag: a text stands below the heading of its module."""


@dataclass(slots=True)
class Rich:
    """A rich text under way: `changes` tells what was written differently, `losses` what is gone.

    `images` and `entries` stood inside the text and have no place in ours: they become fields of their own.
    """

    html: str = ""
    changes: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    images: list[dict[str, Any]] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)

    def heading(self, level: int, inner: str) -> str:
        """A heading; levels that we lack become the nearest."""
        tag = HEADINGS.get(level, "h4")
        if tag != f"h{level}":
            self.changes.append(f"a heading of level {level} became {tag}")
        return f"<{tag}>{inner}</{tag}>"

    def link(self, address: str, inner: str, title: str = "") -> str:
        """A link; one that nobody may follow keeps its words."""
        # Sanitisers strip the address; a space around it is no other address.
        address = address.strip()
        if not is_safe_url(address):
            self.losses.append(f"the address {address[:80]!r} of a link is none that may be linked to")
            return inner
        more = f' title="{escape(title)}"' if title else ""
        return f'<a href="{escape(address)}"{more}>{inner}</a>'

    def code(self, text: str) -> str:
        """A block of code: lines and indents are kept by their characters."""
        self.changes.append("a block of code became a paragraph of code")
        lines = [_indented(line) for line in text.rstrip("\n").split("\n")]
        return f"<p><code>{'<br>'.join(lines)}</code></p>"

    def table(self, rows: Iterable[Sequence[str]]) -> str:
        """A table: a paragraph a row."""
        self.changes.append("a table became a paragraph for each row")
        return "".join(f"<p>{' | '.join(cells)}</p>" for cells in rows)

    def marked(self, text: str, marks: Iterable[str]) -> str:
        """Words with their marks; line breaks are kept."""
        made = escape(text, quote=False).replace("\n", "<br>")
        for mark in marks:
            tag = MARKS.get(mark)
            if tag is None:
                self.losses.append(f"the mark {mark!r} of a text")
            elif made:
                made = f"<{tag}>{made}</{tag}>"
        return made

    def finish(self, html: str) -> Rich:
        """Make this HTML the text: cleaned of what ours may not hold, and that told."""
        text, changes = plain_text(html)
        self.changes += changes
        self.losses += [f"{lost} is not allowed in our rich text" for lost in html_losses(text)]
        cleaned = clean_html(text).replace(' rel="noopener noreferrer"', "")
        # What was spelled as a character reference is a character now.
        self.html, changes = plain_text(cleaned)
        self.changes += changes
        return self


def _indented(line: str) -> str:
    bare = line.lstrip(" \t")
    indent = line[: len(line) - len(bare)].replace("\t", "    ")
    return "\u00a0" * len(indent) + escape(bare, quote=False)
