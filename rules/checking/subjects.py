"""What predicates are about: a fact, a segment, nothing at all; and which values it can have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rules.checking.samples import Sample, samples
from rules.checking.wanted import IMPOSSIBLE, UNSURE, Scene, Subject, Wanted, contradicts_itself, tried
from rules.javascript import ABSENT, Value
from rules.values import Attribute, FactType

KINDS: Final[dict[FactType, tuple[type, ...]]] = {
    FactType.STRING: (str,),
    FactType.NUMBER: (float,),
    FactType.DATETIME: (float,),
    FactType.BOOLEAN: (bool,),
    FactType.LIST: (),
    FactType.OBJECT: (float, str, bool),
}
"""Type -> the kinds of plain values that are tried; of lists and objects none, and nothing is claimed."""


class Fixed(Subject):
    """Nothing: what reads no facts says the same to everybody."""

    __slots__ = ()

    def solve(self, wanted: Sequence[Wanted]) -> Value:
        """Absence, where they say what they must."""
        return ABSENT if all(one.holds(ABSENT) for one in wanted) else IMPOSSIBLE


class Segment(Subject):
    """Membership in a segment: yes or no."""

    __slots__ = ()

    def solve(self, wanted: Sequence[Wanted]) -> Value:
        """In or out."""
        return next((value for value in (True, False) if all(one.holds(value) for one in wanted)), IMPOSSIBLE)

    def place(self, value: Value, wanted: Sequence[Wanted], scene: Scene) -> None:
        """Join the segment where that is the value."""
        if value:
            scene.segments.add(str(self.key))


class Known(Subject):
    """A fact at a path. Its type, and its choices, say what it can be; it can always be absent."""

    __slots__ = ("_attribute", "path")

    def __init__(self, path: tuple[str, ...], attribute: Attribute | None) -> None:
        super().__init__(path)
        self.path = path
        self._attribute = attribute

    def solve(self, wanted: Sequence[Wanted]) -> Value:
        """A value of its type, else none at all."""
        if contradicts_itself(wanted):
            return IMPOSSIBLE
        unsure = self._attribute is not None and self._attribute.type in {FactType.LIST, FactType.OBJECT}
        for kind in self._kinds():
            found = tried(self._samples(kind, wanted), wanted, kind)
            if found is UNSURE:
                unsure = True
            elif found is not IMPOSSIBLE:
                return found
        if all(one.holds(ABSENT) for one in wanted):
            return ABSENT
        return UNSURE if unsure or self._attribute is None else IMPOSSIBLE

    def place(self, value: Value, wanted: Sequence[Wanted], scene: Scene) -> None:
        """Write the value at its path."""
        if value is ABSENT:
            return
        at = scene.values
        for step in self.path[:-1]:
            inner = at.setdefault(step, {})
            if type(inner) is not dict:
                return
            at = inner
        at[self.path[-1]] = value

    def _kinds(self) -> tuple[type, ...]:
        return KINDS[FactType.OBJECT if self._attribute is None else self._attribute.type]

    def _samples(self, kind: type, wanted: Sequence[Wanted]) -> Iterable[Sample]:
        if kind is bool:
            return (Sample(True, True), Sample(False, True))
        if kind is str and self._attribute is not None and self._attribute.choices:
            return [Sample(choice, True) for choice in self._attribute.choices]
        return samples(kind, (points for one in wanted for points in one.predicate.points(kind) or ()))
