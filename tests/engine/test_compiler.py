"""Compiling: what is wrong is named before it is published; what did not change is not parsed again."""

from __future__ import annotations

import pytest

from engine import CatalogueError, UnknownLayout, validate
from tests.engine.toys import catalogue, contents, decide, layout, module, shown

SLOT = {"key": "top"}


def pointers(**kinds: object) -> set[str]:
    return {finding.pointer for finding in validate(contents(**kinds))}  # type: ignore[arg-type]


def test_sound_content_has_no_findings() -> None:
    assert not pointers(modules={"tea": module()}, layouts={"home": layout(SLOT, fallback="tea")})


@pytest.mark.parametrize(
    ("kinds", "pointer"),
    [
        ({"modules": {"tea": module(targeting="nobody")}}, "/modules/tea/targeting"),
        ({"layouts": {"home": layout(SLOT, fallback="gone")}}, "/layouts/home/fallback"),
        ({"layouts": {"home": layout({"key": "top", "pinned": ["gone"]})}}, "/layouts/home/slots/top/pinned"),
        ({"rules": {"odd": {"title": "Odd", "logic": {">": [{"var": "profile.agee"}, 3]}}}}, "/rules/odd/logic"),
        ({"segments": {"odd": {"title": "Odd", "logic": {"wat": []}}}}, "/segments/odd/logic"),
        ({"modules": {"tea": {"type": "caard", "locales": {"en": {"heading": "x"}}}}}, "/modules/tea/type"),
        ({"modules": {"tea": {"type": "card", "locales": {"en": {"headin": "x"}}}}}, "/modules/tea/locales/en"),
        (
            {"experiments": {"e": {"title": "E", "status": "running", "seed": "e", "coverage": 1, "variations": [
                {"key": "a", "weight": 0.5, "modules": {}}, {"key": "b", "weight": 0.5, "modules": {"gone": "x"}}]}}},
            "/experiments/e/variations/1/modules/gone",
        ),
    ],
)  # fmt: skip
def test_each_mistake_is_found_at_its_place(kinds: dict[str, object], pointer: str) -> None:
    assert any(found.startswith(pointer) for found in pointers(**kinds)), pointers(**kinds)


def test_an_author_is_told_what_was_probably_meant() -> None:
    found = validate(contents(rules={"odd": {"title": "Odd", "logic": {">": [{"var": "profile.agee"}, 3]}}}))
    assert "profile.age" in found[0].message + found[0].remedy


def test_what_cannot_be_linked_is_refused_whole() -> None:
    with pytest.raises(CatalogueError, match="gone"):
        catalogue(layouts={"home": layout(SLOT, fallback="gone")})


def test_the_next_release_parses_only_what_differs() -> None:
    made = {"modules": {"tea": module(), "jam": module()}, "layouts": {"home": layout(SLOT)}}
    first = catalogue(**made)
    second = catalogue("r2", first, **{**made, "modules": {"tea": module(), "jam": module("Jam!")}})
    assert second.modules["tea"] is first.modules["tea"]
    assert second.modules["jam"] is not first.modules["jam"]
    assert shown(decide(first)) == shown(decide(second))


def test_an_unknown_layout_is_named_with_the_nearest() -> None:
    shop = catalogue(modules={"tea": module()}, layouts={"home": layout(SLOT)})
    with pytest.raises(UnknownLayout, match="did you mean 'home'"):
        decide(shop, layout="hme")
