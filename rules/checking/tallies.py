"""What predicates say of events: how many, how much, how long ago."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from rules.checking.samples import samples
from rules.checking.wanted import IMPOSSIBLE, Scene, Subject, Wanted, tried
from rules.javascript import ABSENT, Value
from rules.nodes import FOREVER, Events

MOST: Final = 1_000
"""Occurrences in a witness."""

Fill = Callable[[Events], dict[str, Any]]
"""The properties that an occurrence needs in order to be counted by a reading."""


class Happened(Subject):
    """What is read of one type of event."""

    __slots__ = ("_fill", "reading")

    def __init__(self, key: object, reading: Events, fill: Fill) -> None:
        super().__init__(key)
        self.reading = reading
        self._fill = fill


class Tally(Happened):
    """How often a type of event happened: whole numbers, and in a longer window no fewer than in a shorter one."""

    __slots__ = ()

    def solve(self, wanted: Sequence[Wanted]) -> Value:
        """The least counts by window, as pairs, shortest window first."""
        reading = self.reading
        # What ends an occurrence may be that same occurrence: then none ever counts.
        counts = [0] if reading.not_followed_by == reading.type else _wholes(wanted, math.inf)
        chain, least = [], 0
        for within in sorted({one.predicate.within for one in wanted}):
            own = [one for one in wanted if one.predicate.within == within]
            found = next((n for n in counts if n >= least and all(one.holds(n) for one in own)), None)
            if found is None:
                return IMPOSSIBLE
            least = found
            chain.append((within, least))
        return tuple(chain)

    def place(self, value: Value, wanted: Sequence[Wanted], scene: Scene) -> None:
        """Let it happen as often, as late as each window allows."""
        log = scene.events.setdefault(self.reading.type, [])
        properties = self._fill(self.reading)
        before, age = 0, 0.0
        for within, count in value:
            log += [[scene.now - age, properties]] * (min(count, MOST) - before)
            before, age = min(count, MOST), within


class Age(Happened):
    """How long ago something happened: whole seconds less than the window, and absent where it did not."""

    __slots__ = ()

    def solve(self, wanted: Sequence[Wanted]) -> Value:
        """An age in seconds, or none."""
        possible = self.reading.not_followed_by != self.reading.type
        ages = _wholes(wanted, self.reading.within) if possible else []
        found = next((age for age in ages if all(one.holds(age) for one in wanted)), None)
        if found is not None:
            return found
        return ABSENT if all(one.holds(ABSENT) for one in wanted) else IMPOSSIBLE

    def place(self, value: Value, wanted: Sequence[Wanted], scene: Scene) -> None:
        """Let it have happened so long ago."""
        if value is not ABSENT:
            occurrence = [scene.now - value, self._fill(self.reading)]
            scene.events.setdefault(self.reading.type, []).append(occurrence)


class Total(Age):
    """The sum of a property: any number."""

    __slots__ = ()

    def solve(self, wanted: Sequence[Wanted]) -> Value:
        """A sum."""
        return tried(samples(float, (n for one in wanted for n in one.predicate.numbers or ())), wanted, float)

    def place(self, value: Value, wanted: Sequence[Wanted], scene: Scene) -> None:
        """Let it be the amount of one occurrence."""
        if value:
            at = properties = dict(self._fill(self.reading))
            *parents, last = self.reading.field.split(".")
            for step in parents:
                at = at.setdefault(step, {})
            at[last] = value
            scene.events.setdefault(self.reading.type, []).append([scene.now, properties])


def _wholes(wanted: Iterable[Wanted], below: float) -> list[int]:
    """The whole numbers from 0 at which an answer can change, and those right behind; the last one before a limit."""
    numbers = {n for one in wanted for n in one.predicate.numbers or ()}
    near = {0} | {edge for n in numbers for edge in (math.ceil(n), math.floor(n) + 1)}
    if below < FOREVER:
        near.add(math.ceil(below) - 1)
    return sorted(n for n in near if 0 <= n < below)
