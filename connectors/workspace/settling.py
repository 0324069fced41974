"""Conflicts settled at once: whose change counts where both have changed the same place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from math import inf
from typing import Any

from modules import ABSENT, Clash, Merged


class Choice(StrEnum):
    """Whose change counts where both have changed the same place."""

    NONE = "none"
    OURS = "ours"
    THEIRS = "theirs"


def settle(merged: Merged, choice: Choice) -> Any:
    """The merged body with one side's value at every place that clashes; all else of both stays merged."""
    body: Any = merged.body
    for clash in sorted(merged.clashes, key=_from_the_back):
        chosen = clash.mine if choice is Choice.OURS else clash.theirs
        body = _changed(body, clash, chosen)
    return body


def _from_the_back(clash: Clash) -> list[float]:
    """What is taken out of a list moves what stands behind it, a new order moves all: the last and deepest first."""
    return [*(-float(step) if step.isdecimal() else 0.0 for step in _steps(clash.pointer)), inf]


def _changed(body: Any, clash: Clash, chosen: Any) -> Any:
    return _at(body, _steps(clash.pointer), lambda there: _ordered(there, chosen) if clash.order else chosen)


def _at(body: Any, steps: Sequence[str], change: Any) -> Any:
    """A copy of a body, changed at a place; `ABSENT` takes the place away."""
    if not steps:
        return change(body)
    first, rest = steps[0], steps[1:]
    if isinstance(body, list):
        place = int(first)
        inner = _at(body[place], rest, change)
        return [*body[:place], *([] if inner is ABSENT else [inner]), *body[place + 1 :]]
    there = dict(body)
    inner = _at(there.get(first), rest, change)
    if inner is ABSENT:
        there.pop(first, None)
        return there
    return {**there, first: inner}


def _ordered(there: Any, names: Sequence[str]) -> Any:
    """Members in the order of these names, those of no such name behind them."""
    places = {name: place for place, name in enumerate(names)}
    if isinstance(there, dict):
        return dict(sorted(there.items(), key=lambda item: places.get(item[0], len(places))))
    return sorted(there, key=lambda entry: min((places[n] for n in _names(entry) if n in places), default=len(places)))


def _names(entry: Any) -> list[str]:
    """What an entry of a list may be called: by one of the members that name entries, or by itself."""
    if isinstance(entry, dict):
        return [entry[member] for member in ("key", "path", "type", "id") if isinstance(entry.get(member), str)]
    return [json.dumps(entry), str(entry)]


def _steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
