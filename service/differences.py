"""Differences of content as people and programs read them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from re import split
from typing import Any

from rich.console import Console
from rich.markup import escape

from connectors import Outcome
from modules import ABSENT, KINDS, Change, ChangeKind, changes, read_json

LONG = 72
"""Characters of a text above which its lines are compared instead of showing it twice."""

MOST_LINES = 400
MOST_PLACES = 200

Difference = tuple[Outcome, bytes | None, bytes | None]
"""A piece of content, and its bytes before and after; None where there is nothing."""


def as_json(outcome: Outcome, before: bytes | None, after: bytes | None) -> dict[str, Any]:
    """One difference, for programs; `before` and `after` are left out where there is nothing."""
    kind, key = outcome.name
    places = [
        {
            "pointer": one.pointer,
            "change": one.kind,
            **({} if one.before is ABSENT else {"before": one.before}),
            **({} if one.after is ABSENT else {"after": one.after}),
        }
        for one in _changes(kind, before, after)
    ]
    return {"kind": kind, "key": key, "change": word_of(before, after), "places": places}


def word_of(before: bytes | None, after: bytes | None) -> str:
    """What happens to a piece of content."""
    return "added" if before is None else "removed" if after is None else "changed"


def show_difference(out: Console, outcome: Outcome, before: bytes | None, after: bytes | None) -> None:
    """One difference, for people: what happens, and where fields change, from what to what."""
    signs = {"added": "[green]+", "removed": "[red]-", "changed": "[yellow]~"}
    kind, key = outcome.name
    out.print(f"{signs[word_of(before, after)]} {kind}/{escape(key)}[/]", highlight=False)
    found = list(_changes(kind, before, after))
    for change in found[:MOST_PLACES]:
        for line in _told(change):
            out.print(f"    {line}", highlight=False, soft_wrap=True)
    if len(found) > MOST_PLACES:
        out.print(f"    … and {len(found) - MOST_PLACES} more places")
    if kind == "assets" and before and after:
        out.print(f"    {len(before):,} bytes → {len(after):,} bytes", highlight=False)


def show_clashes(out: Console, outcomes: Sequence[Outcome], ours: str, theirs: str) -> None:
    """Every place that both sides have changed, with what each has made of it."""
    for outcome in outcomes:
        out.print(f"[red]![/] {'/'.join(outcome.name)}: changed on both sides", highlight=False)
        for clash in outcome.clashes:
            out.print(
                f"    {escape(clash.pointer) or 'the whole'}{' (the order)' if clash.order else ''}", highlight=False
            )
            for who, value in (("before", clash.base), (ours, clash.mine), (theirs, clash.theirs)):
                out.print(f"      {who}: {escape(_short(value))}", highlight=False, soft_wrap=True)


def _changes(kind: str, before: bytes | None, after: bytes | None) -> Iterator[Change]:
    if before is not None and after is not None and KINDS[kind].is_json:
        yield from changes(read_json(before), read_json(after))


def _told(change: Change) -> Iterator[str]:
    at, old, new = escape(change.pointer) or "the whole", change.before, change.after
    if change.kind is ChangeKind.MOVED:
        yield f"{at}: moved, {escape(_short(old))} → {escape(_short(new))}"
    elif isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > LONG:
        yield f"{at}:"
        for line in list(unified_diff(_lines(old), _lines(new), lineterm="", n=1))[2:MOST_LINES]:
            colour = {"+": "green", "-": "red", "@": "dim"}.get(line[:1])
            yield f"  [{colour}]{escape(line)}[/]" if colour else f"  {escape(line)}"
    else:
        yield f"{at}: [red]{escape(_short(old))}[/] → [green]{escape(_short(new))}[/]"


def _lines(text: str) -> list[str]:
    """A text as lines that can be compared: blocks of HTML, and sentences of long ones."""
    blocks = split(r"\n|(?<=</p>)|(?<=</h3>)|(?<=</h4>)|(?<=</li>)|(?<=</ul>)|(?<=</ol>)|(?<=<br>)", text)
    return [line for block in blocks for line in split(r"(?<=[.!?…]) +", block) if line]


def _short(value: Any) -> str:
    if value is ABSENT:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"
