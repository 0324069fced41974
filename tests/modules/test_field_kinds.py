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
    parse_type,
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
    "image": ["a.svg", {"src": "https://x.example/a.png"}, {"alt": "x"}, {"asset": "a.svg", "alt": 3},
              {"asset": "a.svg", "src": "https://x.example/a", "alt": ""},
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
    assert "at least 5" in findings(field("text", minimum=5), "1234")[0].message
    assert "less than" in findings(field("number", minimum=5), 4.5)[0].message
    assert "at least 2" in findings(field("list", minimum=2), [{"text": "a"}])[0].message
    assert findings(field("list", minimum=2), []) == [], "none at all is another question"
    assert findings(field("items", minimum=3), {"count": 2, "recommend": "x"})
    noon = 1_777_636_800.0
    assert findings(field("datetime", minimum=noon, maximum=noon), "2026-05-01T14:00:00+02:00") == []
    assert "is after" in findings(field("datetime", maximum=noon), "2026-05-01T12:00:01")[0].message
    assert "is before" in findings(field("datetime", minimum=noon), "2026-05-01")[0].message


@pytest.mark.parametrize("kind", ["choice", "reference"])
def test_several_values_are_a_list_in_which_none_is_twice(kind: str) -> None:
    one = field(kind, many=True, minimum=1, maximum=2)
    assert findings(one, ["light", "medium"]) == findings(one, []) == []
    assert [found.pointer for found in findings(one, ["light", "light"])] == ["/it/1"]
    assert [found.pointer for found in findings(one, ["light", 3])] == ["/it/1"]
    assert findings(one, "light") and findings(field(kind), ["light"])
    assert "2 fit" in findings(one, ["light", "medium", "a"])[-1].message
    assert list(one.kind.parts(one, ["light"], "it")) == [Data("it", ["light"])]


def test_a_pattern_holds_for_the_whole_text_and_in_linear_time() -> None:
    code = field("text", pattern="[A-Z]{2}-[0-9]+", sample="AB-1")
    assert findings(code, "XY-42") == []
    assert "not of the form" in findings(code, "see XY-42")[0].message
    assert "merge fields" in findings(code, 'XY-{{ profile.x | default("1") }}')[0].message
    assert findings(field("text", pattern="(a+)+b", sample="ab"), "a" * 50_000)


@pytest.mark.parametrize(
    ("url", "kind"),
    [("/x", "path"), ("#x", "path"), ("https://x.example", "web"), ("MAILTO:a@b.example", "mail"), ("tel:+1", "phone")],
)
def test_a_link_leads_where_its_field_wants(url: str, kind: str) -> None:
    for wanted in ("path", "web", "mail", "phone"):
        found = findings(field("link", links=frozenset({wanted})), {"label": "Go", "url": url})
        assert bool(found) == (wanted != kind)


def test_a_default_stands_where_a_field_is_not_named_and_null_says_that_nothing_does() -> None:
    spec = {"text": {"kind": "text", "default": "Boil", "required": True}, "cups": {"kind": "number", "default": 2}}
    made = parse_type("t", {"title": "T", "fields": {**spec, "steps": {"kind": "list", "of": spec}}})
    boil, cups = Merge(("Boil",)), 2
    assert check_body(made, {}) == []
    assert parts_of(made, {}) == (Body("text", boil), Data("cups", cups))
    assert parts_of(made, {"text": "Pour", "cups": None, "steps": [{}, {"cups": None}]}) == (
        Body("text", Merge(("Pour",))),
        Body("steps.0.text", boil),
        Data("steps.0.cups", cups),
        Body("steps.1.text", boil),
    )
    assert [found.pointer for found in check_body(made, {"text": ""})] == ["/text"]


def test_a_variant_may_leave_a_required_field_out_but_not_empty_it(hero: ModuleType) -> None:
    assert check_body(hero, {}, partial=True) == []
    for nothing in ("", None):
        assert [found.pointer for found in check_body(hero, {"heading": nothing}, partial=True)] == ["/heading"]


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
