"""Rich text: authored HTML made safe, with its merge fields kept apart from the markup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

import nh3

from modules.merge import parse_merge
from modules.parts import Hole, Merge
from modules.urls import SCHEMES, is_safe_url

TAGS = frozenset({"a", "b", "blockquote", "br", "code", "em", "h3", "h4", "hr", "i", "li", "ol", "p", "s", "small",
                  "span", "strong", "sub", "sup", "u", "ul"})  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "span": {"lang"}, "p": {"lang"}, "ol": {"start"}}

# A hole travels through the sanitiser as one private-use character pair around its number.
_OPEN, _CLOSE = "\ue000", "\ue001"

Mark = tuple[str, ...]


def parse_rich(html: str) -> Merge:
    """Sanitised HTML with its merge fields as holes; a hole inside a tag is dropped with its attribute.

    Raises `MergeError` as `parse_merge` does.
    """
    holes, marked = _marked(html)
    return Merge(tuple(_split(clean(marked), holes)), rich=True)


def clean(html: str) -> str:
    """The HTML with nothing in it but allowed tags, attributes and addresses."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_kept,
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )


def losses(html: str) -> list[str]:
    """What `clean` would take away, in an author's words; markup that is only written differently is no loss."""
    holes, marked = _marked(html)
    cleaned = clean(marked)
    gone = Counter(_marks(marked)) - Counter(_marks(cleaned))
    told = [_told(mark) for mark in gone]
    kept = {s.path for s in _split(cleaned, holes) if isinstance(s, Hole)}
    told += [f"the merge field {hole.path} stands inside a tag" for hole in holes if hole.path not in kept]
    return list(dict.fromkeys(told))


def _marked(html: str) -> tuple[list[Hole], str]:
    holes: list[Hole] = []
    out: list[str] = []
    for segment in parse_merge(html).segments:
        if isinstance(segment, Hole):
            out.append(f"{_OPEN}{len(holes)}{_CLOSE}")
            holes.append(segment)
        else:
            out.append(segment)
    return holes, "".join(out)


def _split(html: str, holes: list[Hole]) -> Iterator[str | Hole]:
    head, *rest = html.split(_OPEN)
    if head:
        yield head
    for piece in rest:
        number, _, text = piece.partition(_CLOSE)
        yield holes[int(number)]
        if text:
            yield text


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if _OPEN in value or (attribute == "href" and not is_safe_url(value.strip())):
        return None
    return value


class _Reader(HTMLParser):
    """Collects what markup consists of: each tag and each attribute with its value."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.marks: list[Mark] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.marks.append((tag,))
        self.marks += [(tag, name, (value or "").strip()) for name, value in attrs if (tag, name) != ("a", "rel")]


def _marks(html: str) -> list[Mark]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.marks


def _told(mark: Mark) -> str:
    match mark:
        case (tag,):
            return f"the tag <{tag}>"
        case (tag, name, value) if name in ATTRIBUTES.get(tag, ()):
            return f"{name}={value[:60]!r} of <{tag}>"
        case (tag, name, *_):
            return f"the attribute {name} of <{tag}>"
        case _:
            return "some markup"
