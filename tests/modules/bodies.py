"""Bodies at random that look like modules, and what to do with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

_words = st.sampled_from(["a", "b", "c", "d"])
_values = st.sampled_from([0, 1, True, "x", "y", None])
_fields = st.dictionaries(_words, _values, max_size=3)
_locales = st.dictionaries(st.sampled_from(["en", "de", "fr"]), _fields, max_size=3)
_variants = st.lists(
    st.fixed_dictionaries({"key": _words, "locales": _locales}), max_size=3, unique_by=lambda one: one["key"]
)

bodies = st.fixed_dictionaries(
    {"locales": _locales},
    optional={"title": _values, "tags": st.lists(_words, max_size=4, unique=True), "variants": _variants},
)
"""Bodies of modules: locales, variants with keys, tags."""


def leaves(value: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each value with its path, by names where entries have names; of objects and lists only what they are."""
    yield at, type(value).__name__ if isinstance(value, dict | list) else repr(value)
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*at, name))
    elif isinstance(value, list):
        for entry in value:
            yield from leaves(entry, (*at, entry["key"] if isinstance(entry, dict) else str(entry)))


def named_path(body: Any, pointer: str) -> tuple[str, ...]:
    """The path by names that a pointer into a body leads to."""
    path = []
    for step in pointer.split("/")[1:]:
        entries = isinstance(body, list)
        body = body[int(step)] if entries else body[step]
        path.append(step if not entries else body["key"] if isinstance(body, dict) else str(body))
    return tuple(path)
