"""Differences of content as people and programs read them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from re import split
from typing import Any

from rich.console import Console
from rich.markup import escape

from connectors import ABSENT, Clash, Outcome
from modules import KINDS, read_json

LONG = 72
"""Characters of a text above which its lines are compared instead of showing it twice."""

MOST_LINES = 400


def merge_bodies(base: Any, ours: Any, theirs: Any) -> tuple[Any, Sequence[Clash]]:
    """The body with the changes of both sides, and where they clash."""
    return ours, [Clash("", base, ours, theirs)]


def changes_of(before: bytes | None, after: bytes | None, kind: str) -> Iterator[tuple[str, Any, Any]]:
    """Pointer, value before and value after of each place in which two bodies of a kind differ."""
    yield "", _value(before, kind), _value(after, kind)


def as_json(outcome: Outcome, before: bytes | None, after: bytes | None) -> dict[str, Any]:
    """One difference, for programs; `before` and `after` are left out where there is nothing."""
    kind, key = outcome.name
    places = [
        {"pointer": at, **({} if old is ABSENT else {"before": old}), **({} if new is ABSENT else {"after": new})}
        for at, old, new in (changes_of(before, after, kind) if before and after else ())
    ]
    return {"kind": kind, "key": key, "change": word_of(before, after), "places": places}


def word_of(before: bytes | None, after: bytes | None) -> str:
    """What happens to a piece of content."""
    return "added" if before is None else "removed" if after is None else "changed"


def show_difference(out: Console, outcome: Outcome, before: bytes | None, after: bytes | None) -> None:
    """One difference, for people: what happens, and where fields change, from what to what."""
    signs = {"added": "[green]+", "removed": "[red]-", "changed": "[yellow]~"}
    kind, key = outcome.name
    word = word_of(before, after)
    out.print(f"{signs[word]} {kind}/{escape(key)}[/]", highlight=False)
    if before is None or after is None:
        return
    for at, old, new in changes_of(before, after, kind):
        for line in _told(at, old, new):
            out.print(f"    {line}", highlight=False, soft_wrap=True)


def show_clashes(out: Console, outcomes: Sequence[Outcome], ours: str, theirs: str) -> None:
    """Every place that both sides have changed, with what each has made of it."""
    for outcome in outcomes:
        out.print(f"[red]![/] {'/'.join(outcome.name)}: changed on both sides", highlight=False)
        for clash in outcome.clashes:
            out.print(f"    {escape(clash.pointer) or 'the whole'}", highlight=False)
            for who, value in (("before", clash.base), (ours, clash.ours), (theirs, clash.theirs)):
                out.print(f"      {who}: {escape(_short(value))}", highlight=False, soft_wrap=True)


def _told(at: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > LONG:
        yield f"{escape(at)}:"
        for line in list(unified_diff(_lines(old), _lines(new), lineterm="", n=1))[2:MOST_LINES]:
            colour = {"+": "green", "-": "red", "@": "dim"}.get(line[:1])
            yield f"  [{colour}]{escape(line)}[/]" if colour else f"  {escape(line)}"
        return
    yield f"{escape(at) or 'the whole'}: [red]{escape(_short(old))}[/] → [green]{escape(_short(new))}[/]"


def _lines(text: str) -> list[str]:
    """A text as lines that can be compared: blocks of HTML, and sentences of long ones."""
    blocks = split(r"\n|(?<=</p>)|(?<=</h3>)|(?<=</h4>)|(?<=</li>)|(?<=</ul>)|(?<=</ol>)|(?<=<br>)", text)
    return [line for block in blocks for line in split(r"(?<=[.!?…]) +", block) if line]


def _short(value: Any) -> str:
    if value is ABSENT:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"


def _value(content: bytes | None, kind: str) -> Any:
    if content is None:
        return ABSENT
    return read_json(content) if KINDS[kind].is_json else f"{len(content):,} bytes"
