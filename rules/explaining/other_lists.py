"""What lists could be otherwise: one element more or fewer, as a rule names it or asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from rules.explaining.anatomy import Predicate, constants
from rules.explaining.changes import MOST, SetFact
from rules.kinds import Kind
from rules.nodes import Call, Node, children
from rules.operator import Operator
from rules.operators.reading import fixed_path
from rules.table import OPERATORS
from rules.values import Json

Satisfy = Callable[[Node], "dict[str, Json] | None"]
"""Properties with which a condition holds; None where none were found."""

QUANTIFIERS: Final = frozenset({"some", "all", "none"})

LISTS: Final = frozenset({Kind.LIST, Kind.TEXTS, Kind.AMONG})


def element_options(
    path: tuple[str, ...], asking: Sequence[Predicate], now: Json, satisfy: Satisfy
) -> Iterator[SetFact]:
    """The list with one more element, where a rule asks what its elements are, or with none."""
    calls = [one.node for one in asking if isinstance(one.node, Call) and one.node.operator in QUANTIFIERS]
    bodies = [call.args[1] for call in calls if len(call.args) > 1]
    if not bodies or not (now is None or isinstance(now, list)):
        return
    there = now if isinstance(now, list) else []
    for body in bodies:
        made = satisfy(body)
        for element in [*([made] if made else []), *constants(body)]:
            yield SetFact(path, now, [*there, element], exact=False)
            yield SetFact(path, now, [element], exact=False)
    yield SetFact(path, now, [])


def list_options(path: tuple[str, ...], there: list[Json], named: Sequence[Json], now: Json) -> Iterator[SetFact]:
    """The list with each constant of its type more or fewer, with all of them, with none, and no element at all."""
    kinds = {type(value) for value in there} or {str}
    named = [value for value in named if type(value) in kinds]
    for value in named[:MOST]:
        yield SetFact(path, now, [item for item in there if item != value] if value in there else [*there, value])
    yield SetFact(path, now, [*there, *(value for value in named if value not in there)])
    yield SetFact(path, now, [item for item in there if item not in named])
    yield SetFact(path, now, [])


def asks_for_a_list(node: Node) -> bool:
    """Whether a fact stands, somewhere in a predicate, where a list is wanted or may be."""
    operator = OPERATORS.get(node.operator) if isinstance(node, Call) else None
    facts = [at for at, child in enumerate(children(node)) if fixed_path(child)]
    if operator is not None and any(operator.kind(at) in LISTS or _is_bare(operator) for at in facts):
        return True
    return any(asks_for_a_list(child) for child in children(node))


def _is_bare(operator: Operator) -> bool:
    """Whether it takes anything, a list too: `!!`, `missing`."""
    return operator.family in {"logic", "reading"}
