"""What a change of a type does to the modules of it is known before: nothing is lost that nobody gave away."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules import ContentError, parse_module, parse_type, sample_of
from modules.migration.conversions import CONVERSIONS, converted
from modules.migration.mapping import NOTHING, parse_mapping
from modules.migration.steps import Plan, plan_of
from modules.migration.survey import Survey, carry

from .drawn import fields, types

TEXT = {"kind": "text"}
CHOICE = {"kind": "choice", "choices": ["light", "dark"]}


def plan(old: dict[str, Any], new: dict[str, Any], mapping: dict[str, Any] | None = None) -> Plan:
    made, wrong = plan_of(
        parse_type("t", {"title": "T", "fields": old}),
        parse_type("t", {"title": "T", "fields": new}),
        parse_mapping(mapping or {}),
    )
    assert wrong == []
    return made


def survey(made: Plan, *bodies: dict[str, Any]) -> Survey:
    return Survey.of(made, [(f"m{n}", json.dumps({"type": "t", **body}).encode()) for n, body in enumerate(bodies)])


def english(values: Any) -> dict[str, Any]:
    return {"locales": {"en": values}}


def after(made: Plan, values: dict[str, Any]) -> Any:
    """The values in English after it, where nothing is lost or wrong."""
    carried = carry(made, json.dumps({"type": "t", **english(values)}).encode())
    assert not carried.wrong and not carried.lost
    return json.loads(carried.content)["locales"]["en"]


@pytest.mark.parametrize(
    ("old", "new", "mapping", "before", "expected"),
    [
        ("text", "richtext", {}, "A & B", "<p>A &amp; B</p>"),
        ("text", "richtext", {}, "one\n\ntwo", "<p>one</p><p>two</p>"),
        ("text", "richtext", {}, 'Hi {{ a.b | default("<&>") }}', '<p>Hi {{ a.b | default("<&>") }}</p>'),
        ("richtext", "text", {}, "<p>A &amp; B</p><p>C<br>D</p>", "A & B\n\nC\nD"),
        ("richtext", "text", {"convert": "text"}, "<p>A <b>bold</b> word</p>", "A bold word"),
        ("number", "text", {}, 4.5, "4.5"),
        ("number", "text", {}, 4, "4"),
        ("text", "number", {}, "4.5", 4.5),
        ("text", "number", {"convert": "number"}, " 4.50 ", 4.5),
        ("text", "number", {"convert": "number", "default": 0}, "four", 0),
        ("text", "number", {"convert": "number", "default": None}, "four", None),
        ("text", "number", {"values": {"four": 4}}, "four", 4),
        ("boolean", "text", {}, True, "true"),
        ("text", "boolean", {"convert": "boolean"}, "Yes", True),
        ("boolean", "choice", {"values": {"true": "light", "false": "dark"}}, False, "dark"),
        ("text", "choice", {}, "dark", "dark"),
        ("text", "choice", {"values": {"black": "dark"}, "default": "light"}, "black", "dark"),
        ("text", "choice", {"values": {"black": "dark"}, "default": "light"}, "pink", "light"),
        ("choice", "text", {}, "dark", "dark"),
        ("datetime", "text", {}, "2026-05-01", "2026-05-01"),
        ("text", "datetime", {}, "2026-05-01", "2026-05-01"),
        ("link", "text", {"convert": "text"}, {"label": "Go", "url": "/x"}, "Go"),
        ("text", "number", {"drop": True}, "four", "gone"),
    ],
)
def test_a_value_becomes_one_of_another_kind(
    old: str, new: str, mapping: dict[str, Any], before: Any, expected: Any
) -> None:
    specs = {"choice": CHOICE}
    made = plan({"a": specs.get(old, {"kind": old})}, {"a": specs.get(new, {"kind": new})}, {"a": mapping})
    assert after(made, {"a": before}) == ({} if expected == "gone" else {"a": expected})


@pytest.mark.parametrize(
    ("old", "new", "before", "way_out"),
    [
        ({"a": TEXT}, {"b": {"kind": "number"}}, "x", '"drop": true'),
        ({"a": TEXT}, {"a": {"kind": "number"}}, "four", '"convert": "number"'),
        ({"a": TEXT}, {"a": {"kind": "number"}}, "4.50", '"convert": "number"'),
        ({"a": {"kind": "richtext"}}, {"a": TEXT}, "<p>a <b>b</b></p>", '"convert": "text"'),
        ({"a": TEXT}, {"a": CHOICE}, "pink", '"values"'),
        ({"a": {**CHOICE, "many": True}}, {"a": CHOICE}, ["light", "dark"], '"convert": "choice"'),
        ({"a": {"kind": "list", "of": {"t": TEXT}}}, {"a": TEXT}, [{"t": "a"}, {"t": "b"}], '"convert": "text"'),
    ],
)
def test_what_would_be_lost_is_refused_with_the_way_out(
    old: dict[str, Any], new: dict[str, Any], before: Any, way_out: str
) -> None:
    found = survey(plan(old, new), english({"a": before}), english({})).findings
    assert [one.pointer for one in found] == ["/mapping/a"]
    assert "1 value(s) of 'a' would be lost, in 1 module(s): m0" in found[0].message
    assert way_out in found[0].remedy
    assert survey(plan(old, new), english({}), english({"a": ""})).findings == [], "where there is nothing, nothing is"


def test_a_module_that_would_no_longer_pass_is_told_with_its_place_and_why() -> None:
    shorter = {"a": {"kind": "text", "max": 3}, "b": {"kind": "number", "required": True}}
    told = survey(plan({"a": TEXT}, shorter), english({"a": "word"}), english({"a": "a"}))
    assert [(one.pointer, one.message) for one in told.findings] == [
        ("/modules/m0/locales/en/a", "the text has 4 characters; 3 fit"),
        ("/modules/m0/locales/en/b", "the field 'b' is required"),
        ("/modules/m1/locales/en/b", "the field 'b' is required"),
    ]
    assert told.told()["modules"] == {"total": 2, "changed": 0, "unchanged": 2, "invalid": 2}
    mended = plan({"a": TEXT}, shorter, {"a": {"fit": True}, "b": {"default": 7}})
    assert after(mended, {"a": "word"}) == {"a": "wor", "b": 7}
    assert after(plan({"a": TEXT}, {"a": {"kind": "text", "max": 3}}, {"a": {"default": "…"}}), {"a": "word"}) == {
        "a": "…"
    }


@pytest.mark.parametrize(
    ("spec", "limit", "before", "expected"),
    [
        ({"kind": "number"}, {"max": 5}, 9, 5),
        ({"kind": "number"}, {"min": 5.5}, 2, 5.5),
        ({"kind": "list", "of": {"t": TEXT}}, {"max": 1}, [{"t": "a"}, {"t": "b"}], [{"t": "a"}]),
        ({**CHOICE, "many": True}, {"max": 1}, ["dark", "light"], ["dark"]),
    ],
)
def test_what_breaks_a_limit_is_brought_within_it(spec: Any, limit: Any, before: Any, expected: Any) -> None:
    assert after(plan({"a": spec}, {"a": {**spec, **limit}}, {"a": {"fit": True}}), {"a": before}) == {"a": expected}


def test_a_choice_is_mapped_value_by_value_also_in_a_list_of_them() -> None:
    fewer = {"kind": "choice", "choices": ["light", "dim"]}
    dim = {"a": {"values": {"dark": "dim"}}}
    assert after(plan({"a": CHOICE}, {"a": fewer}, dim), {"a": "dark"}) == {"a": "dim"}
    many = plan({"a": {**CHOICE, "many": True}}, {"a": {**fewer, "many": True}}, dim)
    assert after(many, {"a": ["dark", "light"]}) == {"a": ["dim", "light"]}
    assert after(plan({"a": CHOICE}, {"a": {**CHOICE, "many": True}}), {"a": "dark"}) == {"a": ["dark"]}


def test_a_single_value_becomes_a_list_and_back() -> None:
    steps = {"kind": "list", "of": {"text": TEXT, "note": TEXT}}
    made = plan({"step": TEXT}, {"steps": steps}, {"step": {"rename": "steps", "into": "text"}})
    assert after(made, {"step": "Boil"}) == {"steps": [{"text": "Boil"}]}
    back = plan({"steps": steps}, {"step": TEXT}, {"steps": {"rename": "step", "into": "text"}})
    assert after(back, {"steps": [{"text": "Boil"}]}) == {"step": "Boil"}
    lossy = english({"steps": [{"text": "Boil", "note": "slowly"}]})
    assert [one.pointer for one in survey(back, lossy).findings] == ["/mapping/steps"]


def test_fields_inside_lists_are_carried_over_like_any_other() -> None:
    inner = {"text": TEXT, "cups": {"kind": "number"}, "more": {"kind": "list", "of": {"x": TEXT}}}
    new = {"words": TEXT, "cups": TEXT, "more": {"kind": "list", "of": {"y": TEXT}}, "unit": TEXT}
    mapping = {
        "steps/text": {"rename": "words"},
        "steps/more/x": {"rename": "y"},
        "steps/unit": {"default": "cup"},
    }
    made = plan({"steps": {"kind": "list", "of": inner}}, {"steps": {"kind": "list", "of": new}}, mapping)
    entries = [{"text": "a", "cups": 2, "more": [{"x": "b"}]}, {"text": "c"}]
    assert after(made, {"steps": entries}) == {
        "steps": [{"words": "a", "cups": "2", "more": [{"y": "b"}], "unit": "cup"}, {"words": "c", "unit": "cup"}]
    }
    outcomes = {one["field"]: one["outcomes"] for one in survey(made, english({"steps": entries})).told()["fields"]}
    assert outcomes["steps/text"] == {"renamed": 2}
    assert outcomes["steps/cups"] == {"converted": 1}
    assert outcomes["steps/unit"] == {"filled": 2}


VARIANT = {"key": "bold", "locales": {"de": {"a": "FETT"}}}


def moved(made: Plan, body: dict[str, Any]) -> Any:
    carried = carry(made, json.dumps({"type": "t", **body}).encode())
    assert not carried.wrong and not carried.lost
    return json.loads(carried.content)


def test_what_was_one_value_for_all_locales_becomes_one_for_each() -> None:
    made = plan({"a": {**TEXT, "localised": False}}, {"a": TEXT})
    body = {"locales": {"en": {"a": "x"}, "de": {}}, "variants": [{"key": "bold", "locales": {"en": {"a": "X"}}}]}
    told = moved(made, body)
    assert told["locales"] == {"en": {"a": "x"}, "de": {"a": "x"}}
    assert told["variants"][0]["locales"] == {"en": {"a": "X"}, "de": {"a": "X"}}
    before, now = (parse_module("m", {"type": "t", **one}, {"t": side}) for one, side in
                   ((body, made.old), (told, made.new)))  # fmt: skip
    for locale in ("en", "de"):
        for variant in (None, "bold"):
            assert before.body(locale, variant) == now.body(locale, variant), "readers notice nothing"


def test_what_was_one_for_each_becomes_one_for_all_once_it_is_said_whose() -> None:
    old, new = {"a": TEXT}, {"a": {**TEXT, "localised": False}}
    differ = {"locales": {"en": {"a": "x"}, "de": {"a": "y"}}}
    (found,) = survey(plan(old, new), differ).findings
    assert (found.pointer, '"locale"' in found.remedy) == ("/mapping/a", True)
    assert moved(plan(old, new, {"a": {"locale": "de"}}), differ)["locales"] == {"en": {"a": "y"}, "de": {}}
    alike = {"locales": {"en": {"a": "x"}, "de": {"a": "x"}}}
    assert moved(plan(old, new), alike)["locales"] == {"en": {"a": "x"}, "de": {}}


def test_variants_are_carried_over_but_never_filled() -> None:
    made = plan({"a": TEXT}, {"b": TEXT, "c": TEXT}, {"a": {"rename": "b"}, "c": {"default": "new"}})
    told = moved(made, {"locales": {"en": {"a": "x"}, "de": {"a": "y"}}, "variants": [VARIANT, {"key": "none"}]})
    assert told["locales"] == {"en": {"b": "x", "c": "new"}, "de": {"b": "y", "c": "new"}}
    assert told["variants"] == [{"key": "bold", "locales": {"de": {"b": "FETT"}}}, {"key": "none"}]


@pytest.mark.parametrize(
    ("mapping", "pointer", "words"),
    [
        ({"x": {"drop": True}}, "/mapping/x", "no field 'x'"),
        ({"hedding": {"drop": True}}, "/mapping/hedding", "did you mean 'heading'"),
        ({"heading": {"rename": "titel"}}, "/mapping/heading/rename", "did you mean 'title'"),
        ({"heading": {"rename": "price"}}, "/mapping/heading", "no way"),
        ({"heading": {"rename": "title"}, "price": {"rename": "title"}}, "/mapping/price/rename", "already"),
        ({"heading": {"rename": "title", "convert": "number"}}, "/mapping/heading/convert", "is a text"),
        ({"title": {"rename": "heading"}}, "/mapping/title", "is new"),
        ({"steps": {"rename": "title"}}, "/mapping/steps/into", "which field"),
        ({"heading": {"drop": True, "rename": "title"}}, "/mapping/heading/drop", "another way"),
        ({"heading": {"convert": "txt"}}, "/mapping/heading/convert", "one of"),
        ({"heading": {"dorp": True}}, "/mapping/heading/dorp", "did you mean 'drop'"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(mapping: dict[str, Any], pointer: str, words: str) -> None:
    heading = {"kind": "image"} if "price" in str(mapping.get("heading")) else TEXT
    steps = {"kind": "list", "of": {"a": TEXT, "b": TEXT}}
    old = {"heading": heading, "price": {"kind": "number"}, "steps": steps}
    new = {"title": TEXT, "price": {"kind": "number"}}
    sides = [parse_type("t", {"title": "T", "fields": side}) for side in (old, new)]
    try:
        found = plan_of(sides[0], sides[1], parse_mapping(mapping))[1]
    except ContentError as error:
        found = list(error.findings)
    assert words.lower() in {one.pointer: one.message.lower() for one in found}[pointer]


@given(st.data())
def test_a_plan_that_moves_nothing_leaves_every_module_as_it_is_and_passing(data: st.DataObject) -> None:
    """What is told to be compatible without a look at the modules is."""
    old = parse_type("t", data.draw(types()))
    names = sorted(old.fields)
    body = {name: data.draw(fields(old.fields[name].kind.name)) for name in names}
    new = parse_type("t", {"title": "T", "fields": {**body, "fresh": {"kind": "text"}}})
    made, _ = plan_of(old, new, {})
    if made.moves:
        return
    content = json.dumps(sample_of(old, asset="x.svg")).encode()
    carried = carry(made, content)
    assert carried.content is content
    assert not carried.wrong and not carried.notes


@pytest.mark.parametrize(("old", "new"), CONVERSIONS)
def test_a_conversion_that_says_it_keeps_all_gives_all_back(old: str, new: str) -> None:
    pool = ["a", "4", "4.5", "true", "<p>a</p>", "a & b", "2026-05-01", 4, 4.0, 4.5, True, False, "x\ny\n\nz"]
    sides = {kind: parse_type("t", {"title": "T", "fields": {"a": CHOICE if kind == "choice" else {"kind": kind}}})
             for kind in (old, new)}  # fmt: skip
    there, back = sides[old].fields["a"], sides[new].fields["a"]
    for value in pool:
        if list(there.kind.check(value, there, "")):
            continue
        made, whole = converted(value, there, back)
        if whole and made is not NOTHING:
            again = converted(made, back, there)[0]
            assert (again, isinstance(again, bool)) == (value, isinstance(value, bool))
