"""A layout is refused at save with the place and the remedy, or parsed as it was meant."""

from __future__ import annotations

from typing import Any

import pytest

from layouts import LayoutError, Slot, parse_layout


def body(**other: Any) -> dict[str, Any]:
    return {"title": "Home", "slots": [{"key": "hero"}], **other}


def findings(**other: Any) -> dict[str, str]:
    with pytest.raises(LayoutError) as refused:
        parse_layout("home", body(**other))
    return {f.pointer: f.message for f in refused.value.findings}


def test_what_is_written_is_what_is_parsed() -> None:
    slot = {"key": "offers", "title": "Offers", "types": ["offer"], "tags": ["food"], "min": 1, "max": 3,
            "pinned": ["a"], "fallback": "b", "diverse_by": "topic"}  # fmt: skip
    made = parse_layout(
        "home", body(slots=[slot], channels=["web"], fallback="c", static="Hi", settings={"subject": "S"})
    )
    assert made.slots == (
        Slot("offers", "Offers", frozenset({"offer"}), frozenset({"food"}), 1, 3, ("a",), "b", "topic"),
    )
    assert (made.key, made.title, made.channels) == ("home", "Home", {"web"})
    assert (made.fallback, made.static, made.settings) == ("c", "Hi", {"subject": "S"})


def test_a_slot_takes_one_unless_it_says_more() -> None:
    made = parse_layout("home", body(slots=[{"key": "a"}, {"key": "b", "min": 2}]))
    assert [(s.minimum, s.maximum) for s in made.slots] == [(0, 1), (2, 2)]


def test_a_slot_accepts_its_types_and_all_its_tags() -> None:
    slot = Slot("a", types=frozenset({"offer"}), tags=frozenset({"food"}))
    assert slot.accepts("offer", frozenset({"food", "new"}))
    assert not slot.accepts("hero", frozenset({"food"}))
    assert not slot.accepts("offer", frozenset({"new"}))
    assert Slot("any").accepts("hero", frozenset())


@pytest.mark.parametrize(
    ("other", "pointer", "words"),
    [
        ({"slots": []}, "/slots", ""),
        ({"slot": []}, "/slot", "did you mean 'slots'"),
        ({"slots": [{"title": "x"}]}, "/slots/0/key", "required"),
        ({"slots": [{"key": "a", "maximum": 2}]}, "/slots/0/maximum", "not known"),
        ({"slots": [{"key": "a", "fallbck": "x"}]}, "/slots/0/fallbck", "did you mean 'fallback'"),
        ({"slots": [{"key": "a"}, {"key": "a"}]}, "/slots/1/key", "taken"),
        ({"slots": [{"key": "a", "min": 3, "max": 2}]}, "/slots/0/min", "more than max"),
        ({"slots": [{"key": "a", "pinned": ["x", "y"]}]}, "/slots/0/pinned", "1 fit"),
        ({"slots": [{"key": "a", "max": 2, "pinned": ["x", "x"]}]}, "/slots/0/pinned", "twice"),
        ({"slots": [{"key": "a", "diverse_by": "colour"}]}, "/slots/0/diverse_by", ""),
        ({"slots": [{"key": "a", "max": "2"}]}, "/slots/0/max", ""),
        ({"settings": {"subject": 3}}, "/settings/subject", ""),
    ],
)
def test_a_wrong_place_is_named(other: dict[str, Any], pointer: str, words: str) -> None:
    assert words in findings(**other)[pointer]


def test_trusted_content_is_parsed_without_checks_and_equal() -> None:
    assert parse_layout("home", body(), trusted=True) == parse_layout("home", body())


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(LayoutError):
        parse_layout("home", "x")  # type: ignore[arg-type]
