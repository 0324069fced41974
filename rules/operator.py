"""What an operator is: its words, its examples, and how it is built into the two modes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from rules.clock.course import Course, Sweep
from rules.errors import RuleError
from rules.javascript import ABSENT, UNDEFINED, Value
from rules.kinds import Kind
from rules.nodes import Call, Node
from rules.questions import Question
from rules.values import Facts, Instant, Json, Outcome, Verdict

Expression: TypeAlias = Callable[[Value, Facts], Value]
"""A compiled value: (what `var` reads, the facts) -> a value, `ABSENT` where a fact it needs is not there."""

Decision: TypeAlias = Callable[[Value, Facts], Verdict]
"""A compiled truth: (what `var` reads, the facts) -> a verdict."""


@dataclass(slots=True)
class Truth:
    """A compiled truth, whether time can change it, and what to name when the whole of it says yes or no.

    What it is made of is told too, so that many rules can be decided at once: the question of a predicate; the
    parts of a junction in the order in which they are asked, and the outcome of a part that settles the whole.
    """

    decide: Decision
    timed: bool
    yes: tuple[str, ...]
    no: tuple[str, ...]
    asks: Question | None = None
    parts: tuple[Truth, ...] = ()
    settles: Outcome = Outcome.NO
    said: Any = field(default=None, repr=False, compare=False)
    """What was found out about all that it can say, where that was asked for."""


class Builder(Protocol):
    """A mode of compiling. `known` says that absent facts are unknown; else they are null, as in JavaScript."""

    @property
    def known(self) -> bool:
        """Whether this is the three-valued mode."""
        ...

    def value(self, node: Node) -> Expression:
        """The node as a value."""
        ...

    def truth(self, node: Node, *, negated: bool = False) -> Truth:
        """The node as a verdict, or its opposite."""
        ...

    def is_boolean(self, node: Node) -> bool:
        """Whether the node can only be true or false, so that its verdict is its value too."""
        ...


@dataclass(frozen=True, slots=True)
class Example:
    """A rule, what it is asked about, and what it gives. Examples are tests and manual."""

    rule: Json
    data: Json
    result: Json


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator: what it means to people, and how it becomes code.

    `most` arguments are read at most (None: any number); `phrase` says it in English with `{0}`, `{1}`
    for the arguments (`{all}` for any number); `boolean` where it only ever gives true or false.
    """

    name: str
    summary: str
    examples: tuple[Example, ...]
    build: Callable[[Any, Builder], Expression]
    family: str
    least: int = 1
    most: int | None = None
    phrase: str = ""
    boolean: bool = False
    truth: Callable[[Any, Builder, bool], Truth | None] | None = None
    """How it is built where only its truth counts; where it has nothing to say, its value decides."""
    apply: Callable[..., Value] | None = None
    """The operation on plain values, where it is a function of its arguments alone."""
    unknown: str = ""
    """When it is unknown in the three-valued mode, in words that follow "unknown"; empty: as soon as an argument is."""
    write: Callable[[Any, Any, bool], Any] | None = None
    """How it is written as Python source, see `rules/source/written.py`; None: as a call of what is built."""
    write_truth: Callable[[Any, Any, bool, Any], None] | None = None
    """How its verdict is written as Python source, see `rules/source/decided.py`; where None, by its value."""
    coercion: str = ""
    """How it reads values of other types, where that is not as the others of its family do."""
    attempt: Callable[..., Value] | None = None
    """As `apply`, of an operator that has no answer for some arguments: None there."""
    vet: Callable[[Call], Iterable[RuleError]] | None = None
    """What is wrong with the constants among its arguments: no rule that has such a mistake is parsed."""
    clock: Callable[[Any, Builder], Sweep] | None = None
    """Of an operator that reads the clock itself: what its value may be over a span of time."""
    over: Callable[..., Course] | None = None
    """What it may give where some arguments move within a range; where that is None, a few values are tried."""
    back: Callable[[int, list[Value], Value, Instant], Iterable[Value]] | None = None
    """(Which argument moves, the arguments, a wanted value, now) -> values of that argument near which it gives it."""
    takes: tuple[Kind, ...] = ()
    """What each argument must be, for the check at save; the last one holds for all further. Empty: anything."""

    @property
    def function(self) -> Callable[..., Value] | None:
        """The operation on plain values, where it is a function of them; None from it means that it has no answer."""
        return self.apply or self.attempt

    def kind(self, place: int) -> Kind:
        """What the argument in this place must be."""
        return self.takes[min(place, len(self.takes) - 1)] if self.takes else Kind.ANY


def pure(
    name: str,
    summary: str,
    examples: tuple[Example, ...],
    apply: Callable[..., Value],
    family: str,
    *,
    least: int = 1,
    most: int | None = None,
    **more: Any,
) -> Operator:
    """An operator that is a function of its arguments' values: unknown as soon as one of them is."""

    def build(node: Call, builder: Builder) -> Expression:
        return applied(apply, tuple(builder.value(arg) for arg in node.args[:most]))

    return Operator(name, summary, examples, build, family, least, most, apply=apply, **more)


def partial(
    name: str,
    summary: str,
    examples: tuple[Example, ...],
    attempt: Callable[..., Value],
    family: str,
    *,
    least: int = 1,
    most: int | None = None,
    boolean: bool = False,
    **more: Any,
) -> Operator:
    """An operator on values that has no answer for some of them: null then, or false, and unknown where facts count."""

    def build(node: Call, builder: Builder) -> Expression:
        tried = applied(attempt, tuple(builder.value(arg) for arg in node.args[:most]))
        nothing: Value = ABSENT if builder.known else False if boolean else None

        def run(data: Value, facts: Facts) -> Value:
            value = tried(data, facts)
            return nothing if value is None else value

        return run

    return Operator(name, summary, examples, build, family, least, most, boolean=boolean, attempt=attempt, **more)


def applied(apply: Callable[..., Value], args: tuple[Expression, ...]) -> Expression:
    """The expression that applies a function to its arguments, absent where one of them is."""
    if len(args) == 1:
        return _applied_to_one(apply, args[0])
    if len(args) == 2:
        return _applied_to_two(apply, args[0], args[1])

    def run(data: Value, facts: Facts) -> Value:
        values = [arg(data, facts) for arg in args]
        return ABSENT if ABSENT in values else apply(*values)

    return run


def _applied_to_one(apply: Callable[..., Value], arg: Expression) -> Expression:
    def run(data: Value, facts: Facts) -> Value:
        value = arg(data, facts)
        return ABSENT if value is ABSENT else apply(value)

    return run


def _applied_to_two(apply: Callable[..., Value], left: Expression, right: Expression) -> Expression:
    def run(data: Value, facts: Facts) -> Value:
        a = left(data, facts)
        if a is ABSENT:
            return ABSENT
        b = right(data, facts)
        return ABSENT if b is ABSENT else apply(a, b)

    return run


def argument(node: Call, index: int, builder: Builder) -> Expression:
    """The argument as a value; `undefined` where it was not given."""
    if index < len(node.args):
        return builder.value(node.args[index])
    return lambda data, facts: UNDEFINED
