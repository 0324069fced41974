"""From authored JSON to a layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from layouts.door import check_shape
from layouts.errors import LayoutError
from layouts.layout import Layout, Slot
from rules import Finding, Json


def parse_layout(key: str, body: Mapping[str, Json], *, trusted: bool = False) -> Layout:
    """The layout that this body describes. Raises `LayoutError` with every finding.

    `trusted` skips the checks, for content that passed them when it was saved.
    """
    authored = cast("Mapping[str, Any]", body)
    if not trusted:
        found = check_shape(body) or list(_check(authored))
        if found:
            raise LayoutError(key, found)
    return Layout(
        key=key,
        title=authored["title"],
        slots=tuple(_slot(slot) for slot in authored["slots"]),
        channels=frozenset(authored.get("channels", ())),
        fallback=authored.get("fallback"),
        static=authored.get("static", ""),
        settings=dict(authored.get("settings", {})),
    )


def _slot(body: Mapping[str, Any]) -> Slot:
    minimum = body.get("min", 0)
    return Slot(
        key=body["key"],
        title=body.get("title", ""),
        types=frozenset(body.get("types", ())),
        tags=frozenset(body.get("tags", ())),
        minimum=minimum,
        maximum=body.get("max", max(1, minimum)),
        pinned=tuple(body.get("pinned", ())),
        fallback=body.get("fallback"),
        diverse_by=body.get("diverse_by"),
    )


def _check(body: Mapping[str, Any]) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, slot in enumerate(body["slots"]):
        at = f"/slots/{index}"
        if slot["key"] in seen:
            yield Finding(f"{at}/key", f"the slot key {slot['key']!r} is taken", "choose another key")
        seen.add(slot["key"])
        made = _slot(slot)
        if made.minimum > made.maximum:
            yield Finding(f"{at}/min", f"min {made.minimum} is more than max {made.maximum}", "raise max or lower min")
        if len(made.pinned) > made.maximum:
            yield Finding(f"{at}/pinned", f"{len(made.pinned)} modules are pinned; {made.maximum} fit", "raise max")
        if len(set(made.pinned)) < len(made.pinned):
            yield Finding(f"{at}/pinned", "a module is pinned twice", "no module is shown twice: take one out")
