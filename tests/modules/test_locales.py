"""Locales: what stands in for what, and what a circle or a stranger among them is told."""

from __future__ import annotations

from typing import Any

import pytest

from modules import NO_LOCALES, ContentError, Module, locales_findings, parse_locales

SITE = {
    "locales": [
        {"code": "en", "title": "English"},
        {"code": "de", "fallback": ["en"]},
        {"code": "de-AT", "title": "Österreich", "fallback": ["de-CH", "de"]},
        {"code": "de-CH", "fallback": ["fr"]},
        {"code": "fr"},
    ]
}


def findings(**files: Any) -> dict[str, str]:
    with pytest.raises(ContentError) as error:
        parse_locales(files)
    return {finding.pointer: finding.message for finding in error.value.findings}


def test_a_chain_goes_down_each_fallback_before_the_next() -> None:
    made = parse_locales({"site": SITE})
    assert made.chains == {
        "en": ("en",),
        "de": ("de", "en"),
        "de-AT": ("de-AT", "de-CH", "fr", "de", "en"),
        "de-CH": ("de-CH", "fr"),
        "fr": ("fr",),
    }
    assert made.titles["de-AT"] == "Österreich"
    assert parse_locales({"site": SITE}, trusted=True) == made


@pytest.mark.parametrize(
    ("reader", "there", "served"),
    [
        ("de-AT", ["en", "de"], "de"),
        ("de-AT", ["en", "fr"], "fr"),
        ("de-CH", ["en", "de"], None),
        ("fr", ["en"], None),
        ("de-Latn-DE", ["en", "de"], "de"),
        ("de-DE", ["fr", "en"], "en"),
        ("it", ["de", "en"], "en"),
        ("it", ["de", "it"], "it"),
        ("it", ["de"], None),
    ],
)
def test_a_reader_gets_what_the_chain_says_and_nothing_else(reader: str, there: list[str], served: str | None) -> None:
    """A locale that is not declared is served as the nearest wider one that is, else as the default."""
    made = Module("m", "hero", locales={code: {"heading": code} for code in there})
    locales = parse_locales({"site": SITE})
    assert made.locale_for(reader, locales) == served
    assert made.body(reader, locales=locales) == (None if served is None else {"heading": served})


@pytest.mark.parametrize(("reader", "served"), [("de-AT", "de"), ("it", "en"), ("de", "de")])
def test_where_none_is_declared_the_language_or_the_first_stands_in(reader: str, served: str) -> None:
    made = Module("m", "hero", locales={"en": {}, "de": {}})
    assert made.locale_for(reader) == made.locale_for(reader, NO_LOCALES) == served


def test_several_files_make_one_whole() -> None:
    other = {"locales": [{"code": "it", "fallback": ["de"]}], "default": "it"}
    made = parse_locales({"site": SITE, "south": other})
    assert (made.chains["it"], made.default) == (("it", "de", "en"), "it")
    assert parse_locales({"site": SITE}).default == "en", "the first, where no file says which"


def test_what_cannot_be_followed_is_refused_with_its_place() -> None:
    circle = {"locales": [{"code": c, "fallback": [f]} for c, f in (("de", "en"), ("en", "fr"), ("fr", "de"))]}
    assert all("falls back" in message for message in findings(site=circle).values())
    assert set(findings(site=circle)) == {f"/site/locales/{number}/fallback/0" for number in range(3)}
    assert "falls back" in findings(a={"locales": [{"code": "en", "fallback": ["en"]}]})["/a/locales/0/fallback/0"]
    near = {"locales": [{"code": "en"}, {"code": "de-AT", "fallback": ["dee", "de"]}, {"code": "de"}], "default": "e"}
    told = findings(site=near)
    assert "did you mean 'de'" in told["/site/locales/1/fallback/0"]
    assert "no locale 'e'" in told["/site/default"]
    both = {"locales": [{"code": "it"}], "default": "it"}
    twice = findings(site={**SITE, "default": "en"}, south=both, west=both)
    assert "already" in twice["/west/locales/0/code"]
    assert set(twice) == {"/west/locales/0/code", "/south/default", "/west/default"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/locales"),
        ({"locales": []}, "/locales"),
        ({"locales": [{"code": "EN"}]}, "/locales/0/code"),
        ({"locales": [{"code": "en", "falback": []}]}, "/locales/0/falback"),
        ({"locales": [{"code": "en"}, {"code": "en"}]}, "/locales/1/code"),
    ],
)
def test_a_file_of_another_shape_is_refused(body: Any, pointer: str) -> None:
    assert [finding.pointer for finding in locales_findings(body)] == [pointer]
