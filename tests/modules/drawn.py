"""Module types and values drawn at random: every kind of field with every option that it has."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from modules import FIELD_KINDS

NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta"])
WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"], exclude_characters="{}<>&"), max_size=12)
COUNTS = st.integers(0, 6)
MOMENTS = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1))
PLAIN = ("text", "number", "boolean", "choice", "reference", "list")
"""Kinds of which JSON Schema can say all that we ask for, if texts are for machines."""


@st.composite
def fields(draw: st.DrawFn, kind: str | None = None, depth: int = 0, *, plain: bool = False) -> dict[str, Any]:
    """A field as it is written in a file."""
    kinds = [name for name in (PLAIN if plain else sorted(FIELD_KINDS)) if depth < 2 or name != "list"]
    kind = kind or draw(st.sampled_from(kinds))
    made = FIELD_KINDS[kind]
    spec: dict[str, Any] = {"kind": kind, "required": draw(st.booleans())}
    if draw(st.booleans()):
        spec["title"] = draw(WORDS)
    if plain and kind == "text":
        spec["role"] = "data"
    if "choices" in made.options:
        spec["choices"] = draw(st.lists(WORDS.filter(bool), min_size=1, max_size=4, unique=True))
    if "many" in made.options:
        spec["many"] = draw(st.booleans())
    if "links" in made.options and draw(st.booleans()):
        spec["links"] = draw(st.lists(st.sampled_from(["path", "web", "mail", "phone"]), min_size=1, unique=True))
    if "pattern" in made.options and not plain and draw(st.booleans()):
        return {**spec, "pattern": "[A-Z]{2}-[0-9]+", "sample": "AB-12"}
    if "of" in made.options:
        spec["of"] = draw(st.dictionaries(NAMES, fields(depth=depth + 1, plain=plain), min_size=1, max_size=3))
    return {**spec, **draw(limits(kind, spec))}


@st.composite
def limits(draw: st.DrawFn, kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    """A `min` and a `max` that this field may have."""
    if "min" not in FIELD_KINDS[kind].options or (kind in {"choice", "reference"} and not spec.get("many")):
        return {}
    if kind == "datetime":
        pair: list[Any] = sorted(draw(st.tuples(MOMENTS, MOMENTS)))
        pair = [one.isoformat() for one in pair]
    elif kind == "number":
        pair = sorted(draw(st.tuples(st.floats(-9, 9), st.integers(-9, 9))))
    else:
        least = len(spec["choices"]) if kind == "choice" else 6
        pair = sorted((min(draw(COUNTS), least), draw(st.integers(1, 6))))
        pair[1] = max(pair[1], 1)
    return {name: limit for name, limit in zip(("min", "max"), pair, strict=True) if draw(st.booleans())}


def types(*, plain: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """A type as it is written in a file."""
    some = st.dictionaries(NAMES, fields(plain=plain), min_size=1, max_size=4)
    return some.map(lambda made: {"title": "Drawn", "fields": made})


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 10), st.floats(-10, 10), WORDS, st.lists(WORDS, max_size=3),
    st.dictionaries(NAMES, WORDS, max_size=2),
)  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn, value: Any) -> Any:
    """The same value, or with something in it changed, taken out or put in: most often no longer what it should be."""
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        name = draw(st.sampled_from(sorted(value)))
        what = draw(st.integers(0, 5))
        if what == 0:
            return {other: one for other, one in value.items() if other != name}
        if what == 1:
            return {**value, draw(NAMES): draw(JUNK)}
        return {**value, name: draw(spoilt(value[name]))}
    if isinstance(value, list) and value and draw(st.integers(0, 2)):
        at = draw(st.integers(0, len(value) - 1))
        what = draw(st.integers(0, 3))
        if what == 0:
            return value[:at] + value[at + 1 :]
        if what == 1:
            return [*value, *value]
        return [*value[:at], draw(spoilt(value[at])), *value[at + 1 :]]
    return draw(st.one_of(JUNK, st.just(value)))
