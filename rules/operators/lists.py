"""Lists. Inside the second argument of `map`, `filter` and their like, `var` reads the element and nothing else."""

from __future__ import annotations

from typing import Final

from rules.budget import budgeted, is_heavy, measured, nests, paid, price, spend
from rules.errors import RuleError
from rules.javascript import ABSENT, Value, truthy
from rules.kinds import Kind
from rules.nodes import Call
from rules.operator import Builder, Example, Expression, Operator, argument, pure
from rules.source.loops import write_all, write_filter, write_map, write_none, write_reduce, write_some
from rules.source.quantified import decide_all, decide_none, decide_some
from rules.values import Facts, Json, Outcome

LONGEST: Final = 100_000
"""Elements that one operation may gather."""


def merge(*values: Value) -> list[Value]:
    """One list of all: lists give their elements, other values themselves."""
    merged: list[Value] = []
    for value in values:
        if type(value) is list:
            merged.extend(value)
        else:
            merged.append(value)
    if len(merged) > LONGEST:
        raise RuleError("", f"merge made a list of more than {LONGEST:,} elements", "merge fewer lists")
    return paid(merged)


def build_map(node: Call, builder: Builder) -> Expression:
    """Each element made anew. Absent as soon as one is."""
    rows, body, each = argument(node, 0, builder), argument(node, 1, builder), price(node)

    def run(data: Value, facts: Facts) -> Value:
        found = rows(data, facts)
        if type(found) is not list:
            return ABSENT if found is ABSENT else []
        spend(len(found) * each)
        made = [body(row, facts) for row in found]
        return ABSENT if ABSENT in made else made

    return _bounded(node, run)


def build_filter(node: Call, builder: Builder) -> Expression:
    """The elements for which the condition holds. Absent as soon as the condition is for one."""
    rows, holds, each = argument(node, 0, builder), condition(node, builder), price(node)

    def run(data: Value, facts: Facts) -> Value:
        found = rows(data, facts)
        if type(found) is not list:
            return ABSENT if found is ABSENT else []
        spend(len(found) * each)
        kept = []
        for row in found:
            answer = holds(row, facts)
            if answer is ABSENT:
                return ABSENT
            if answer:
                kept.append(row)
        return kept

    return _bounded(node, run)


def build_reduce(node: Call, builder: Builder) -> Expression:
    """One value of all elements: `accumulator` is the value so far, `current` the element."""
    rows, body, each = argument(node, 0, builder), argument(node, 1, builder), price(node)
    initial: Expression = builder.value(node.args[2]) if len(node.args) > 2 else lambda data, facts: None
    finish = measured if any(map(nests, node.args[1:2])) else _same

    def run(data: Value, facts: Facts) -> Value:
        found, value = rows(data, facts), initial(data, facts)
        if found is ABSENT or value is ABSENT:
            return ABSENT
        if type(found) is not list:
            return value
        spend(len(found) * each)
        for row in found:
            value = body({"current": row, "accumulator": value}, facts)
            if value is ABSENT:
                return ABSENT
        return finish(value)

    return _bounded(node, run)


def build_all(node: Call, builder: Builder) -> Expression:
    """True where every element passes and there is one."""
    return _quantified(node, builder, decisive=False)


def build_some(node: Call, builder: Builder) -> Expression:
    """True where one element passes."""
    return _quantified(node, builder, decisive=True)


def build_none(node: Call, builder: Builder) -> Expression:
    """True where no element passes."""
    some = _quantified(node, builder, decisive=True)

    def run(data: Value, facts: Facts) -> Value:
        found = some(data, facts)
        return ABSENT if found is ABSENT else not found

    return run


def _quantified(node: Call, builder: Builder, *, decisive: bool) -> Expression:
    """Kleene's any and all: an element that decides outweighs one that is unknown."""
    rows, holds, each = argument(node, 0, builder), condition(node, builder), price(node)

    def run(data: Value, facts: Facts) -> Value:
        found = rows(data, facts)
        if found is ABSENT:
            return ABSENT
        if type(found) is not list or not found:
            return False
        spend(len(found) * each)
        unknown = False
        for row in found:
            answer = holds(row, facts)
            if answer is decisive:
                return decisive
            unknown = unknown or answer is ABSENT
        return ABSENT if unknown else not decisive

    return _bounded(node, run)


def _bounded(node: Call, run: Expression) -> Expression:
    return budgeted(run) if is_heavy(node) else run


def _same(value: Value) -> Value:
    return value


def condition(node: Call, builder: Builder) -> Expression:
    """The second argument as true, false or absent."""
    if len(node.args) < 2:
        return lambda data, facts: False
    if not builder.known:
        body = builder.value(node.args[1])
        return lambda data, facts: truthy(body(data, facts))
    decide = builder.truth(node.args[1]).decide
    return lambda data, facts: AS_VALUE[decide(data, facts).outcome]


AS_VALUE: Final[dict[Outcome, Value]] = {Outcome.YES: True, Outcome.NO: False, Outcome.UNKNOWN: ABSENT}

BASKET: Final[Json] = {"basket": [{"name": "tea", "price": 4}, {"name": "coffee", "price": 9}]}

OPERATORS: Final = (
    pure(
        "merge",
        "One list of all arguments; lists give their elements.",
        (Example({"merge": [[1, 2], 3]}, None, [1, 2, 3]),),
        merge,
        "list",
        least=0,
        coercion="what is no list is an element by itself",
        phrase="{all} as one list",
    ),
    Operator(
        "map",
        "Each element made anew by the second argument.",
        (Example({"map": [{"var": "basket"}, {"var": "name"}]}, BASKET, ["tea", "coffee"]),),
        build_map,
        "list",
        least=2,
        most=2,
        unknown="where the list is absent, or one of the new elements",
        takes=(Kind.LIST, Kind.ANY),
        phrase="{1} of each of {0}",
        write=write_map,
    ),
    Operator(
        "filter",
        "The elements for which the second argument is true.",
        (
            Example(
                {"map": [{"filter": [{"var": "basket"}, {">": [{"var": "price"}, 5]}]}, {"var": "name"}]},
                BASKET,
                ["coffee"],
            ),
        ),
        build_filter,
        "list",
        least=2,
        most=2,
        unknown="where the list is absent, or the condition unknown for one element",
        takes=(Kind.LIST, Kind.ANY),
        phrase="{0} where {1}",
        write=write_filter,
    ),
    Operator(
        "reduce",
        "One value of all elements: `accumulator` is the value so far, `current` the element.",
        (
            Example(
                {"reduce": [{"var": "basket"}, {"+": [{"var": "accumulator"}, {"var": "current.price"}]}, 0]},
                BASKET,
                13,
            ),
        ),
        build_reduce,
        "list",
        least=2,
        most=3,
        unknown="where the list is absent, or a value on the way",
        takes=(Kind.LIST, Kind.ANY),
        phrase="{1} over all of {0}",
        write=write_reduce,
    ),
    Operator(
        "all",
        "Whether every element passes; false for an empty list.",
        (Example({"all": [{"var": "basket"}, {">": [{"var": "price"}, 3]}]}, BASKET, True),),
        build_all,
        "list",
        least=2,
        most=2,
        phrase="{0} has only those where {1}",
        boolean=True,
        unknown="where the list is absent, or an element unknown while none fails",
        takes=(Kind.LIST, Kind.ANY),
        write=write_all,
        write_truth=decide_all,
    ),
    Operator(
        "some",
        "Whether one element passes.",
        (Example({"some": [{"var": "basket"}, {"==": [{"var": "name"}, "tea"]}]}, BASKET, True),),
        build_some,
        "list",
        least=2,
        most=2,
        phrase="{0} has one where {1}",
        boolean=True,
        unknown="where the list is absent, or an element unknown while none passes",
        takes=(Kind.LIST, Kind.ANY),
        write=write_some,
        write_truth=decide_some,
    ),
    Operator(
        "none",
        "Whether no element passes; true for an empty list.",
        (Example({"none": [{"var": "basket"}, {"==": [{"var": "name"}, "milk"]}]}, BASKET, True),),
        build_none,
        "list",
        least=2,
        most=2,
        phrase="{0} has none where {1}",
        boolean=True,
        unknown="where the list is absent, or an element unknown while none passes",
        takes=(Kind.LIST, Kind.ANY),
        write=write_none,
        write_truth=decide_none,
    ),
)
