"""What content names is found wherever an author may write it."""

from __future__ import annotations

from typing import Any

import pytest

from modules import ModuleType, Reference, parse_type, references_of

CARD = parse_type("card", {
    "title": "Card",
    "fields": {
        "heading": {"kind": "text", "role": "heading"},
        "body": {"kind": "richtext"},
        "image": {"kind": "image"},
        "link": {"kind": "link"},
        "tip": {"kind": "reference", "to": "tip"},
        "steps": {"kind": "list", "of": {
            "tip": {"kind": "reference"},
            "more": {"kind": "list", "of": {"image": {"kind": "image"}}},
        }},
    },
})  # fmt: skip
TYPES: dict[str, ModuleType] = {"card": CARD}
PICTURE = {"asset": "dot.svg", "alt": ""}


def found(kind: str, body: dict[str, Any]) -> list[str]:
    return [f"{r.pointer} {r.to_kind}/{r.to_key}" for r in references_of(kind, "x", body, TYPES)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"heading": 'Hi {{ profile.name | default("you") }}'}, ["/heading facts/profile.name"]),
        ({"body": "<p>{{ profile.city }}</p>"}, ["/body facts/profile.city"]),
        ({"image": PICTURE}, ["/image/asset assets/dot.svg"]),
        ({"image": {"src": "https://img.example/a.png", "alt": ""}}, []),
        ({"link": {"label": "Go", "url": "/x/{{ profile.id }}"}}, ["/link/url facts/profile.id"]),
        ({"tip": "storage", "steps": []}, ["/tip modules/storage"]),
        ({"tip": ""}, []),
        ({"steps": [{}, {"tip": "a"}]}, ["/steps/1/tip modules/a"]),
        ({"steps": [{"more": [{"image": PICTURE}]}]}, ["/steps/0/more/0/image/asset assets/dot.svg"]),
    ],
)
def test_a_module_s_fields_are_read_by_their_kinds_in_locales_and_variants(
    fields: dict[str, Any], expected: list[str]
) -> None:
    body = {"type": "card", "locales": {"en": {}, "de": fields}, "variants": [{"key": "b", "locales": {"en": fields}}]}
    begins = ["/locales/de", "/variants/0/locales/en"]
    assert found("modules", body) == ["/type types/card", *(at + one for at in begins for one in expected)]


READS = {"and": [{"in_segment": "vip"}, {">": [{"var": "profile.orders"}, 1]},
                 {">": [{"events": {"type": "Product Viewed", "within": "1d"}}, 2]}]}  # fmt: skip
NAMED = ["segments/vip", "facts/profile.orders", "events/Product Viewed"]


@pytest.mark.parametrize("kind", ["rules", "segments", "policies"])
def test_logic_names_segments_facts_and_events(kind: str) -> None:
    assert found(kind, {"logic": READS}) == [f"/logic {one}" for one in NAMED]


def test_a_module_and_its_variants_are_targeted_by_name_or_by_logic_of_their_own() -> None:
    body = {
        "type": "card",
        "locales": {"en": {}},
        "targeting": "buyers",
        "variants": [{"key": "b", "targeting": READS}],
    }
    assert found("modules", body)[1:] == [
        "/targeting rules/buyers", *(f"/variants/0/targeting {one}" for one in NAMED)
    ]  # fmt: skip


def test_a_layout_names_types_modules_and_facts() -> None:
    slots = [{"key": "a", "types": ["card", "tip"], "pinned": ["one", "two"], "fallback": "three"}, {"key": "b"}]
    body = {"title": "x", "slots": slots, "fallback": "four", "settings": {"subject": "Hi {{ profile.name }}"}}
    assert found("layouts", body) == [
        "/slots/0/types/0 types/card", "/slots/0/types/1 types/tip", "/slots/0/pinned/0 modules/one",
        "/slots/0/pinned/1 modules/two", "/slots/0/fallback modules/three", "/fallback modules/four",
        "/settings/subject facts/profile.name",
    ]  # fmt: skip


def test_an_experiment_names_modules_and_a_type_names_types_and_the_assets_of_its_sample() -> None:
    variations = [{"key": "a"}, {"key": "b", "modules": {"one": "bold", "two": "off"}}]
    assert found("experiments", {"variations": variations}) == [
        "/variations/1/modules/one modules/one", "/variations/1/modules/two modules/two"
    ]  # fmt: skip
    card = {"kind": "reference", "to": "card"}
    fields = {"tip": {"kind": "reference", "to": "tip"}, "steps": {"kind": "list", "of": {"card": card}}}
    assert found("types", {"title": "Card", "fields": fields, "sample": {"steps": [{"image": PICTURE}]}}) == [
        "/fields/tip/to types/tip", "/fields/steps/of/card/to types/card", "/sample/steps/0/image/asset assets/dot.svg"
    ]  # fmt: skip


def test_a_type_names_the_layouts_whose_slots_it_fits() -> None:
    body = {"title": "Card", "fields": {}, "fits": {"slots": ["hero", "home/top", "start/*"], "tags": ["wide"]}}
    assert found("types", body) == ["/fits/slots/1 layouts/home", "/fits/slots/2 layouts/start"]


def test_what_is_named_twice_in_one_place_is_told_once() -> None:
    twice = {"type": "card", "locales": {"en": {"heading": "{{ profile.name }} {{ profile.name }}"}}}
    at = "/locales/en/heading"
    assert references_of("modules", "x", twice, TYPES)[1:] == [Reference("facts", "profile.name", at)]
