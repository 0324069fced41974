"""Rich text comes out safe, keeps its merge fields, and tells an author what would be lost."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from modules import Hole
from modules.merge import parse_merge
from modules.richtext import ATTRIBUTES, TAGS, losses, parse_rich
from modules.urls import is_safe_merged_url, is_safe_url

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<p onclick=alert(1)>x</p>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java&#x09;script:alert(1)">x</a>',
    '<a href=" javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="//evil.example">x</a>',
    '<a href="/\\evil.example">x</a>',
    '<svg><a xlink:href="javascript:alert(1)">x</a></svg>',
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    '<p style="background:url(javascript:x)">x</p>',
    "<iframe srcdoc='<script>1</script>'></iframe>",
    "<style>@import url(//evil.example)</style>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '<a href="{{ profile.url }}">x</a>',
    '<a href="/x/{{ profile.x }}">x</a>',
    '<a href="/x" title="{{ profile.x }}">x</a>',
    '<p {{ profile.x }}="y">x</p>',
    "<form action=/x><input name=q></form>",
]


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))


def shown(html: str) -> str:
    return "".join(s if isinstance(s, str) else f"[{s.path}]" for s in parse_rich(html).segments)


@pytest.mark.parametrize("html", HOSTILE)
def test_hostile_markup_comes_out_inert_and_is_reported(html: str) -> None:
    seen = Seen()
    seen.feed(shown(html))
    for tag, attributes in seen.tags:
        assert tag in TAGS
        assert {name for name, _ in attributes} <= ATTRIBUTES.get(tag, set()) | {"rel"}
        assert all(is_safe_url(value or "") for name, value in attributes if name == "href")
        assert not any("[profile" in (value or "") for _, value in attributes), "no merge field inside a tag"
    assert losses(html), "an author is told that something would be lost"


@pytest.mark.parametrize(
    "html",
    [
        "<p>Fresh <strong>coffee</strong> & tea</p>",
        "one<br/>two<BR>three",
        '<a href="https://example.com/a?b=1&amp;c=2" title="Shop">go</a>',
        '<a href="/coffee">a</a> <a href="#top">b</a> <a href="mailto:a@b.example">c</a> <a href="tel:+1-2">d</a>',
        "<ul><li>a<li>b</ul>",
        "5 < 6 and 7 > 3",
        '<p>Hi {{ profile.name | default("there") }}</p>',
    ],
)
def test_what_is_allowed_is_no_loss(html: str) -> None:
    assert losses(html) == []


def test_merge_fields_stay_apart_from_the_markup() -> None:
    merge = parse_rich('<p>Hi {{ profile.name | default("<b>") }}, welcome</p>')
    assert merge.rich
    assert merge.segments == ("<p>Hi ", Hole("profile.name", "<b>"), ", welcome</p>")


def test_cleaning_twice_changes_nothing() -> None:
    once = shown('<p>a<script>b</script><a href="/x">c</a></p>')
    assert shown(once) == once


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("/coffee", True),
        ("/coffee?a=b#c", True),
        ("#top", True),
        ("https://example.com/x", True),
        ("HTTPS://example.com", True),
        ("mailto:a@b.example", True),
        ("tel:+43123", True),
        ("", False),
        ("//example.com", False),
        ("/\\example.com", False),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("java\tscript:alert(1)", False),
        ("\x01javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("coffee", False),
        ("https:", False),
        ("http://[", False),
        ("https://exa mple.com", False),
    ],
)
def test_addresses_are_paths_or_of_an_allowed_scheme(url: str, safe: bool) -> None:
    assert is_safe_url(url) is safe


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("/orders/{{ profile.last }}", True),
        ("https://example.com/{{ profile.last }}/x", True),
        ("mailto:{{ profile.mail }}", False),
        ("mailto:a@b.example?subject={{ profile.name }}", True),
        ("{{ profile.url }}", False),
        ("/{{ profile.path }}", False),
        ("https://{{ profile.host }}/", False),
        ("https://example.com{{ profile.path }}", False),
        ("java{{ profile.x }}", False),
        ("/a{{ profile.x }}b c", False),
    ],
)
def test_no_merge_field_decides_scheme_or_host(url: str, safe: bool) -> None:
    assert is_safe_merged_url(parse_merge(url)) is safe
