"""The web channel and its templates."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from channels import FragmentCache, RenderFailure, Web
from tests.channels.world import BODY, CARDS, NASTY, PEOPLE, Tree, content, page, placement, view

ADA = PEOPLE["ada"]


def shown(template: str, values: dict | None = None, body: dict | None = None) -> Tree:
    """What a browser makes of one module with this template."""
    what = content(body, templates={"web": template})
    return Tree(Web().render(page(placement(what)), view(values), why=False).body.decode())


def refused(template: str) -> str:
    """Why a module with this template is refused."""
    with pytest.raises(RenderFailure) as failure:
        shown(template, body={**BODY, "heading": "{{ profile.first_name }}"})
    return failure.value.reason


def test_default_is_semantic_html() -> None:
    """A type without a template has a section that names module and slot, a heading, a picture, a link."""
    tree = Tree(Web().render(page(placement()), view()).body.decode())
    assert tree.all("section") == [{"class": "module module-story", "data-module": "coffee-story", "data-slot": "hero"}]
    assert tree.all("img")[0] == {"src": "/assets/coffee.svg?v=1", "alt": "A cup of coffee", "loading": "lazy"}
    assert {"class": "action", "href": "/shop?for=Ada"} in tree.all("a")
    assert len(tree.all("h2")) == 1


def test_page_frame() -> None:
    """Doctype, language, title from the layout's words, viewport, the style sheet of the view."""
    html = Web().render(page(placement(), locale="de-AT"), view()).body.decode()
    tree = Tree(html)
    assert html.startswith("<!doctype html>")
    assert tree.all("html") == [{"lang": "de-AT"}]
    assert "Larder" in tree.text
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in tree.all("meta")
    assert tree.all("link") == [{"rel": "stylesheet", "href": "/shop/shop.css"}]
    assert tree.all("style") == [] and all("style" not in attrs for _, attrs in tree.tags)


def test_why_is_embedded_as_data() -> None:
    """The reasons can be read back, also when they hold what would end a script."""
    bad = replace(placement(), reason="</script><script>alert(1)</script><!--")
    html = Web().render(page(bad), view()).body.decode()
    data = html.split('id="intarsia-why">')[1].split("</script>")[0]
    assert orjson.loads(data)["slots"][0]["modules"][0]["reason"] == bad.reason
    assert Tree(html).live == []
    assert "intarsia-why" not in Web().render(page(bad), view(), why=False).body.decode()


def test_slots_as_fragments() -> None:
    """A front end that has a page gets the same HTML, slot by slot."""
    web = Web()
    answer = orjson.loads(web.render_slots(page(placement(), placement(content(key="b"), slot="second")), view()).body)
    whole = web.render(page(placement(), placement(content(key="b"), slot="second")), view()).body.decode()
    assert list(answer["html"]) == ["hero", "second"]
    assert all(f'<div class="slot" data-slot="{slot}">{html}</div>' in whole for slot, html in answer["html"].items())
    assert answer["slots"][0]["why"]["stopped"][0]["module"] == "tea-story"
    assert answer["decision_id"] == "d1"


def test_slots_without_why() -> None:
    """The HTML, the identity and what a page needs that reports what it shows; no reasons."""
    answer = orjson.loads(Web().render_slots(page(placement()), view(), why=False).body)
    assert answer["decision_id"] == "d1" and answer["html"]["hero"]
    assigned = [{"experiment": "hero-words", "variation": "bold"}]
    label = {"key": "coffee-story", "type": "story", "variant": None, "locale": "en"}
    assert answer["slots"] == [{"slot": "hero", "filled_by": "ranked", "modules": [{**label, "assigned": assigned}]}]


def test_a_template_reads_fields_by_name() -> None:
    """Text, picture, link, list, number and items, each as the manual says."""
    tree = shown(
        '<article data-n="{{ fields.strength }}"><h1>{{ fields.heading }}</h1>{{ fields.text }}'
        '<img src="{{ fields.picture.src }}" alt="{{ fields.picture.alt }}"><a href="{{ fields.go.url }}">'
        "{{ fields.go.label }}</a>{% for step in fields.steps %}<b>{{ loop.index }}{{ step.line }}</b>{% endfor %}"
        "{{ fields.products }}{{ fields.nothing.at_all }}{{ module }}/{{ slot }}/{{ type }}</article>"
    )
    assert tree.all("article") == [{"data-n": "4"}]
    assert "Coffee for Ada" in tree.text and "1Grind.2Pour." in tree.text and "coffee-story/hero/story" in tree.text
    assert {"href": "/shop?for=Ada"} in tree.all("a")
    assert [item["data-item"] for item in tree.all("li")] == ["11", "12"]


def test_a_template_reads_the_first_of_each_role() -> None:
    """`heading`, `body`, `image`, `actions` and `items`; what is absent prints nothing and is false."""
    tree = shown("<p>{{ heading }}|{{ image.alt }}|{{ actions[0].label }}</p>{{ items }}")
    assert "Coffee for Ada|A cup of coffee|Shop coffee" in tree.text
    bare = shown(
        "<p>{{ body }}{% if image %}picture{% endif %}{{ image.alt }}|{{ heading }}</p>", body={"heading": "Hi"}
    )
    assert bare.text.split("|")[-1].strip() == "Hi" and "picture" not in bare.text and "None" not in bare.text


@pytest.mark.parametrize(
    ("template", "place"),
    [
        ("<script>var x = '{{ heading }}'</script>", "script"),
        ("<style>p { color: {{ heading }} }</style>", "style"),
        ("<p style='color: red'>{{ heading }}</p>", "style"),
        ("<p onclick='x()'>{{ heading }}</p>", "onclick"),
        ("<p title={{ heading }}>x</p>", "quoted"),
        ("<p {{ heading }}>x</p>", "attribute"),
        ("<{{ heading }}>x", "name of a tag"),
        ("</{{ heading }}>x", "name of a tag"),
        ("<p{{ heading }}>x</p>", "name of a tag"),
        ("<!-- {{ heading }} -->", "comment"),
        ("<a href='{{ heading }}'>x</a>", "address"),
        ("<a href='{{ 'javascript' ~ ':x' }}'>x</a>", "address"),
        ("<a href='java&#x73;cript:alert(1)'>x</a>", "address"),
        ("<a href=' java\tscript:alert(1)'>x</a>", "address"),
        ("<a href='data:text/html,x'>x</a>", "address"),
        ("<img srcset='{{ heading }} 2x'>", "srcset"),
        ("<iframe src='/x'></iframe>", "iframe"),
        ("<svg><a xlink:href='javascript:x'/></svg>", "svg"),
        ("<base href='https://evil.example/'>", "base"),
        ('<p title="{{ heading }}>x</p>', "quote"),
        ('<p title="{{ items }}">x</p>', "items"),
        ("<p srcdoc='x'>x</p>", "srcdoc"),
    ],
)
def test_no_safe_place_no_module(template: str, place: str) -> None:
    """A merge field where escaping cannot help, and markup that runs code, cost the module, not the reader."""
    assert place in refused(template)


def test_a_fact_may_stand_in_text_and_attributes_and_addresses() -> None:
    """One field used three times is escaped three ways."""
    tree = shown(
        '<p title="{{ heading }}">{{ heading }}</p><a href="/find?q={{ heading }}">x</a>',
        {"profile": {"first_name": NASTY}},
    )
    assert tree.live == []
    assert tree.all("p") == [{"title": f"Coffee for {NASTY}"}]
    (link,) = tree.all("a")
    assert "<" not in link["href"] and '"' not in link["href"] and "%3Cscript%3E" in link["href"]


@pytest.mark.parametrize(
    ("value", "words"), [(3, "3"), (3.0, "3"), (2.5, "2.5"), (True, "yes"), ("", ""), ([1], "you"), (None, "you")]
)
def test_facts_read_as_people_write(value: object, words: str) -> None:
    """Numbers without a useless .0, yes and no; what is no word takes the default."""
    tree = shown("<i>{{ heading }}</i>", {"profile": {"first_name": value}})
    assert f"Coffee for {words}" in tree.text and (words or "you" not in tree.text)


@pytest.mark.parametrize(
    "template",
    [
        "{{ fields.strength - heading }}",
        "{{ 1 // 0 }}",
        "{% for a in parts %}{% for b in parts %}{% for c in parts %}x{% endfor %}{% endfor %}{% endfor %}",
        "{{ 'x' * 9999999 }}",
        "{{ 2 ** 99999999 }}",
        "{{ range(9) }}",
        "{{ heading.format() }}",
        "{{ ''.__class__ }}",
        "{% include 'x' %}",
        "{% macro m() %}{% endmacro %}",
        "{{ cycler('a') }}",
        "{{ heading|center(99999) }}",
        "{{ heading|safe }}",
        "{{ heading",
    ],
)
def test_what_a_template_may_not_do(template: str) -> None:
    """Errors, bombs and escapes are refused with a reason, and only this module is lost."""
    assert refused(template)


def test_output_is_capped() -> None:
    """A template that multiplies its fields stops at the cap."""
    body = {**BODY, "steps": [{"line": "x" * 900} for _ in range(40)]}
    what = content(
        body,
        templates={"web": "{% for a in fields.steps %}{% for b in fields.steps %}{{ b.line }}{% endfor %}{% endfor %}"},
    )
    with pytest.raises(RenderFailure) as failure:
        Web().render(page(placement(what)), view())
    assert "262144" in failure.value.reason


def test_attributes_of_text_are_no_way_out() -> None:
    """Strings have no attributes in a template: nothing is printed, nothing is reached."""
    tree = shown("<p>[{{ heading.upper }}{{ heading['__class__'] }}{{ fields['__init__'] }}{{ parts.append }}]</p>")
    assert "[]" in tree.text


def test_items_of_a_feed_never_link_to_code() -> None:
    """An item with an address of another scheme is shown without a link."""
    bad = replace(CARDS[0], url="javascript:alert(1)")
    tree = Tree(Web().render(page(placement(cards=[bad])), view()).body.decode())
    assert tree.live == [] and "House Blend" in tree.text


@pytest.mark.parametrize(
    ("locale", "price"),
    [("en", "$1,234.50"), ("de", "1.234,50\u00a0$"), ("de-AT", "1.234,50\u00a0$"), ("fr-CH", "$1,234.50")],
)
def test_prices_as_the_reader_writes_them(locale: str, price: str) -> None:
    """Decimal comma and symbol behind where people write so; both from one cache."""
    web = Web()
    cards = [replace(CARDS[0], price=1234.5)]
    web.render(page(placement(cards=cards), locale="en"), view())
    assert price in Tree(web.render(page(placement(cards=cards), locale=locale), view()).body.decode()).text


def test_cache_is_bounded() -> None:
    """However many contents and releases pass, the cache holds a bounded number."""
    cache = FragmentCache(most=10, most_releases=2)
    web = Web(cache)
    for number in range(50):
        what = content(key=f"m{number}")
        cards = [replace(CARDS[0], id=f"{number}-{i}") for i in range(3)]
        web.render(page(placement(what, cards=cards), release=f"r{number // 20}"), view())
    assert list(cache.releases) == ["r1", "r2"]
    shelves = [shelf for shelves in cache.releases.values() for shelf in shelves.values()]
    assert all(0 < len(shelf.fragments) <= 10 and 0 < len(shelf.cards) <= 10 for shelf in shelves)


def test_looking_at_drafts_does_not_push_out_what_everybody_reads() -> None:
    """Each look at drafts is a release of its own; what is served is asked for in between."""
    cache = FragmentCache(most_releases=3)
    web = Web(cache)
    for number in range(6):
        web.render(page(placement(content(key="m")), release="served"), view())
        served = cache.releases["served"]
        web.render(page(placement(content(key="m")), release=f"draft {number}"), view())
        assert cache.releases["served"] is served
    assert len(cache.releases) == 3


def test_a_template_cannot_forge_a_mark() -> None:
    """A reserved character that the template brings itself costs the module."""
    assert "reserved" in refused("<p>\ue123</p>")
    assert "reserved" in refused("<p>{{ '\\ue123' }}</p>")
