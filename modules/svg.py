"""SVG pictures that only draw: no scripts, no event handlers, nothing fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from rules import Finding

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
EMBEDDED = ("data:image/png;base64,", "data:image/jpeg;base64,", "data:image/webp;base64,")


def svg_findings(content: bytes) -> Iterator[Finding]:
    """What in an SVG picture could act or fetch; elements and attributes that are not known to draw are refused."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        yield Finding("", "an SVG picture must be UTF-8", "save it with that encoding")
        return
    unread = next(_unreadable(text), None)
    if unread is not None:
        yield unread
        return
    try:
        # Without a DOCTYPE there are no entities, so the parser cannot be made to expand or fetch anything.
        root = ElementTree.fromstring(text)  # noqa: S314
    except (ElementTree.ParseError, ValueError) as error:
        yield Finding("", f"the picture is not well-formed XML: {error}", "export it again")
        return
    if root.tag != f"{NAMESPACE}svg":
        yield Finding("", "the picture's outermost element is not svg", "save it as a plain SVG")
    for element in root.iter():
        yield from _check(element)


def _unreadable(text: str) -> Iterator[Finding]:
    """What must not be in the text before a parser sees it."""
    lower = text.lower()
    if "<!doctype" in lower or "<!entity" in lower:
        yield Finding("", "a DOCTYPE is not allowed in an SVG picture", "take it out")
    if "<?xml-stylesheet" in lower:
        yield Finding("", "a stylesheet from elsewhere is not allowed in an SVG picture", "take it out")
    declared = lower[: lower.find("?>") + 1] if lower.startswith("<?xml ") else ""
    if "encoding" in declared and "utf-8" not in declared:
        yield Finding("", "the picture declares another encoding than UTF-8", "save it with that encoding")


def _check(element: ElementTree.Element) -> Iterator[Finding]:
    tag = str(element.tag)
    name = tag.removeprefix(NAMESPACE)
    if not tag.startswith(NOTES) and name not in DRAWING and not name.startswith("fe"):
        shown = name.rpartition("}")[2]
        yield Finding(
            "", f"the element <{shown}> is not allowed in an SVG picture", "draw with shapes, text and filters"
        )
    for attribute, value in element.attrib.items():
        yield from _check_attribute(name, attribute.rpartition("}")[2].lower(), value)
    if name == "style" and not _is_inert_css(element.text or ""):
        yield Finding("", "the style of the picture refers to something outside it", "refer only to #ids in it")


def _check_attribute(element: str, name: str, value: str) -> Iterator[Finding]:
    if name.startswith("on"):
        yield Finding("", f"the event handler {name} of <{element}> is not allowed in a picture", "take it out")
    elif name == "href" and not _is_inner(element, value.strip()):
        yield Finding("", f"<{element}> refers to {value[:60]!r}", "refer only to #ids inside the picture")
    elif name == "attributename" and (value.strip().lower().endswith("href") or value.strip().lower().startswith("on")):
        yield Finding("", f"<{element}> changes the attribute {value}", "take the animation out")
    elif name != "href" and not _is_inert_css(value):
        yield Finding("", f"{name} of <{element}> refers to something outside the picture", "refer only to #ids in it")


def _is_inner(element: str, value: str) -> bool:
    return value.startswith("#") or (element in ("image", "feImage") and value.startswith(EMBEDDED))


def _is_inert_css(css: str) -> bool:
    # A backslash can spell any word in CSS, so that the words below would not be found.
    plain = css.lower()
    if "\\" in plain or "@import" in plain or "javascript:" in plain or "expression(" in plain or "image-set(" in plain:
        return False
    return all(place.lstrip(" \t\r\n'\"").startswith("#") for place in plain.split("url(")[1:])
