"""What can be said of one piece of content alone: its encoding, its shape, what a picture may not hold."""

from __future__ import annotations

import pytest

from modules import KINDS, JsonError, check_content, read_json
from pictures import FORMATS, Limits
from tests.pictures.drawn import drawn, located

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


def svg(inner: str) -> list[str]:
    return [f.message for f in check_content("assets", "a.svg", SVG.format(inner).encode())]


@pytest.mark.parametrize(
    "inner",
    [
        '<path d="M0 0h9"/>',
        '<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>'
        '<rect width="9" height="9" fill="url(#g)"/>',
        '<symbol id="s"><circle r="2"/></symbol><use href="#s"/><use xlink:href="#s"/>',
        "<style>.a{fill:#c33}</style><g class='a'><text>Hi</text></g>",
        '<filter id="f"><feGaussianBlur stdDeviation="2"/></filter><rect filter="url( \'#f\' )"/>',
        "<title>Coffee</title><desc>A cup</desc>",
        '<metadata><x:RDF xmlns:x="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>',
    ],
)
def test_pictures_that_only_draw_pass(inner: str) -> None:
    assert svg(inner) == []


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
        '<script xmlns="">alert(1)</script>',
        "<foreignObject><p/></foreignObject>",
        '<rect onload="alert(1)"/>',
        '<rect ONLOAD="alert(1)"/>',
        '<a href="https://evil.example"><rect/></a>',
        '<use href="https://evil.example/a.svg#x"/>',
        '<use xlink:href="//evil.example/a.svg#x"/>',
        '<image href="https://evil.example/pixel.png"/>',
        '<image href="data:image/svg+xml;base64,AAAA"/>',
        '<rect fill="url(https://evil.example/#g)"/>',
        "<rect style=\"fill:url('//evil.example/#g')\"/>",
        "<style>@import 'https://evil.example/a.css';</style>",
        "<style>.a{background:u\\72l(https://evil.example)}</style>",
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        "<iframe/>",
    ],
)
def test_pictures_that_act_or_fetch_are_refused(inner: str) -> None:
    assert svg(inner)


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<?xml version="1.0" encoding="UTF-7"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<?xml-stylesheet href="x.css"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<html xmlns="http://www.w3.org/1999/xhtml"/>',
        b"<svg",
        b"",
        "<svg xmlns='http://www.w3.org/2000/svg'/>".encode("utf-16"),
    ],
)
def test_what_is_no_plain_svg_is_refused(content: bytes) -> None:
    assert check_content("assets", "a.svg", content, Limits())


@pytest.mark.parametrize("name", FORMATS)
def test_pictures_are_what_their_name_says(name: str) -> None:
    content, ending = drawn(name), FORMATS[name].ending
    assert check_content("assets", f"a.{ending}", content) == []
    for other in {"png", "jpg", "svg"} - {ending}:
        assert f".{ending}" in check_content("assets", f"a.{other}", content)[0].remedy
    assert check_content("assets", f"a.{ending}", content[:-20])


def test_at_the_door_a_picture_is_looked_at_more_closely() -> None:
    """In a release it was looked at already."""
    content = located("jpeg", "exif")
    assert check_content("assets", "a.jpg", content) == []
    (finding,) = check_content("assets", "a.jpg", content, Limits())
    assert "where it was taken" in finding.message and "upload it as a form" in finding.remedy
    assert "at most 10 fit" in check_content("assets", "a.jpg", content, Limits(bytes=10))[0].message


@pytest.mark.parametrize(
    ("kind", "body", "pointer"),
    [
        ("attributes", '{"attributes": [{"path": "profile.x", "type": "text"}]}', "/attributes/0/type"),
        ("attributes", '{"attributes": [{"type": "number"}]}', "/attributes/0/path"),
        ("attributes", '{"attributes": [{"path": "x", "type": "number"}]}', "/attributes/0/path"),
        ("attributes", '{"evnts": []}', "/evnts"),
        ("rules", '{"title": "x"}', "/logic"),
        ("rules", '{"title": "x", "logic": null}', "/logic"),
        ("segments", '{"logic": true}', "/title"),
        ("policies", '{"title": "x", "logic": false}', "/tags"),
        ("policies", '{"title": "x", "logic": false, "tags": ["a"], "unknown": "maybe"}', "/unknown"),
        ("types", '{"title": "x", "fields": {"a": {"kind": "txt"}}}', "/fields/a/kind"),
        ("modules", '{"type": "x"}', "/locales"),
        ("modules", "[]", ""),
        ("layouts", "{,}", ""),
    ],
)
def test_the_wrong_place_of_a_shape_is_named(kind: str, body: str, pointer: str) -> None:
    assert pointer in {f.pointer for f in check_content(kind, "x", body.encode())}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("attributes", '{"attributes": [{"path": "profile.bought.*", "type": "number", "class": "behavioural"}],'
                       ' "events": [{"type": "Product Viewed", "purpose": "personalization"}]}'),
        ("rules", '{"title": "x", "logic": false}'),
        ("segments", '{"title": "x", "description": "y", "logic": {"in_segment": "z"}}'),
        ("policies", '{"title": "x", "logic": false, "tags": ["a"], "unknown": "no"}'),
    ],
)  # fmt: skip
def test_well_shaped_content_passes(kind: str, body: str) -> None:
    assert check_content(kind, "x", body.encode()) == []


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b'{\n  "a": 1,\n}', 3, 1),
        (b'{\n "a": "\xff"}', 2, 8),
        (b"\xef\xbb\xbf{}", 1, 1),
        (b'{"a": NaN}', None, None),
        (b'{"a": 1e999}', None, None),
        (b'{"a": 1' + b"0" * 400 + b"}", None, None),
        (b'{"a": "\\ud800"}', None, None),
        (b'{"a": 1, "a": 2}', None, None),
        (b"[" * 70 + b"]" * 70, None, None),
        (b"[" * 100_000, None, None),
    ],
)
def test_json_is_read_strictly_and_the_place_is_told(content: bytes, line: int | None, column: int | None) -> None:
    with pytest.raises(JsonError) as refused:
        read_json(content)
    assert (refused.value.line, refused.value.column) == (line, column)


def test_whole_characters_may_be_spelled_in_halves() -> None:
    assert read_json(rb"""["\ud83d\ude00"]""") == ["😀"]


def test_depth_counts_brackets() -> None:
    assert read_json(b"[" * 64 + b"]" * 64)


def test_every_kind_of_content_has_a_summary_and_a_media_type() -> None:
    for kind in KINDS.values():
        assert kind.summary.endswith(".")
        assert all(kind.media_type(f"a.{ending}") for ending in kind.media)


def test_a_number_of_thousands_of_digits_is_refused_in_our_own_words() -> None:
    with pytest.raises(JsonError, match=r"the number 9{20}… is too large"):
        read_json(b'{"a": ' + b"9" * 5000 + b"}")
