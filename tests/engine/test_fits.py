"""A type may say which slots its modules are made for; the slot's contract still decides."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from engine import validate
from tests.engine.toys import CARD, catalogue, contents, decide, layout, module, shown

TOP, WIDE = {"key": "top", "max": 9}, {"key": "wide", "max": 9, "tags": ["wide"]}
HOME, OTHER = layout(TOP, WIDE), layout({**TOP, "types": ["card"]}, WIDE)


@pytest.mark.parametrize(
    ("fits", "where"),
    [
        ({}, ["home/top", "other/top", "home/wide", "other/wide"]),
        ({"slots": ["top"]}, ["home/top", "other/top"]),
        ({"slots": ["home/top"]}, ["home/top"]),
        ({"slots": ["other/*"]}, ["other/top", "other/wide"]),
        ({"tags": ["wide"]}, ["home/wide", "other/wide"]),
        ({"slots": ["home/top"], "tags": ["wide"]}, ["home/top", "home/wide", "other/wide"]),
        ({"slots": ["nowhere"]}, []),
    ],
)
def test_a_module_stands_only_where_its_type_fits_and_the_slot_accepts_it(fits: Any, where: list[str]) -> None:
    made = {"plain": {**CARD, "fits": fits}} if fits else {"plain": CARD}
    body = {"type": "plain", "tags": ["wide"], "locales": {"en": {"heading": "x"}}}
    layouts = {
        "home": {**HOME, "slots": [{**slot, "types": ["plain"]} for slot in HOME["slots"]]},
        "other": {**OTHER, "slots": [{**slot, "types": []} for slot in OTHER["slots"]]},
    }
    shop = catalogue(types=made, modules={f"m{n}": body for n in range(2)}, layouts=layouts)
    fitting = [
        f"{name}/{place.slot.key}" for place in (p for name in ("home", "other") for p in shop.plans[name].places)
        for name in [next(n for n in shop.plans if place in shop.plans[n].places)] if place.entries
    ]  # fmt: skip
    assert sorted(fitting) == sorted(where)


def test_a_pin_where_its_type_does_not_fit_is_refused_and_never_served() -> None:
    narrow = {"wide": {**CARD, "fits": {"slots": ["home/wide"]}}}
    modules = {"big": {**module(), "type": "wide"}, "small": module()}
    layouts = {"home": layout({**TOP, "pinned": ["big"], "fallback": "big"}, {"key": "wide", "pinned": ["big"]})}
    told = validate(contents(types=narrow, modules=modules, layouts=layouts))
    assert [(one.pointer, one.severity) for one in told] == [
        ("/layouts/home/slots/0/pinned/0", "error"),
        ("/layouts/home/slots/0/fallback", "warning"),
    ]
    assert shown(decide(catalogue(types=narrow, modules=modules, layouts=layouts)))["top"] == ["small"]


def test_a_slot_that_no_layout_has_is_told() -> None:
    lost = {"wide": {**CARD, "fits": {"slots": ["top", "home/top", "home/*", "home/tpo"]}}}
    (one,) = validate(contents(types=lost, layouts={"home": layout(TOP)}))
    assert (one.pointer, one.severity) == ("/types/wide/fits", "warning")
    assert "'home/tpo'" in one.message
    assert validate({("types", "wide"): orjson.dumps(lost["wide"])}) == [], "types may come before layouts"
