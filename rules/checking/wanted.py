"""Predicates as functions of what they are about, and the search for a value that makes several of them hold.

The predicates of one subject can hold together where one value makes them all say what they must. Their answers
change only at the constants in them, so a few values stand for all: each constant, and one of every stretch between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, NamedTuple

from rules.checking.samples import Sample
from rules.javascript import Value
from rules.nodes import FOREVER, Call, Const, Node
from rules.operators.reading import fixed_path
from rules.values import Facts, Json, Outcome

Says = Callable[[Value], Outcome]
"""What a predicate says where its subject has this value."""


@dataclass(slots=True, eq=False)
class Predicate:
    """A predicate as a function of its subject's value.

    `texts` and `numbers` are the values at which its answer can change; None where it can do so anywhere. `within` is
    the window of a count. `hints` are values worth a try.
    """

    node: Node
    subject: Subject
    says: Says
    texts: tuple[str, ...] | None = None
    numbers: tuple[float, ...] | None = None
    within: float = FOREVER
    hints: tuple[Json, ...] = ()

    def points(self, kind: type) -> tuple[Any, ...] | None:
        """The values of a kind at which its answer can change; None where that is not known."""
        return self.texts if kind is str else self.numbers


class Wanted(NamedTuple):
    """A predicate, and what it may say."""

    predicate: Predicate
    outcomes: frozenset[Outcome]

    def holds(self, value: Value) -> bool:
        """Whether it says one of those of this value."""
        return self.predicate.says(value) in self.outcomes

    @property
    def opposite(self) -> Wanted:
        """That it says anything else."""
        return Wanted(self.predicate, ANYTHING - self.outcomes)


ANYTHING: Final = frozenset(Outcome)
YES: Final = frozenset({Outcome.YES})
NO: Final = frozenset({Outcome.NO})


class Unfound(Enum):
    """No value was found: proved to be none, or not known."""

    IMPOSSIBLE = "impossible"
    UNSURE = "unsure"


IMPOSSIBLE: Final = Unfound.IMPOSSIBLE
UNSURE: Final = Unfound.UNSURE


def tried(among: Iterable[Sample], wanted: Sequence[Wanted], kind: type) -> Value:
    """A value of a kind of which all hold. `IMPOSSIBLE` where every value was looked at, itself or one like it."""
    unsure = False
    for value, alone in among:
        if all(one.holds(value) for one in wanted):
            return value
        if not alone and all(one.holds(value) for one in wanted if one.predicate.points(kind) is not None):
            unsure = True
    for hint in hints(wanted) if unsure else ():
        if type(hint) is kind and all(one.holds(hint) for one in wanted):
            return hint
    return UNSURE if unsure and not _clash(wanted) else IMPOSSIBLE


def contradicts_itself(wanted: Sequence[Wanted]) -> bool:
    """Whether one predicate would have to say two things."""
    said: dict[Predicate, frozenset[Outcome]] = {}
    for predicate, outcomes in wanted:
        said[predicate] = said.get(predicate, ANYTHING) & outcomes
    return not all(said.values())


def _clash(wanted: Sequence[Wanted]) -> bool:
    """Whether a text would have to start, or end, in two ways of which neither begins the other."""
    ends: dict[str, list[str]] = {"starts_with": [], "ends_with": []}
    for predicate, outcomes in wanted:
        node = predicate.node
        if isinstance(node, Call) and node.operator in ends and outcomes == YES and len(node.args) == 2:
            text = node.args[1]
            if fixed_path(node.args[0]) and isinstance(text, Const) and isinstance(text.value, str):
                folded = text.value.casefold()
                ends[node.operator].append(folded if node.operator == "starts_with" else folded[::-1])
    return any(
        not one.startswith(other) and not other.startswith(one)
        for some in ends.values()
        for one in some
        for other in some
    )


def hints(wanted: Sequence[Wanted]) -> Iterator[Json]:
    """The constants of predicates whose answers are not known stretch by stretch, and two texts as one."""
    given = [hint for one in wanted for hint in one.predicate.hints][:6]
    yield from given
    texts = [hint for hint in given if isinstance(hint, str)]
    yield from (one + other for one in texts for other in texts if one != other)


@dataclass(slots=True)
class Scene:
    """The facts of a witness, in the making."""

    now: float
    values: dict[str, Any] = field(default_factory=dict)
    events: dict[str, list[Any]] = field(default_factory=dict)
    segments: set[str] = field(default_factory=set)

    def facts(self) -> Facts:
        """The facts that it shows."""
        for log in self.events.values():
            log.sort(key=lambda occurrence: -occurrence[0])
        return Facts(self.now, self.values, self.events, frozenset(self.segments))


class Subject:
    """What can be anything: nothing is said of it but that a predicate never says two things at once."""

    __slots__ = ("key",)

    def __init__(self, key: object) -> None:
        self.key = key

    def solve(self, wanted: Sequence[Wanted]) -> Value:
        """A value of which all these hold; `IMPOSSIBLE` where there is none, `UNSURE` where none was found."""
        return UNSURE if ANYTHING.intersection(*(one.outcomes for one in wanted)) else IMPOSSIBLE

    def place(self, value: Value, wanted: Sequence[Wanted], scene: Scene) -> None:
        """Make the subject have this value in a scene."""
