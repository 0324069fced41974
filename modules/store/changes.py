"""What differs between two bodies, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final, TypeAlias

from modules.errors import step
from modules.store.likeness import ORDERED, names_of, same, text_of
from rules import Json


class Absent:
    """Stands for a value that is not there; null is one that is."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()
"""The one value of `Absent`."""


MOST_COMPARED: Final = 1_000_000
"""Pairs of entries without names that are compared; longer lists are told as one change."""


Places: TypeAlias = tuple[str, str]
"""Where a value is, in the older body and in the newer one."""


class ChangeKind(StrEnum):
    """What happened to a value."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `pointer` leads into the newer body, for something removed into the older one.

    Where entries were `moved`, `before` and `after` are their names in the two orders.
    """

    pointer: str
    kind: ChangeKind
    before: Json | Absent
    after: Json | Absent


def changes(before: Json | Absent, after: Json | Absent) -> Iterator[Change]:
    """Every difference between two values, the deepest that tells it. Entries of a list that have names (`key`…) are
    the same wherever they stand; others are matched by what they hold."""
    return _changes(before, after, ("", ""))


def _changes(before: Json | Absent, after: Json | Absent, at: Places) -> Iterator[Change]:
    if isinstance(before, Absent) or isinstance(after, Absent):
        if isinstance(before, Absent):
            yield Change(at[1], ChangeKind.ADDED, before, after)
        else:
            yield Change(at[0], ChangeKind.REMOVED, before, after)
    elif isinstance(before, dict) and isinstance(after, dict):
        yield from _members(before, after, at)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _entries(before, after, at)
    elif not same(before, after):
        yield Change(at[1], ChangeKind.CHANGED, before, after)


def _members(before: Mapping[str, Json], after: Mapping[str, Json], at: Places) -> Iterator[Change]:
    for name in dict.fromkeys([*before, *after]):
        yield from _changes(before.get(name, ABSENT), after.get(name, ABSENT), _below(at, step(name), step(name)))
    if at[1].rsplit("/", 1)[-1] in ORDERED:
        yield from _moved(list(before), list(after), at)


def _moved(before: Sequence[str], after: Sequence[str], at: Places) -> Iterator[Change]:
    stayed = [name for name in before if name in after], [name for name in after if name in before]
    if stayed[0] != stayed[1]:
        yield Change(at[1], ChangeKind.MOVED, list(before), list(after))


def _entries(before: Sequence[Json], after: Sequence[Json], at: Places) -> Iterator[Change]:
    named = names_of(before, after)
    if named is None:
        yield from _matched(before, after, at)
        return
    old, new = ({name: place for place, name in enumerate(names)} for names in named)
    for name in dict.fromkeys([*old, *new]):
        there, here = old.get(name), new.get(name)
        one = ABSENT if there is None else before[there]
        other = ABSENT if here is None else after[here]
        yield from _changes(one, other, _below(at, there, here))
    yield from _moved(named[0], named[1], at)


def _matched(before: Sequence[Json], after: Sequence[Json], at: Places) -> Iterator[Change]:
    if len(before) * len(after) > MOST_COMPARED:
        yield Change(at[1], ChangeKind.CHANGED, list(before), list(after))
        return
    for low, high, start, end in regions(before, after):
        for place in range(max(high - low, end - start)):
            one = before[low + place] if low + place < high else ABSENT
            other = after[start + place] if start + place < end else ABSENT
            yield from _changes(one, other, _below(at, low + place, start + place))


def _below(at: Places, there: str | int | None, here: str | int | None) -> Places:
    return f"{at[0]}/{there}", f"{at[1]}/{here}"


def regions(before: Sequence[Json], after: Sequence[Json]) -> list[tuple[int, int, int, int]]:
    """Where two lists differ: entries from `low` before `high` became those from `start` before `end`."""
    match = SequenceMatcher(None, [text_of(one) for one in before], [text_of(one) for one in after], autojunk=False)
    found = match.get_opcodes()
    return [(low, high, start, end) for what, low, high, start, end in found if what != "equal"]
