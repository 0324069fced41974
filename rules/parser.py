"""From JSON to a checked tree. What comes out can be compiled; what cannot be is refused with its place."""

from __future__ import annotations

import math
from typing import Final, NoReturn

from rules.errors import SHORT, RuleError, meant, shown
from rules.nodes import FOREVER, SCOPED, Array, Call, Const, Events, Node, below, copied
from rules.recurring import LEVELS, keep, name_of, recall
from rules.table import VETS
from rules.values import Json
from rules.windows import REMEDY, window

DEPTH: Final = 32
NODES: Final = 1_000
TEXT: Final = 10_000
"""Characters in one text of a rule."""
WAY: Final = 10_000
"""Characters in all keys on the way to a node."""

MEASURES: Final = ("count", "sum", "distinct", "last_age", "first_age")
OF_A_FIELD: Final = ("sum", "distinct")
"""Measures of a property; the others are of the occurrences themselves."""
SPEC: Final = ("type", "within", "measure", "field", "where", "not_followed_by", "not_followed_within")


class Parser:
    """One pass over one rule. `faults` are mistakes that leave the rest of the rule readable."""

    loops = 0
    _nodes = 0
    _depth = 0
    _in_where = False

    def __init__(self) -> None:
        self.faults: list[RuleError] = []
        self._above: list[int] = []

    def node(self, value: Json, pointer: str) -> Node:
        """The tree of this value; `RuleError` where a limit is passed or the value is not JSON."""
        if self._nodes >= NODES:
            self._refuse_size(pointer)
        self._nodes += 1
        return self._made(value, pointer)

    def _made(self, value: Json, pointer: str) -> Node:
        kind = value.__class__
        if kind is dict:
            return self._dict(value, pointer)  # type: ignore[arg-type]
        if kind is list:
            self._enter(value, pointer)
            array = Array(pointer, self._all(value, pointer))  # type: ignore[arg-type]
            self._leave()
            return array
        return Const(pointer, _scalar(value, pointer))

    def _refuse_size(self, pointer: str) -> NoReturn:
        raise RuleError(pointer, f"the rule has more than {NODES:,} nodes", "split it into segments", "limit")

    def _enter(self, value: Json, pointer: str) -> None:
        self._above.append(id(value))
        self._depth += 1
        if self._depth > DEPTH:
            self._refuse_depth(pointer)

    def _leave(self) -> None:
        self._above.pop()
        self._depth -= 1

    def _refuse_depth(self, pointer: str) -> NoReturn:
        if len(set(self._above)) < len(self._above):
            raise RuleError(pointer, "the rule contains itself", "write it without the cycle")
        raise RuleError(pointer, f"the rule is deeper than {DEPTH} levels", "name the inner part as a segment", "limit")

    def _all(self, values: list[Json], pointer: str) -> tuple[Node, ...]:
        left = NODES - self._nodes
        if len(values) > left:
            self._refuse_size(f"{pointer}/{left}")
        self._nodes += len(values)
        made = self._made
        return tuple([made(value, f"{pointer}/{at}") for at, value in enumerate(values)])

    def _dict(self, value: dict[str, Json], pointer: str) -> Node:
        name = name_of(value, pointer) if len(value) == 1 and self._depth + LEVELS <= DEPTH else None
        known = None if name is None else recall(name)
        if known is not None and self._nodes + known[1] <= NODES:
            self._nodes += known[1]
            return known[0]
        before, faults = self._nodes, len(self.faults)
        self._enter(value, pointer)
        made = self._call(value, pointer) if len(value) == 1 else self._object(value, pointer)
        self._leave()
        if name is not None and isinstance(made, Call) and len(self.faults) == faults:
            keep(name, made, self._nodes - before)
        return made

    def _object(self, value: dict[str, Json], pointer: str) -> Node:
        for key, inner in value.items():
            _check_key(key, pointer)
            self.node(inner, below(pointer, key))
        return Const(pointer, copied(value))

    def _call(self, value: dict[str, Json], pointer: str) -> Node:
        ((operator, given),) = value.items()
        if operator.__class__ is not str or not operator.isascii() or len(operator) > SHORT:
            _check_key(operator, pointer)
        place = below(pointer, operator)
        if operator == "events":
            return self._events(given, pointer, place)
        if given.__class__ is not list:
            return self._vetted(Call(pointer, operator, (self.node(given, place),), True))
        # The list around the arguments is no level of its own.
        self._above.append(id(given))
        args = self._all(given, place)
        self._above.pop()
        return self._vetted(Call(pointer, operator, args))

    def _vetted(self, call: Call) -> Call:
        if call.operator in SCOPED:
            self.loops += 1
        vet = VETS.get(call.operator)
        if vet is not None:
            self.faults.extend(vet(call))
        return call

    def _events(self, given: Json, pointer: str, place: str) -> Node:
        spec = given
        if isinstance(given, list) and len(given) == 1:
            spec, place = given[0], f"{place}/0"
        if not isinstance(spec, dict):
            self._fault(place, "events wants an object", 'such as {"type": "Product Viewed", "within": "10m"}')
            return Const(pointer, None)
        if self._in_where:
            self._fault(
                place, "an event reading cannot stand inside another's `where`", "compare the event's own properties"
            )
        return self._reading(spec, pointer, place)

    def _reading(self, spec: dict[str, Json], pointer: str, place: str) -> Events:
        for key in spec:
            _check_key(key, place)
            if key not in SPEC:
                self._fault(below(place, key), f"events has no {shown(key)}", meant(key, SPEC))
        measure = self._text(spec, "measure", place) or "count"
        field = self._text(spec, "field", place)
        if measure not in MEASURES:
            self._fault(f"{place}/measure", f"there is no measure {shown(measure)}", meant(measure, MEASURES))
        if (measure in OF_A_FIELD) != bool(field):
            message = "`field` goes with the measures `sum` and `distinct`, and they with a field"
            self._fault(place, message, "name the property to add up, or whose values to count")
        if not spec.get("type"):
            self._fault(place, "events wants the type of event to read", 'such as "Product Viewed"')
        return Events(
            pointer,
            place,
            self._text(spec, "type", place),
            self._window(spec, "within", place),
            measure,
            field,
            self._where(spec, place),
            self._text(spec, "not_followed_by", place),
            {} if self.faults else {key: copied(inner) for key, inner in spec.items()},
            self._patience(spec, place),
        )

    def _patience(self, spec: dict[str, Json], place: str) -> float:
        """The time in which the other event may still follow."""
        if "not_followed_within" not in spec:
            return FOREVER
        place, patience = f"{place}/not_followed_within", self._window(spec, "not_followed_within", place)
        if not spec.get("not_followed_by"):
            self._fault(place, "`not_followed_within` goes with `not_followed_by`", "name the event that may follow")
        elif FOREVER > patience >= self._window(spec, "within", place):
            self._fault(place, "nothing would ever count: it is not shorter than `within`", "widen `within`")
        return patience

    def _where(self, spec: dict[str, Json], place: str) -> Node | None:
        if spec.get("where") is None:
            return None
        outer, self._in_where = self._in_where, True
        made = self.node(spec["where"], f"{place}/where")
        self._in_where = outer
        return made

    def _window(self, spec: dict[str, Json], key: str, place: str) -> float:
        text = spec.get(key)
        if text is None:
            return FOREVER
        if not isinstance(text, str):
            self._fault(f"{place}/{key}", f"{shown(text)} is no length of time", REMEDY)
            return FOREVER
        try:
            return window(text)
        except RuleError as error:
            self._fault(f"{place}/{key}", error.message, error.remedy)
            return FOREVER

    def _text(self, spec: dict[str, Json], key: str, place: str) -> str:
        text = spec.get(key)
        if text is None:
            return ""
        if not isinstance(text, str):
            self._fault(f"{place}/{key}", f"`{key}` wants a text, not {shown(text)}", "put it in quotation marks")
            return ""
        return str(_scalar(text, f"{place}/{key}"))

    def _fault(self, pointer: str, message: str, remedy: str) -> None:
        self.faults.append(RuleError(pointer, message, remedy))


def _check_key(key: object, pointer: str) -> None:
    if type(key) is not str:
        raise RuleError(pointer, f"the key {shown(key)} is not a text", "JSON objects have texts as keys")
    if len(key) + len(pointer) > WAY:
        raise RuleError(pointer, f"keys inside of keys are longer than {WAY:,} characters", "shorten them", "limit")
    _check_characters(key, pointer)


def _check_characters(text: str, pointer: str) -> None:
    """Half a surrogate pair is a text in Python, but can be written nowhere."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        message = f"half a character at place {error.start} of the text"
        raise RuleError(pointer, message, "write whole characters: UTF-16 has two halves for some") from None


def _scalar(value: Json, pointer: str) -> Json:
    if value.__class__ is str:
        if len(value) > TEXT:
            raise RuleError(pointer, f"a text is longer than {TEXT:,} characters", "shorten it", "limit")
        if not value.isascii():
            _check_characters(value, pointer)
        return value
    if value is None or type(value) is bool:
        return value
    if type(value) is int:
        return value if abs(value) <= 2**53 else _as_double(value, pointer)
    if type(value) is float:
        if not math.isfinite(value):
            raise RuleError(pointer, f"{value} is not JSON", "write a number: JSON has no NaN and no Infinity")
        return value
    raise RuleError(
        pointer, f"a {type(value).__name__} is not JSON", "use text, number, true, false, null, list or object"
    )


def _as_double(value: int, pointer: str) -> float:
    try:
        return float(value)
    except OverflowError:
        raise RuleError(pointer, "the number is too large", "write a number below 1e308") from None
