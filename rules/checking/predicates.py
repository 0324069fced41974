"""From the predicates of a rule to what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from rules.checking.clocks import of_the_clock, points
from rules.checking.subjects import Fixed, Known, Segment
from rules.checking.tallies import Age, Fill, Tally, Total
from rules.checking.wanted import Predicate, Says, Subject
from rules.compiler import KNOWN
from rules.errors import RuleError
from rules.javascript import ABSENT, SAFE_INTEGER, Value, truthy
from rules.kinds import Kind
from rules.nodes import FOREVER, Call, Const, Events, Node, children, walk
from rules.operator import Truth
from rules.operators.reading import fixed_path, nested
from rules.questions import Fact
from rules.reads import paths_read
from rules.registry import Registry
from rules.table import OPERATORS
from rules.values import NOBODY, Json, Outcome

PLAIN: Final = frozenset({"logic", "reading", "list"})
"""Families of operators that read nothing but the facts that are named to them, though they are no functions."""

ANSWERS: Final = {True: Outcome.YES, False: Outcome.NO}


class Subjects:
    """The subjects of the rules under one registry of attributes; the same one for the same thing."""

    def __init__(self, registry: Registry | None, fill: Fill) -> None:
        self._registry = registry
        self._fill = fill
        self._made: dict[object, Subject] = {}
        self._predicates: dict[str, Predicate] = {}

    def __len__(self) -> int:
        """How many predicates are known."""
        return len(self._predicates)

    def predicate(self, node: Node) -> Predicate:
        """The predicate that this node is: the same one wherever it stands."""
        text = repr(node.logic)
        found = self._predicates.get(text)
        if found is None:
            found = self._predicates[text] = self._predicate(node)
        return found

    def _predicate(self, node: Node) -> Predicate:
        of_time = of_the_clock(node, self._subject)
        return of_time or self._of_segment(node) or self._of_events(node) or self._of_facts(node) or self._opaque(node)

    def _of_segment(self, node: Node) -> Predicate | None:
        if not isinstance(node, Call) or node.operator != "in_segment" or not node.args:
            return None
        key = node.args[0]
        if not isinstance(key, Const) or not isinstance(key.value, str):
            return None
        subject = self._subject(("segment", key.value), lambda: Segment(key.value))
        return Predicate(node, subject, ANSWERS.__getitem__)

    def _of_events(self, node: Node) -> Predicate | None:
        asked = _against_numbers(node)
        if asked is None:
            return None
        reading, test, numbers = asked
        if reading.measure == "distinct" or reading.not_followed_within < FOREVER:
            return None
        where = repr(reading.where.logic) if reading.where else ""
        chain = (reading.type, where, reading.not_followed_by)
        if reading.measure == "count":
            subject = self._subject(("tally", *chain), lambda: Tally(chain, reading, self._fill))
        else:
            key = (reading.measure, reading.field, reading.within, *chain)
            kind = Total if reading.measure == "sum" else Age
            subject = self._subject(key, lambda: kind(key, reading, self._fill))

        def says(value: Value) -> Outcome:
            return Outcome.UNKNOWN if value is ABSENT else ANSWERS[truthy(test(value))]

        return Predicate(node, subject, says, (), numbers, reading.within)

    def _of_facts(self, node: Node) -> Predicate | None:
        paths = {path for _, path in paths_read(node)}
        if len(paths) > 1 or not is_plain(node):
            return None
        if not paths:
            subject = self._subject(("fixed", repr(node.logic)), lambda: Fixed(""))
            return Predicate(node, subject, _said(KNOWN.truth(node), ()))
        path = next(iter(paths))
        return self._of_fact(node, path) if path else None

    def _of_fact(self, node: Node, path: tuple[str, ...]) -> Predicate:
        attribute = self._registry.attribute(path) if self._registry else None
        subject = self._subject(path, lambda: Known(path, attribute))
        truth = KNOWN.truth(node)
        texts, numbers = _points(node, truth.asks)
        hints = _constants(node) if texts is None or numbers is None else ()
        return Predicate(node, subject, _said(truth, path), texts, numbers, hints=hints)

    def _opaque(self, node: Node) -> Predicate:
        text = repr(node.logic)
        return Predicate(node, self._subject(("opaque", text), lambda: Subject(text)), lambda value: Outcome.UNKNOWN)

    def _subject(self, key: object, make: Callable[[], Subject]) -> Subject:
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = make()
        return found


def is_plain(node: Node) -> bool:
    """Whether what it says depends on nothing but the facts at the paths that it reads."""
    for inner in walk(node):
        if isinstance(inner, Events):
            return False
        if isinstance(inner, Call):
            operator = OPERATORS.get(inner.operator)
            if operator is None or (operator.function is None and operator.family not in PLAIN):
                return False
    return True


def _said(truth: Truth, path: tuple[str, ...]) -> Says:
    """What the predicate says where there is this value at the path, and nothing else."""
    decide = truth.decide

    def says(value: Value) -> Outcome:
        values = {} if value is ABSENT else nested(path, value)
        try:
            return decide(values, NOBODY).outcome
        except RuleError:  # it was stopped at a limit, and says neither yes nor no
            return Outcome.UNKNOWN

    return says


def _points(node: Node, asks: object) -> tuple[tuple[str, ...] | None, tuple[float, ...] | None]:
    """The texts and numbers at which the answer of a predicate over one fact can change."""
    if isinstance(asks, Fact):
        return asks.texts, asks.numbers
    if not isinstance(node, Call):
        return None, None
    if OPERATORS[node.operator].takes == (Kind.MOMENT,):
        given = _moments(node)
        return None, None if given is None else points(OPERATORS[node.operator], given)
    if node.operator == "missing":
        return ("",), ()
    if node.operator == "var" and len(node.args) == 1:
        return ("",), (0.0,)
    return None, None


def _moments(node: Call) -> list[Value] | None:
    """What a fact is compared with, the fact as absent; None where what is compared is worked out from it."""
    given: list[Value] = []
    for arg in node.args:
        if fixed_path(arg):
            given.append(ABSENT)
        elif all(isinstance(inner, Const) for inner in children(arg)):
            given.append(KNOWN.value(arg)({}, NOBODY))
        else:
            return None
    return given


def _constants(node: Node) -> tuple[Json, ...]:
    read = {id(child) for inner in walk(node) if fixed_path(inner) for child in walk(inner)}
    return tuple(inner.value for inner in walk(node) if isinstance(inner, Const) and id(inner) not in read)


def _against_numbers(node: Node) -> tuple[Events, Callable[[Any], Value], tuple[float, ...]] | None:
    """A reading alone, or compared with numbers: it, what is asked of its value, and the numbers."""
    if isinstance(node, Events):
        return node, lambda value: value, (0.0,)
    if not isinstance(node, Call):
        return None
    operator = OPERATORS.get(node.operator)
    if operator is None or operator.apply is None or operator.family != "comparison":
        return None
    args = node.args[: operator.most]
    places = [place for place, arg in enumerate(args) if isinstance(arg, Events)]
    bounds = [bound for arg in args if isinstance(arg, Const) and (bound := _exact(arg.value)) is not None]
    if len(places) != 1 or len(bounds) != len(args) - 1:
        return None
    (place,), apply = places, operator.apply
    reading = args[place]
    assert isinstance(reading, Events)
    return reading, lambda value: apply(*bounds[:place], value, *bounds[place:]), tuple(map(float, bounds))


def _exact(bound: Json) -> int | float | None:
    """The number, where its neighbours are told apart from it."""
    if type(bound) is not int and type(bound) is not float:
        return None
    return bound if abs(bound) <= SAFE_INTEGER else None
