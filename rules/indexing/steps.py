"""Sets of rules that change from value to value: which rules stop at a value, for any value of one type.

With a hundred thousand different thresholds a set for each would fill gigabytes. So the thresholds lie in order, in
blocks; each block keeps the set as it is before its first one, and the few changes up to a value are made when it is
asked for.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

from pyroaring import BitMap

SIZE: Final = 128
"""Changes in a block; one of twice the size is split, two that have so many together become one. Half a block is
replayed for each look."""

KEPT: Final = 32
"""Sets kept ready by one ladder of steps for the places where values are looked for again and again."""

Turn: TypeAlias = "tuple[Any, int]"
"""A value and the number of a rule that stops from there on if it did not before, or the other way round."""


class Block:
    """Some changes next to one another, and the set before the first of them."""

    __slots__ = ("points", "rules", "start")

    def __init__(self, start: BitMap, points: list[Any], rules: array[int]) -> None:
        self.start = start
        self.points = points
        self.rules = rules

    def after(self, count: int) -> BitMap:
        """The set after the first so many changes."""
        return self.start ^ odd(self.rules[:count])


class Steps:
    """The set of rules that stop, as a function of an ordered value."""

    __slots__ = ("_blocks", "_firsts", "_kept")

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._firsts: list[Any] = []
        self._kept: dict[tuple[int, int], BitMap] = {}

    def at(self, value: Any, base: BitMap) -> BitMap:
        """The rules that stop at this value; `base` are those that stop below all changes. Not to be written to."""
        place = bisect_right(self._firsts, value) - 1
        if place < 0:
            return base
        block = self._blocks[place]
        count = bisect_right(block.points, value)
        found = self._kept.get((place, count))
        if found is None:
            found = block.after(count)
            if len(self._kept) < KEPT:
                self._kept[place, count] = found
        return found

    def load(self, base: BitMap, changes: Iterable[Turn]) -> None:
        """All changes at once: much quicker than one by one."""
        self._blocks, self._kept = [], {}
        ordered, state = sorted(changes), base.copy()
        for start in range(0, len(ordered), SIZE):
            some = ordered[start : start + SIZE]
            rules = array("I", [rule for _, rule in some])
            self._blocks.append(Block(state, [point for point, _ in some], rules))
            state = state ^ odd(rules)
        self._firsts = [block.points[0] for block in self._blocks]

    def turn(self, rules: BitMap) -> None:
        """The rules changed below all changes."""
        self._turn(0, rules)

    def add(self, base: BitMap, change: Turn) -> None:
        """One more change."""
        point, rule = change
        if not self._blocks:
            self.load(base, [change])
            return
        place = max(bisect_right(self._firsts, point) - 1, 0)
        block = self._blocks[place]
        at = bisect_right(block.points, point)
        block.points.insert(at, point)
        block.rules.insert(at, rule)
        self._firsts[place] = block.points[0]
        self._turn(place + 1, BitMap([rule]))
        if len(block.points) >= 2 * SIZE:
            self._split(place)

    def remove(self, change: Turn) -> None:
        """Without this change, which was added before."""
        place, at = self._find(change)
        block = self._blocks[place]
        del block.points[at]
        del block.rules[at]
        self._turn(place + 1, BitMap([change[1]]))
        if block.points:
            self._firsts[place] = block.points[0]
            self._join(place)
            self._join(place - 1)
        else:
            del self._blocks[place]
            del self._firsts[place]

    def _find(self, change: Turn) -> tuple[int, int]:
        point, rule = change
        for place in range(max(bisect_left(self._firsts, point) - 1, 0), len(self._blocks)):
            block = self._blocks[place]
            for at in range(bisect_left(block.points, point), bisect_right(block.points, point)):
                if block.rules[at] == rule:
                    return place, at
        raise KeyError(change)

    def _turn(self, place: int, rules: BitMap) -> None:
        self._kept.clear()
        for block in self._blocks[place:]:
            block.start ^= rules

    def _split(self, place: int) -> None:
        block = self._blocks[place]
        second = Block(block.after(SIZE), block.points[SIZE:], block.rules[SIZE:])
        del block.points[SIZE:]
        del block.rules[SIZE:]
        self._blocks.insert(place + 1, second)
        self._firsts.insert(place + 1, second.points[0])

    def _join(self, place: int) -> None:
        """Make one block of this and the next where both are small: each keeps a set of its own."""
        if not 0 <= place < len(self._blocks) - 1:
            return
        block, other = self._blocks[place : place + 2]
        if len(block.points) + len(other.points) <= SIZE:
            block.points += other.points
            block.rules += other.rules
            del self._blocks[place + 1]
            del self._firsts[place + 1]


def odd(rules: array[int]) -> BitMap:
    """The rules that are there once, or any odd number of times."""
    found = BitMap(rules)
    if len(found) < len(rules):
        return BitMap([rule for rule, count in Counter(rules).items() if count & 1])
    return found
