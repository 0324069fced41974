"""SVG pictures that only draw: no scripts, no event handlers, nothing fetched from elsewhere."""

from __future__ import annotations

import re
from binascii import Error as NotBase64
from binascii import a2b_base64
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree

from pictures.facts import Flaw
from pictures.formats import sniff
from pictures.private import tells_place

NAMESPACE = "{http://www.w3.org/2000/svg}"

DRAWING = frozenset({
    "svg", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon",
    "text", "tspan", "textPath", "title", "desc", "metadata", "linearGradient", "radialGradient", "stop",
    "clipPath", "mask", "pattern", "marker", "image", "style", "switch", "view", "filter", "animate",
    "animateTransform", "animateMotion", "mpath",
})  # fmt: skip
NOTES = (
    "{http://www.inkscape.org/", "{http://sodipodi.sourceforge.net/", "{http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "{http://purl.org/dc/", "{http://creativecommons.org/ns#", "{http://web.resource.org/cc/",
)  # fmt: skip
"""Where drawing programs keep notes of their own, which no browser acts on (XHTML in a picture would run)."""
EMBEDDED = {"data:image/png;base64,": "png", "data:image/jpeg;base64,": "jpeg", "data:image/webp;base64,": "webp"}
ACTIVE_CSS = ("\\", "@import", "javascript:", "expression(", "image-set(", "image(", "src(")
"""What would fetch or run. A backslash can spell any word in CSS, so that the others would not be found."""
MOST_DRAWN = 200_000
"""Elements that are drawn in all, each as often as it is used: a few lines of <use> can mean millions."""
DEEPEST = 256
DEEPEST_USE = 12

_START = re.compile(r"(?:<\?xml\s[^>]*>|<!--.*?-->|\s)*<(?:\w+:)?svg[\s>/]", re.DOTALL)
_DECLARED = re.compile(r"<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_LENGTH = re.compile(r"\s*\+?(\d{1,6}(?:\.\d*)?|\.\d+)\s*(?:px)?\s*")
_NUMBER = re.compile(r"[\s,]+")


def is_svg(content: bytes) -> bool:
    """Whether these bytes begin as an SVG picture."""
    return _START.match(content[:4_096].decode("utf-8", "ignore").removeprefix("\ufeff")) is not None


def svg_size(content: bytes) -> tuple[int | None, int | None]:
    """Width and height that a checked SVG picture names, else those of its view box, else None."""
    try:
        root = ElementTree.fromstring(content.decode())  # noqa: S314 -- checked when it was saved
    except (ElementTree.ParseError, ValueError):
        return None, None
    sizes = [_LENGTH.fullmatch(root.get(name, "")) for name in ("width", "height")]
    if sizes[0] and sizes[1]:
        return _pixels(float(sizes[0][1]), float(sizes[1][1]))
    box = _NUMBER.split(root.get("viewBox", "").strip())
    try:
        return _pixels(float(box[2]), float(box[3]))
    except (IndexError, ValueError, OverflowError):
        return None, None


def svg_flaws(content: bytes) -> Iterator[Flaw]:
    """What in an SVG picture could act or fetch; elements and attributes that are not known to draw are refused."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        yield Flaw("an SVG picture must be UTF-8", "save it with that encoding")
        return
    unread = next(_unreadable(text), None)
    if unread is not None:
        yield unread
        return
    try:
        # Without a DOCTYPE there are no entities, so the parser cannot be made to expand or fetch anything.
        root = ElementTree.fromstring(text)  # noqa: S314
    except (ElementTree.ParseError, ValueError) as error:
        yield Flaw(f"the picture is not well-formed XML: {error}", "export it again")
        return
    if root.tag != f"{NAMESPACE}svg":
        yield Flaw("the picture's outermost element is not svg", "save it as a plain SVG")
    for element in root.iter():
        yield from _check(element)
    yield from _check_amount(root)


def _pixels(width: float, height: float) -> tuple[int | None, int | None]:
    whole = round(width), round(height)
    return whole if min(whole) > 0 else (None, None)


def _unreadable(text: str) -> Iterator[Flaw]:
    """What must not be in the text before a parser sees it."""
    lower = text.lower()
    if "<!doctype" in lower or "<!entity" in lower:
        yield Flaw("a DOCTYPE is not allowed in an SVG picture", "take it out")
    if "<?xml-stylesheet" in lower:
        yield Flaw("a stylesheet from elsewhere is not allowed in an SVG picture", "take it out")
    declared = _DECLARED.match(text.removeprefix("\ufeff"))
    if declared is not None and declared[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        yield Flaw("the picture declares another encoding than UTF-8", "save it with that encoding")


def _check(element: ElementTree.Element) -> Iterator[Flaw]:
    tag = str(element.tag)
    name = tag.removeprefix(NAMESPACE)
    if not tag.startswith(NOTES) and name not in DRAWING and not name.startswith("fe"):
        shown = name.rpartition("}")[2]
        yield Flaw(f"the element <{shown}> is not allowed in an SVG picture", "draw with shapes, text and filters")
    for attribute, value in element.attrib.items():
        yield from _check_attribute(name, attribute.rpartition("}")[2].lower(), value)
    # A browser reads all text of a style element, also what stands behind an element inside of it.
    if name == "style" and (len(element) or not _is_inert_css(element.text or "")):
        yield Flaw("the style of the picture refers to something outside it", "refer only to #ids in it")


def _check_attribute(element: str, name: str, value: str) -> Iterator[Flaw]:
    if name.startswith("on"):
        yield Flaw(f"the event handler {name} of <{element}> is not allowed in a picture", "take it out")
    elif name == "base":
        yield Flaw(f"<{element}> takes what it refers to from elsewhere (xml:base)", "take it out")
    elif name == "href" and not value.strip().startswith("#"):
        yield from _check_embedded(element, value.strip())
    elif name == "attributename" and (value.strip().lower().endswith("href") or value.strip().lower().startswith("on")):
        yield Flaw(f"<{element}> changes the attribute {value}", "take the animation out")
    elif name != "href" and not _is_inert_css(value):
        yield Flaw(f"{name} of <{element}> refers to something outside the picture", "refer only to #ids in it")


def _check_embedded(element: str, value: str) -> Iterator[Flaw]:
    beginning = next((known for known in EMBEDDED if value.startswith(known)), None)
    if beginning is None or element not in ("image", "feImage"):
        yield Flaw(f"<{element}> refers to {value[:60]!r}", "refer only to #ids inside the picture")
        return
    try:
        content = a2b_base64(value[len(beginning) :])
    except NotBase64:
        content = b""
    kind = sniff(content)
    if kind is None or kind.name != EMBEDDED[beginning]:
        yield Flaw("a picture inside the picture is not what it says", "embed it again")
    elif tells_place(content):
        yield Flaw("a picture inside the picture tells where it was taken", "embed it without its metadata")


def _is_inert_css(css: str) -> bool:
    plain = css.lower()
    if any(word in plain for word in ACTIVE_CSS):
        return False
    return all(place.lstrip(" \t\r\n\f'\"").startswith("#") for place in plain.split("url(")[1:])


def _check_amount(root: ElementTree.Element) -> Iterator[Flaw]:
    """How much is drawn when everything that is used is drawn where it is used."""
    if _depth(root) > DEEPEST:
        yield Flaw(f"the elements of the picture are nested more than {DEEPEST} deep", "flatten its groups")
        return
    named = {element.get("id"): element for element in root.iter() if element.get("id")}
    try:
        drawn = _drawn(root, named, {}, 0)
    except RecursionError:
        yield Flaw("what the picture uses goes in a circle, or too deep", "draw it where it is used")
        return
    if drawn > MOST_DRAWN:
        yield Flaw(f"the picture draws {drawn:,} elements in all; at most {MOST_DRAWN:,} fit", "simplify it")


def _depth(root: ElementTree.Element) -> int:
    depth, level = 0, [root]
    while level:
        depth += 1
        level = [child for element in level for child in element]
    return depth


def _drawn(
    element: ElementTree.Element,
    named: dict[str | None, ElementTree.Element],
    known: dict[str, int],
    deep: int,
) -> int:
    """Elements that are drawn for this one. Raises `RecursionError` where uses go on and on."""
    if deep > DEEPEST_USE:
        raise RecursionError
    own, uses = 0, Counter[str]()
    for inner in element.iter():
        own += 1
        if inner.tag == f"{NAMESPACE}use":
            uses[_target(inner)] += 1
    for name, times in uses.items():
        if name not in known and name in named:
            known[name] = _drawn(named[name], named, known, deep + 1)
        own += times * known.get(name, 0)
    return own


def _target(use: ElementTree.Element) -> str:
    found = use.get("href") or use.get("{http://www.w3.org/1999/xlink}href") or ""
    return found.strip().removeprefix("#")
