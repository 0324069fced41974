"""What differs between two bodies is told field by field, by name where entries have names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules import changes

from .bodies import bodies, leaves, named_path

OLD: dict[str, Any] = {
    "type": "hero",
    "tags": ["home", "spring"],
    "locales": {"en": {"heading": "Hello", "price": 1}, "de": {"heading": "Hallo"}},
    "variants": [{"key": "bold", "locales": {"en": {"heading": "HELLO"}}}, {"key": "calm", "locales": {}}],
}


def told(before: Any, after: Any) -> list[str]:
    return [f"{one.kind} {one.pointer}" for one in changes(before, after)]


def changed(**members: Any) -> dict[str, Any]:
    return {**OLD, **members}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (OLD, []),
        (changed(title="Hi"), ["added /title"]),
        (changed(type="card"), ["changed /type"]),
        ({name: value for name, value in OLD.items() if name != "tags"}, ["removed /tags"]),
        (changed(locales={**OLD["locales"], "de": {"heading": "Servus"}}), ["changed /locales/de/heading"]),
        (changed(locales={**OLD["locales"], "fr": {}}), ["added /locales/fr"]),
        (changed(locales=dict(reversed(OLD["locales"].items()))), ["moved /locales"]),
        (changed(locales={**OLD["locales"], "en": {"heading": "Hello", "price": True}}), ["changed /locales/en/price"]),
        (changed(tags=["spring", "home", "new"]), ["added /tags/2", "moved /tags"]),
        (changed(tags=["spring"]), ["removed /tags/0"]),
        (
            changed(variants=[OLD["variants"][1], {"key": "bold", "locales": {"en": {"heading": "HELLO!"}}}]),
            ["changed /variants/1/locales/en/heading", "moved /variants"],
        ),
        (changed(variants=OLD["variants"][1:]), ["removed /variants/0"]),
    ],
)
def test_each_change_is_told_once_where_it_is(new: dict[str, Any], expected: list[str]) -> None:
    assert told(OLD, new) == expected


def test_attributes_are_known_by_their_paths_and_events_by_their_types() -> None:
    attributes = [{"path": "a.b", "type": "number"}, {"path": "a.c", "type": "number"}]
    old = {"attributes": attributes, "events": [{"type": "x"}]}
    new = {"attributes": [{"path": "a.c", "type": "string"}], "events": [{"type": "y"}, {"type": "x", "title": "X"}]}
    assert told(old, new) == [
        "removed /attributes/0", "changed /attributes/0/type", "added /events/1/title", "added /events/0"
    ]  # fmt: skip


def test_entries_without_names_are_matched_by_what_they_hold() -> None:
    old = {"steps": [{"text": "Rinse"}, {"text": "Simmer"}, {"text": "Serve"}]}
    new = {"steps": [{"text": "Measure"}, {"text": "Rinse"}, {"text": "Simmer gently"}, {"text": "Serve"}]}
    assert told(old, new) == ["added /steps/0", "changed /steps/2/text"]
    assert told(new, old) == ["removed /steps/0", "changed /steps/1/text"]


def test_both_values_are_told() -> None:
    (one,) = changes({"a": {"b": None}}, {"a": {"b": [1]}})
    assert (one.pointer, one.before, one.after) == ("/a/b", None, [1])


@given(bodies, bodies)
def test_every_difference_is_told_and_nothing_else(before: Any, after: Any) -> None:
    old, new = dict(leaves(before)), dict(leaves(after))
    differ = {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}
    found = [one for one in changes(before, after) if one.kind != "moved"]
    places = {named_path(before if one.kind == "removed" else after, one.pointer) for one in found}
    assert len(places) == len(found)
    assert all(any(path[: len(place)] == place for place in places) for path in differ)
    assert all(any(path[: len(place)] == place for path in differ) for place in places)


@given(bodies)
def test_a_body_does_not_differ_from_itself(body: Any) -> None:
    assert list(changes(body, body)) == []


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=3), st.lists, max_leaves=8))
def test_anything_differs_from_something_else(value: Any) -> None:
    assert told({"a": value}, {"a": {"other": value}}) == ["changed /a"]
