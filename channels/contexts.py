"""Contexts: where in HTML each mark stands, for what is safe in one place is an attack in another."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from html import unescape

from channels.errors import TemplateFault
from channels.links import is_safe
from channels.marks import MARK


class Place(StrEnum):
    """Where a mark stands."""

    TEXT = "text"
    ATTRIBUTE = "attribute"
    """In a quoted attribute that is read as text."""
    ADDRESS = "address"
    """Inside an address, not at its beginning: percent-encoded."""


# The tokens of HTML as browsers cut it (WHATWG 13.2.5), as far as marks are concerned.
_TOKEN = re.compile("<!--|<[!?]|</?([A-Za-z\ue000-\uf8ff][^\\s/>]*)")
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]*))?""")

_ADDRESSES = frozenset({"href", "src", "action", "formaction", "poster", "cite", "background", "data", "xlink:href"})
_FORBIDDEN = frozenset({"script", "iframe", "object", "embed", "base", "frame", "frameset", "applet", "meta", "link",
                        "noscript", "template", "svg", "math", "xmp", "plaintext", "noembed", "noframes",
                        "textarea", "title", "style"})  # fmt: skip
_NO_MARKS = frozenset({"style", "srcset", "ping", "http-equiv", "content", "target", "rel"})


@dataclass(slots=True)
class Survey:
    """Reads one rendered module. A mail has inline styles, for mail programs know no style sheets."""

    html: str
    mail: bool = False
    places: list[Place] = field(default_factory=list)

    def read(self) -> list[Place]:
        """The place of each mark in order. Raises `TemplateFault` at the first thing that would be unsafe."""
        at = 0
        while (token := _TOKEN.search(self.html, at)) is not None:
            self._found(Place.TEXT, self.html[at : token.start()])
            at = self._after(token)
        self._found(Place.TEXT, self.html[at:])
        return self.places

    def _after(self, token: re.Match[str]) -> int:
        if token[0] == "<!--":
            return self._skip(token.end(), "-->", "a comment")
        if token[1] is None:
            return self._skip(token.end(), ">", "a declaration")
        return self._tag(token)

    def _skip(self, start: int, closing: str, what: str) -> int:
        end = self.html.find(closing, start)
        end = len(self.html) if end < 0 else end + len(closing)
        if MARK.search(self.html, start, end):
            raise TemplateFault(f"a merge field stands in {what}", "move it into text or a quoted attribute")
        return end

    def _tag(self, token: re.Match[str]) -> int:
        name = token[1].lower()
        if MARK.search(name):
            raise TemplateFault("a merge field stands in the name of a tag", "move it into text")
        if name in _FORBIDDEN:
            raise TemplateFault(f"<{name}> may not stand in a module", "leave it out; the page brings what it needs")
        at = token.end()
        while True:
            attribute = _ATTRIBUTE.match(self.html, at)
            if attribute is None:
                break
            self._attribute(attribute[1].lower(), attribute[2])
            at = attribute.end()
        return self._skip(at, ">", f"the tag <{name}>")

    def _attribute(self, name: str, value: str | None) -> None:
        if MARK.search(name):
            raise TemplateFault("a merge field stands in the name of an attribute", "move it into a quoted value")
        if name == "style" and not self.mail:
            raise TemplateFault("style attributes are blocked by a strict content policy", "use the site's style sheet")
        if name.startswith("on") or name == "srcdoc":
            raise TemplateFault(f"the attribute {name} runs code", "leave it out")
        if value is None:
            return
        quoted = value[:1] in ('"', "'")
        if quoted and (len(value) == 1 or value[-1] != value[0]):
            raise TemplateFault(f"the quote of {name} is not closed", f'write {name}="…"')
        inner = value[1:-1] if quoted else value
        if name in _ADDRESSES:
            self._address(name, inner)
        if not MARK.search(inner):
            return
        if not quoted:
            raise TemplateFault(f"the value of {name} is not quoted", f'write {name}="…"')
        if name in _NO_MARKS or name.startswith("xmlns"):
            raise TemplateFault(f"a merge field stands in {name}", "move it into text or another attribute")
        self._found(Place.ADDRESS if name in _ADDRESSES else Place.ATTRIBUTE, inner)

    def _address(self, name: str, inner: str) -> None:
        if MARK.match(inner.strip()):
            raise TemplateFault(f"a merge field begins the address in {name}", "begin it with a path such as /")
        if not is_safe(MARK.sub("x", unescape(inner))):
            raise TemplateFault(f"the address {inner[:60]!r} in {name} may not be linked to", "use a path or https")

    def _found(self, place: Place, text: str) -> None:
        self.places += [place] * len(MARK.findall(text))
