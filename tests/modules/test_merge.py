"""Merge fields have one form; whatever else looks like a template is refused with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules import Hole, MergeError, parse_merge


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", ()),
        ("Hello", ("Hello",)),
        ("{{ profile.name }}", (Hole("profile.name"),)),
        ("{{profile.name}}", (Hole("profile.name"),)),
        ('Hi {{ profile.name | default("there") }}!', ("Hi ", Hole("profile.name", "there"), "!")),
        ("Hi {{ profile.name|default('you') }}", ("Hi ", Hole("profile.name", "you"))),
        (r'{{ a.b | default("say \"hi\"") }}', (Hole("a.b", 'say "hi"'),)),
        ('{{ a.b | default("}}") }}', (Hole("a.b", "}}"),)),
        ('{{ a.b | default("") }}', (Hole("a.b", ""),)),
        ("{{ profile.bought.baby-food }}{{ a.b }}", (Hole("profile.bought.baby-food"), Hole("a.b"))),
        ("{ not a field }", ("{ not a field }",)),
        ("50% {off}", ("50% {off}",)),
    ],
)
def test_text_becomes_segments(text: str, segments: tuple[str | Hole, ...]) -> None:
    assert parse_merge(text).segments == segments


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a {% if x %}", 2),
        ("{{ }}", 0),
        ("{{ name }}", 0),
        ("hi {{ a.b", 3),
        ("{{ a.b | upper }}", 7),
        ("{{ a.b | default(3) }}", 7),
        ("{{ a.b or c.d }}", 0),
        ("{{ a.b.__class__() }}", 0),
        ("{{ 'x' }}", 0),
        ("{{ a.b }} {{ {% }}", 10),
    ],
)
def test_anything_else_is_refused_at_its_place(text: str, place: int) -> None:
    with pytest.raises(MergeError) as refused:
        parse_merge(text)
    assert refused.value.place == place
    assert "{{" in refused.value.remedy or "}}" in refused.value.remedy


def test_only_holes_without_a_default_are_needed() -> None:
    merge = parse_merge('{{ a.b }} {{ c.d | default("x") }} {{ e.f }}')
    assert merge.needs == {"a.b", "e.f"}


@given(st.text())
def test_no_text_does_anything_but_parse_or_refuse(text: str) -> None:
    """Whatever is typed is either kept to the letter, or refused by our own error."""
    try:
        merge = parse_merge(text)
    except MergeError:
        return
    if "{{" not in text:
        assert "".join(str(s) for s in merge.segments) == text
