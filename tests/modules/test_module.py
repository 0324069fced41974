"""A module is refused at save with the place and the remedy; its body follows locale and variant."""

from __future__ import annotations

import time
from typing import Any

import pytest

from modules import ContentError, Module, ModuleType, parse_module

Types = dict[str, ModuleType]


def body(**other: Any) -> dict[str, Any]:
    locales = {
        "en": {"heading": "Hello", "image": {"asset": "a.svg", "alt": "A"}, "price": 3},
        "de": {"heading": "Hallo"},
    }
    return {"type": "hero", "locales": locales, **other}


def findings(types: Types, given: Any = None, **other: Any) -> dict[str, str]:
    with pytest.raises(ContentError) as refused:
        parse_module("hero-one", body(**other) if given is None else given, types)
    return {f.pointer: f.message for f in refused.value.findings}


def test_what_is_written_is_what_is_parsed(types: Types) -> None:
    made = parse_module(
        "hero-one",
        body(
            title="One", tags=["a", "b"], tier=5, worth=2, topics=["tea"], targeting="adults", unknown="yes", note="n"
        ),
        types,
    )
    assert (made.key, made.type, made.title, made.tags) == ("hero-one", "hero", "One", {"a", "b"})
    assert (made.tier, made.worth, made.topics, made.targeting) == (5, 2.0, ("tea",), "adults")
    assert (made.unknown, made.note, made.opens, made.closes) == (True, "n", None, None)


def test_only_type_and_locales_are_required(types: Types) -> None:
    made = parse_module("m", body(), types)
    assert (made.tier, made.worth, made.targeting, made.unknown, made.variants) == (0, 1.0, None, False, {})


@pytest.mark.parametrize(
    ("locale", "heading"), [("en", "Hello"), ("de", "Hallo"), ("de-AT", "Hallo"), ("fr", "Hello"), ("", "Hello")]
)
def test_a_reader_gets_the_locale_its_language_or_the_first(types: Types, locale: str, heading: str) -> None:
    found = parse_module("m", body(), types).body(locale)
    assert found is not None
    assert found["heading"] == heading


def test_fields_that_are_not_localised_come_from_the_first_locale(types: Types) -> None:
    found = parse_module("m", body(), types).body("de")
    assert found is not None
    assert found["image"] == {"asset": "a.svg", "alt": "A"}
    assert "price" not in found, "a localised field is never borrowed"


def test_a_variant_overrides_only_what_it_names(types: Types) -> None:
    made = parse_module("m", body(variants=[{"key": "bold", "locales": {"en": {"heading": "HELLO"}}}]), types)
    assert made.body("en", "bold") == {**made.locales["en"], "heading": "HELLO"}
    assert made.body("de", "bold") == made.body("de"), "a reader never gets a variant of another language"
    assert made.body("en", "other") is None


def test_a_module_without_locales_has_no_body() -> None:
    assert Module("m", "hero").body("en") is None


def test_references_are_listed_once_in_order(types: Types) -> None:
    locales = {
        "en": {"heading": "a", "tip": "t1"},
        "de": {"heading": "b", "tip": "t1"},
        "fr": {"heading": "c", "tip": "t2"},
    }
    assert parse_module("m", {"type": "hero", "locales": locales}, types).references == ("t1", "t2")


@pytest.mark.parametrize(
    ("other", "pointer", "words"),
    [
        ({"type": "herro"}, "/type", "did you mean 'hero'"),
        ({"titel": "x"}, "/titel", "did you mean 'title'"),
        ({"tier": "5"}, "/tier", "whole number"),
        ({"tier": True}, "/tier", ""),
        ({"worth": -1}, "/worth", ""),
        ({"tags": "x"}, "/tags", "list"),
        ({"targeting": 3}, "/targeting", "JSON-logic"),
        ({"unknown": True}, "/unknown", ""),
        ({"locales": {}}, "/locales", "at least one"),
        ({"locales": {"EN": {"heading": "x"}}}, "/locales/EN", "looks like"),
        ({"locales": {"en": 3}}, "/locales/en", "object"),
        ({"locales": {"en": {}}}, "/locales/en/heading", "required"),
        ({"locales": {"en": {"heading": "x", "headin": "y"}}}, "/locales/en/headin", "did you mean 'heading'"),
        ({"locales": {"en": {"heading": "x" * 21}}}, "/locales/en/heading", "21 characters"),
        ({"locales": {"en": {"heading": "x", "steps": [{"text": "a"}, {}]}}}, "/locales/en/steps/1/text", "required"),
        ({"variants": [{"key": "a", "locals": {}}]}, "/variants/0/locals", "did you mean 'locales'"),
        ({"variants": [{"key": "A"}]}, "/variants/0/key", "small letters"),
        ({"variants": [{"key": "off"}]}, "/variants/0/key", "taken"),
        ({"variants": [{"key": "a"}, {"key": "a"}]}, "/variants/1/key", "taken"),
        ({"variants": [{"key": "a", "locales": {"fr": {}}}]}, "/variants/0/locales/fr", "no locale"),
        ({"variants": [{"key": "a", "locales": {"en": {"price": "x"}}}]}, "/variants/0/locales/en/price", "number"),
        ({"schedule": {"from": "soon"}}, "/schedule/from", "not a date"),
        ({"schedule": {"zone": "Europe/Berln"}}, "/schedule/zone", "no time zone"),
        ({"schedule": {"zone": "../etc/passwd"}}, "/schedule/zone", "no time zone"),
        ({"schedule": {"from": "2026-02-01", "until": "2026-01-01"}}, "/schedule/until", "before it begins"),
    ],
)
def test_a_wrong_place_is_named(types: Types, other: dict[str, Any], pointer: str, words: str) -> None:
    assert words in findings(types, **other)[pointer]


def test_a_shared_field_may_not_differ_by_locale(types: Types) -> None:
    locales = {
        "en": {"heading": "a", "image": {"asset": "a.svg", "alt": ""}},
        "de": {"heading": "b", "image": {"asset": "b.svg", "alt": ""}},
    }
    assert "same in every locale" in findings(types, locales=locales)["/locales/de/image"]


@pytest.mark.parametrize("given", [[], "x", 3, None])
def test_what_is_no_object_is_refused(types: Types, given: Any) -> None:
    with pytest.raises(ContentError):
        parse_module("m", given, types)


def test_trusted_content_is_parsed_without_checks_and_equal(types: Types) -> None:
    given = body(schedule={"from": "2026-01-01T00:00", "zone": "Europe/Vienna"}, variants=[{"key": "b", "locales": {}}])
    assert parse_module("m", given, types, trusted=True) == parse_module("m", given, types)


def test_trusted_parsing_is_fast_enough_for_a_hundred_thousand_modules(types: Types) -> None:
    """100 µs each is 10 s for 100,000; the bound is far above the 30 µs it takes, for a busy machine."""
    given = body(schedule={"from": "2026-01-01T00:00", "zone": "Europe/Vienna"})
    begin = time.process_time()
    for _ in range(500):
        parse_module("m", given, types, trusted=True)
    assert (time.process_time() - begin) / 500 < 100e-6
