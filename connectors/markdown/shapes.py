"""Types found in what pages say of themselves: the kind of each field follows from all of its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from connectors.importing import Spec, field_name

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".svg", ".gif", ".avif")
PICTURE_NAMES = frozenset({
    "image", "cover", "hero", "thumbnail", "banner", "featured_image", "featuredimage", "photo", "avatar", "logo",
    "heroimage",
})  # fmt: skip
SOURCES = ("src", "url", "image", "path", "file")
"""What the address of a picture is called in an object that holds more of it."""

DEEPEST = 3
"""Lists in lists that our types may have."""


def spec_of(name: str, values: list[Any], depth: int = 0) -> Spec:
    """The field that holds all these values."""
    kinds = {kind_of(name, value) for value in values}
    if kinds <= {"text", "image"} and "image" in kinds and not all(map(is_picture, values)):
        # A name such as `cover` promises a picture, and `none` is no address of one.
        kinds = {"image"} if any(map(is_picture, values)) else {"text"}
    spec = _spec(name, kinds, values, depth)
    return {**spec, "title": name.replace("_", " ").replace("-", " ").strip().capitalize() or name}


def _spec(name: str, kinds: set[str], values: list[Any], depth: int) -> Spec:
    match sorted(kinds):
        case ["text"]:
            return {"kind": "text"}
        case [("number" | "boolean" | "datetime" | "image") as kind]:
            return {"kind": kind}
        case ["group" | "groups" as kind] if depth < DEEPEST:
            rows = values if kind == "group" else [row for value in values for row in value]
            of = _fields(rows, depth + 1)
            return {"kind": "list", **({"max": 1} if kind == "group" else {}), "of": of} if of else _json()
        case ["words"] if depth < DEEPEST:
            return {"kind": "list", "role": "data", "of": {"value": {"kind": "text"}}}
        case ["images"] if depth < DEEPEST:
            return {"kind": "list", "role": "image", "of": {"image": {"kind": "image"}}}
        case [*several] if set(several) <= {"text", "number", "boolean", "datetime"}:
            return {"kind": "text"}
        case _:
            return _json()


def _json() -> Spec:
    return {"kind": "text", "role": "data"}


def _fields(rows: Iterable[Mapping[Any, Any]], depth: int) -> dict[str, Spec]:
    by_name: dict[str, list[Any]] = {}
    for row in rows:
        for name, value in row.items():
            if value is not None and value != "":
                by_name.setdefault(field_name(str(name)), []).append(value)
    return {name: spec_of(name, values, depth) for name, values in by_name.items()}


def kind_of(name: str, value: Any) -> str:
    """What one value is."""
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case datetime() | date():
            return "datetime"
        case str():
            return "image" if is_picture(value) or name.lower() in PICTURE_NAMES else "text"
        case dict():
            return "image" if is_picture(value) else "group"
        case list() if value and all(is_picture(one) for one in value):
            return "images"
        case list() if all(isinstance(one, (str, int, float, date)) for one in value):
            return "words"
        case list() if all(isinstance(one, dict) for one in value):
            return "groups"
        case _:
            return "json"


def is_picture(value: Any) -> bool:
    """Whether a value is the address of a picture, or an object with one."""
    if isinstance(value, dict):
        return any(is_picture(value.get(name)) for name in SOURCES)
    if not isinstance(value, str) or "\n" in value or len(value) > 500:
        return False
    return value.partition("?")[0].lower().endswith(PICTURES)
