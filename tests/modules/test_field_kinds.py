"""Every kind of field passes its own example, refuses every other kind's values, and yields parts."""

from __future__ import annotations

from typing import Any

import pytest

from modules import (
    FIELD_KINDS,
    Action,
    Body,
    Data,
    Field,
    Heading,
    Hole,
    Image,
    Items,
    ItemsSpec,
    Merge,
    ModuleType,
    Role,
    check_body,
    parts_of,
)  # fmt: skip
from rules import Finding

KINDS = sorted(FIELD_KINDS)
WRONG: dict[str, list[Any]] = {
    "text": [3, True, [], {}, "a \ue000 b", "a \x07 b", "{{ x }}", "{% x %}"],
    "richtext": [3, {}, "<p>a&#xE000;b</p>", "a&#57344;b", "a\ue000b", "<script>x</script>", "{% x %}"],
    "number": ["4", True, float("nan"), float("inf"), 10**400, []],
    "boolean": [1, 0, "true", []],
    "datetime": ["yesterday", 20260501, "2026-13-01", ""],
    "choice": ["dark", 3, []],
    "image": ["a.svg", {"asset": "a.svg"}, {"alt": "x"}, {"asset": "a.svg", "src": "https://x.example/a", "alt": ""},
              {"src": "http://x.example/a.png", "alt": ""}, {"src": "javascript:x", "alt": ""},
              {"asset": "a.svg", "alt": "{{ profile.x }}"}, {"asset": "a.svg", "alt": "", "titel": "x"}],
    "link": ["/x", {"label": "x"}, {"url": "/x"}, {"label": "x", "url": "javascript:x"}, {"label": "", "url": "/x"},
             {"label": "x", "url": "/x", "rel": "y"}, {"label": "x" * 200, "url": "/x"}],
    "reference": ["", 3, {}],
    "list": [{}, "x", [3], [{"text": 3}], [{"txt": "x"}]],
    "items": [{}, {"count": 6}, {"count": 0, "recommend": "x"}, {"count": True, "recommend": "x"},
              {"count": 100, "recommend": "x"}, {"count": 2, "pick": "a"}, {"count": 2, "recommend": 3},
              {"count": 2, "recommend": "x", "where": {"category": 3}}, {"count": 2, "recommended": "x"}, []],
}  # fmt: skip


def field(kind: str, **other: Any) -> Field:
    made = FIELD_KINDS[kind]
    inner = {"text": Field("text", FIELD_KINDS["text"], Role.BODY)} if kind == "list" else {}
    return Field("it", made, other.pop("role", made.roles[0]), choices=("light", "medium"), of=inner, **other)


def findings(one: Field, value: Any) -> list[Finding]:
    return list(one.kind.check(value, one, "/it"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_kind_passes_and_yields_parts_of_its_role(kind: str) -> None:
    one = field(kind)
    assert findings(one, one.kind.example) == []
    parts = list(one.kind.parts(one, one.kind.example, "it"))
    assert parts
    assert one.kind.summary.endswith(".")


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind in KINDS for value in WRONG[kind]])
def test_a_wrong_value_is_refused_with_its_place_and_a_remedy(kind: str, value: Any) -> None:
    found = findings(field(kind), value)
    assert found
    assert all(f.pointer.startswith("/it") and f.message and f.remedy for f in found)


def test_limits_are_kept() -> None:
    assert findings(field("text", maximum=5), "12345") == []
    assert "6 characters" in findings(field("text", maximum=5), "123456")[0].message
    assert findings(field("text", maximum=5), '{{ profile.x | default("12345") }}') == [], (
        "a hole counts as its default"
    )
    assert findings(field("number", maximum=5), 5.5)
    assert findings(field("list", maximum=1), [{"text": "a"}, {"text": "b"}])


def test_text_for_machines_holds_no_merge_field() -> None:
    assert findings(field("text", role=Role.DATA), "SPRING {{ profile.x }}")


def test_parts_follow_roles_and_the_order_of_the_type(hero: ModuleType) -> None:
    body = {
        "items": {"count": 2, "pick": ["b", "a"], "where": {"size": "s", "category": "tea"}},
        "steps": [{"text": "Boil"}, {"text": "Pour"}],
        "mood": "calm",
        "link": {"label": "Go {{ a.b }}", "url": "/x"},
        "image": {"asset": "a.svg", "alt": "A"},
        "heading": "Hi {{ a.b }}",
        "body": "<p>x</p>",
    }
    assert check_body(hero, body) == []
    assert parts_of(hero, body) == (
        Heading("heading", Merge(("Hi ", Hole("a.b")))),
        Body("body", Merge(("<p>x</p>",), rich=True)),
        Image("image", "a.svg", "A"),
        Action("link", Merge(("Go ", Hole("a.b"))), Merge(("/x",))),
        Data("mood", "calm"),
        Body("steps.0.text", Merge(("Boil",))),
        Body("steps.1.text", Merge(("Pour",))),
        Items("items", ItemsSpec(2, ("b", "a"), None, (("category", "tea"), ("size", "s")))),
    )


def test_empty_fields_yield_no_parts(hero: ModuleType) -> None:
    assert parts_of(hero, {"heading": "Hi", "body": "", "image": None}) == (Heading("heading", Merge(("Hi",))),)
