"""A module type is refused at save with the place and the remedy, or made as it was meant."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from modules import ContentError, Role, parse_type

from .conftest import HERO


def findings(fields: Any = None, **other: Any) -> dict[str, str]:
    body = {**copy.deepcopy(HERO), "sample": {}, **other}
    if fields is not None:
        body["fields"] = fields
    with pytest.raises(ContentError) as refused:
        parse_type("hero", body)
    return {f.pointer: f.message for f in refused.value.findings}


def test_what_is_written_is_what_is_made() -> None:
    made = parse_type("hero", HERO)
    assert list(made.fields) == list(HERO["fields"])
    heading = made.fields["heading"]
    assert (heading.role, heading.required, heading.maximum, heading.localised) == (Role.HEADING, True, 20, True)
    assert made.fields["body"].role is Role.BODY, "the first role of its kind"
    assert (made.shared, made.references) == ({"image"}, ("tip",))
    assert made.templates["web"].startswith("<h2>")


@pytest.mark.parametrize(
    ("fields", "pointer", "words"),
    [
        ({}, "/fields", "at least one"),
        ({"a": {"kind": "txt"}}, "/fields/a/kind", "did you mean 'text'"),
        ({"a": {}}, "/fields/a/kind", "required"),
        ({"a": {"kind": "text", "requird": True}}, "/fields/a/requird", "did you mean 'required'"),
        ({"a": {"kind": "text", "required": "yes"}}, "/fields/a/required", "true or false"),
        ({"a": {"kind": "text", "role": "image"}}, "/fields/a/role", "cannot have"),
        ({"a": {"kind": "choice"}}, "/fields/a/choices", "needs"),
        ({"a": {"kind": "text", "choices": ["x"]}}, "/fields/a/choices", "only a choice"),
        ({"a": {"kind": "list"}}, "/fields/a/of", "needs"),
        ({"a": {"kind": "text", "to": "hero"}}, "/fields/a/to", "only a reference"),
        ({"a": {"kind": "list", "of": {"b": {"knd": "text"}}}}, "/fields/a/of/b/knd", "did you mean 'kind'"),
        ({"a": {"kind": "list", "of": {"b": {"kind": "txt"}}}}, "/fields/a/of/b/kind", "did you mean 'text'"),
        ({"not a name": {"kind": "text"}}, "/fields/not a name", "cannot name"),
        ({"a/b": {"kind": "text", "x~y": 1}}, "/fields/a~1b/x~0y", "not known"),
        ([], "/fields", "object"),
        ({"a": {"kind": "text", "min": "3"}}, "/fields/a/min", "no limit of a text"),
        ({"a": {"kind": "text", "max": 2.5}}, "/fields/a/max", "no limit of a text"),
        ({"a": {"kind": "text", "min": 5, "max": 3}}, "/fields/a/min", "more than max"),
        ({"a": {"kind": "datetime", "max": "soon"}}, "/fields/a/max", "no limit of a datetime"),
        ({"a": {"kind": "boolean", "max": 3}}, "/fields/a/max", "only a"),
        ({"a": {"kind": "choice", "choices": ["x", "x"]}}, "/fields/a/choices", "twice"),
        ({"a": {"kind": "choice", "choices": [{"value": "x"}]}}, "/fields/a/choices", "such as"),
        ({"a": {"kind": "choice", "choices": ["x"], "max": 1}}, "/fields/a/max", "only one"),
        ({"a": {"kind": "text", "pattern": "(?=x)", "sample": "x"}}, "/fields/a/pattern", "no pattern"),
        ({"a": {"kind": "text", "pattern": "x+"}}, "/fields/a/sample", "needs a sample"),
        ({"a": {"kind": "text", "pattern": "x+", "sample": "xy"}}, "/fields/a/sample", "not of the form"),
        ({"a": {"kind": "number", "default": "3"}}, "/fields/a/default", "a number was expected"),
        ({"a": {"kind": "image", "default": {"asset": "a.svg", "alt": ""}}}, "/fields/a/default", "only a"),
        ({"a": {"kind": "link", "links": ["fax"]}}, "/fields/a/links/0", "one of"),
        ({"a": {"kind": "reference", "to": []}}, "/fields/a/to", "key of a type"),
        (
            {"a": {"kind": "list", "of": {"b": {"kind": "text", "max": 1, "default": "xy"}}}},
            "/fields/a/of/b/default",
            "2 characters",
        ),
    ],
)
def test_a_wrong_field_is_named(fields: Any, pointer: str, words: str) -> None:
    assert words in findings(fields)[pointer]


def test_a_sample_must_pass_its_own_type() -> None:
    assert "required" in findings(sample={"price": 3})["/sample/heading"]


def test_lists_nest_only_so_deep() -> None:
    spec: dict[str, Any] = {"kind": "text"}
    for _ in range(5):
        spec = {"kind": "list", "of": {"x": spec}}
    assert any("nested" in message for message in findings({"a": spec}).values())


def test_trusted_content_is_made_without_checks_and_equal() -> None:
    assert parse_type("hero", HERO, trusted=True) == parse_type("hero", HERO)


def test_every_option_is_read() -> None:
    made = parse_type(
        "one",
        {
            "title": "One",
            "fields": {
                "mood": {"kind": "choice", "choices": ["calm", {"value": "bold", "title": "Very bold"}], "many": True},
                "until": {"kind": "datetime", "min": "2026-01-01T00:00+01:00", "max": "2026-01-02"},
                "tips": {"kind": "reference", "to": ["tip", "help"], "many": True, "max": 3},
                "tip": {"kind": "reference", "to": "tip"},
                "price": {"kind": "number", "min": -5, "default": 0, "sample": 9},
            },
            "fits": {"slots": ["home/*"], "tags": ["wide"]},
            "retired": True,
        },
    )
    fields = made.fields
    assert (fields["mood"].choices, fields["mood"].titles["bold"]) == (("calm", "bold"), "Very bold")
    assert (fields["until"].minimum, fields["until"].maximum) == (1_767_222_000.0, 1_767_312_000.0)
    assert (fields["tips"].to, fields["tip"].to, fields["tips"].many) == (("tip", "help"), ("tip",), True)
    assert (fields["price"].minimum, fields["price"].default, fields["price"].sample) == (-5, 0, 9)
    assert (made.slots, made.slot_tags, made.retired) == ({"home/*"}, {"wide"}, True)
