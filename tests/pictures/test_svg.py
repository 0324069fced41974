"""An SVG picture may draw, and no more: what acts, fetches, hides or explodes is refused."""

from __future__ import annotations

from base64 import b64encode

import pytest

from pictures import Limits, facts_of, flaws_of

from .drawn import drawn, located

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


def flaws(inner: str) -> list[str]:
    return [flaw.message for flaw in flaws_of(SVG.format(inner).encode(), "svg", Limits())]


def embedded(content: bytes, kind: str) -> str:
    return f'<image href="data:image/{kind};base64,{b64encode(content).decode()}"/>'


def test_a_style_is_read_to_its_end() -> None:
    """A browser reads what stands behind an element inside of a style, too."""
    assert flaws("<style>.a{fill:red}<title/>@import url(//evil.example);</style>")


@pytest.mark.parametrize(
    "inner",
    [
        '<g xml:base="https://evil.example/"><use href="#x"/></g>',
        "<style>.a{fill:image('https://evil.example/x.png')}</style>",
        '<rect style="fill: src(&quot;https://evil.example/&quot;)"/>',
    ],
)
def test_what_would_fetch_is_refused(inner: str) -> None:
    assert flaws(inner)


def test_a_picture_inside_is_looked_at_as_any_other() -> None:
    assert flaws(embedded(drawn("png"), "png")) == []
    assert "not what it says" in flaws(embedded(drawn("jpeg"), "png"))[0]
    assert "not what it says" in flaws('<image href="data:image/png;base64,!!!"/>')[0]
    assert "where it was taken" in flaws(embedded(located("jpeg", "exif"), "jpeg"))[0]


def laughs(levels: int) -> str:
    uses = [(n, f'<use href="#l{n - 1}"/>' * 10) for n in range(1, levels + 1)]
    return '<g id="l0"><path d="M0 0h1"/></g>' + "".join(f'<g id="l{n}">{inner}</g>' for n, inner in uses)


def test_a_picture_that_explodes_is_refused() -> None:
    assert flaws(laughs(3)) == []
    assert "draws" in flaws(laughs(6))[0]
    assert "in a circle" in flaws('<g id="a"><use href="#b"/></g><g id="b"><use xlink:href="#a"/></g>')[0]
    assert "nested" in flaws("<g>" * 300 + "</g>" * 300)[0]


def test_another_encoding_is_refused_however_it_is_declared() -> None:
    for declared in ('<?xml\tversion="1.0" encoding="iso-2022-jp"?>', "\ufeff<?xml version='1.0' encoding='utf-7'?>"):
        assert "another encoding" in flaws_of((declared + SVG.format("")).encode(), "svg", Limits())[0].message


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="120" height="80px"', (120, 80)),
        ('viewBox="0 0 300 200"', (300, 200)),
        ('width="100%" height="50" viewBox="0,0, 30 20"', (30, 20)),
        ("", (None, None)),
        ('viewBox="0 0 0 0"', (None, None)),
        ('viewBox="0 0 1e400 2"', (None, None)),
    ],
)
def test_the_size_of_a_drawing_is_what_it_names(attributes: str, size: tuple[int | None, int | None]) -> None:
    content = f'<?xml version="1.0"?><!-- drawn --><svg xmlns="http://www.w3.org/2000/svg" {attributes}/>'.encode()
    facts = facts_of(content)
    assert facts is not None and (facts.format, facts.width, facts.height) == ("svg", *size)
