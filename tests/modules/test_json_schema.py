"""A type's sample and its JSON Schema agree with what is checked when a module is saved."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from modules import ContentError, ModuleType, check_body, parse_module, parse_type, sample_of, schema_of

from .conftest import HERO
from .drawn import fields, spoilt, types

FIELDS = [
    {"kind": "text", "required": True, "max": 8},
    {"kind": "text", "pattern": "[A-Z]{3}[0-9]+", "sample": "ABC1"},
    {"kind": "richtext", "min": 2},
    {"kind": "datetime", "min": "2026-01-01"},
    {"kind": "image", "required": True},
    {"kind": "link", "links": ["mail"]},
    {"kind": "reference", "many": True, "min": 2, "required": True},
    {"kind": "items", "max": 3},
]


def passes(made: ModuleType, body: Any) -> bool:
    """Whether the checks of a module have nothing against it."""
    try:
        parse_module("m", body, {made.key: made})
    except ContentError:
        return False
    return True


def fits(made: ModuleType, body: Any) -> bool:
    """Whether the schema has nothing against it."""
    return bool(Draft202012Validator(schema_of(made)).is_valid(body))


@given(types())
def test_the_sample_of_every_type_passes_its_checks_and_its_schema(body: dict[str, Any]) -> None:
    made = parse_type("drawn", body)
    Draft202012Validator.check_schema(schema_of(made))
    for sample in (sample_of(made, asset="cup.svg"), sample_of(made, locale="de-AT", blank=True), sample_of(made)):
        assert passes(made, sample), sample
        assert fits(made, sample), sample


@settings(max_examples=150)
@given(st.data())
def test_what_the_checks_let_through_the_schema_does_not_refuse(data: st.DataObject) -> None:
    made = parse_type("drawn", data.draw(types()))
    body = data.draw(spoilt(_whole(made)))
    if passes(made, body):
        event("passes")
        assert fits(made, body), body


@settings(max_examples=150)
@given(st.data())
def test_where_a_schema_can_say_it_all_both_say_the_same(data: st.DataObject) -> None:
    """Plain values: numbers, texts for machines, choices, keys and lists of them, in one locale."""
    made = parse_type("drawn", data.draw(types(plain=True)))
    sample = sample_of(made)["locales"]["en"]  # type: ignore[index, call-overload]
    body = {"type": "drawn", "locales": {"en": data.draw(spoilt(sample))}}
    event(f"passes: {passes(made, body)}")
    assert passes(made, body) == fits(made, body), body


@pytest.mark.parametrize("spec", FIELDS)
def test_what_is_made_up_keeps_the_limits(spec: dict[str, Any]) -> None:
    made = parse_type("one", {"title": "One", "fields": {"it": spec}})
    values = sample_of(made, asset="cup.svg")["locales"]["en"]  # type: ignore[index, call-overload]
    assert values.keys() <= {"it"}
    assert not check_body(made, values)


@given(fields())
def test_a_default_is_what_a_new_module_begins_with(spec: dict[str, Any]) -> None:
    made = parse_type("one", {"title": "One", "fields": {"it": {**spec, "required": False}}})
    assert sample_of(made, blank=True)["locales"] == {"en": {}}
    value = made.fields["it"].kind.made_up(made.fields["it"])
    if "default" in made.fields["it"].kind.options:
        body = {"title": "One", "fields": {"it": {**spec, "required": True, "default": value}}}
        with_default = parse_type("one", body)
        assert sample_of(with_default, blank=True)["locales"] == {"en": {"it": spec.get("sample", value)}}
        assert passes(with_default, {"type": "one", "locales": {"en": {}}}), "a default stands in also where required"
        assert fits(with_default, {"type": "one", "locales": {"en": {}}})


def test_the_type_s_own_sample_comes_first_then_a_field_s_then_its_default() -> None:
    spec = {
        "a": {"kind": "text", "sample": "field", "default": "default"},
        "b": {"kind": "text", "sample": "field", "default": "default"},
        "c": {"kind": "text", "default": "default"},
        "d": {"kind": "number", "min": 7},
        "e": {"kind": "image"},
    }
    made = parse_type("one", {"title": "One", "fields": spec, "sample": {"a": "type"}})
    shown = {"a": "type", "b": "field", "c": "default", "d": 7}
    assert sample_of(made) == {"type": "one", "title": "One", "locales": {"en": shown}}
    assert sample_of(made, asset="x.svg")["locales"]["en"]["e"] == {"asset": "x.svg", "alt": "e"}  # type: ignore[index, call-overload]


def test_the_schema_names_types_locales_and_variants() -> None:
    made = parse_type("hero", HERO)
    good = {
        "type": "hero",
        "locales": {"en": {"heading": "Hi"}, "de": {"heading": "Hallo", "image": None}},
        "variants": [{"key": "a", "share": 0.5, "locales": {"en": {"price": 3}}}],
        "schedule": {"windows": [{"from": "2026-01-01"}], "zone": "Europe/Vienna"},
    }
    assert passes(made, good) and fits(made, good)
    for wrong in (
        {**good, "type": "card"},
        {**good, "locales": {}},
        {**good, "locales": {"english": {"heading": "Hi"}}},
        {**good, "variants": [{"key": "a", "locales": {"en": {"prise": 3}}}]},
        {**good, "variants": [{"key": "a", "locales": {"en": {"heading": ""}}}]},
        {**good, "variants": [{"key": "a", "share": 2}]},
        {**good, "notes": "x"},
    ):
        assert not passes(made, wrong) and not fits(made, wrong), wrong


def _whole(made: ModuleType) -> dict[str, Any]:
    body = sample_of(made, asset="cup.svg")
    values = body["locales"]["en"]  # type: ignore[index, call-overload]
    return {**body, "locales": {"en": values, "de": values}, "variants": [{"key": "a", "locales": {"en": values}}]}
