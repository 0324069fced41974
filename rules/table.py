"""Every operator, by name. A new one is an entry in one of the files below, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rules.errors import meant
from rules.operator import Operator
from rules.operators import (
    arithmetic,
    casing,
    comparing,
    dates,
    events,
    lists,
    logic,
    patterns,
    places,
    positions,
    reading,
    scores,
    segments,
    sets,
    text,
    versions,
)

FILES: Final = (
    reading,
    logic,
    comparing,
    arithmetic,
    text,
    casing,
    patterns,
    versions,
    lists,
    positions,
    sets,
    places,
    dates,
    events,
    segments,
    scores,
)

OPERATORS: Final[Mapping[str, Operator]] = MappingProxyType(
    {operator.name: operator for file in FILES for operator in file.OPERATORS}
)
"""Every operator by its name; the manual and the exams derive from it."""

ELSEWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {
        name: ours
        for ours, names in {
            "==": ("=", "eq", "equal", "equals", "is"),
            "!=": ("<>", "ne", "neq", "not_equal", "not_equals"),
            "<": ("lt", "less_than"),
            "<=": ("lte", "=<", "at_most"),
            ">": ("gt", "greater_than", "more_than"),
            ">=": ("gte", "=>", "at_least"),
            "!": ("not",),
            "!!": ("exists",),
            "and": ("&&", "&"),
            "or": ("||", "|"),
            "in": ("one_of", "is_in"),
            "contains": ("includes", "has"),
            "matches": ("regex", "regexp", "like"),
            "size": ("length", "len", "count"),
            "cat": ("concat",),
            "+": ("add", "sum"),
            "events": ("event", "within", "happened"),
            "in_segment": ("segment",),
            "date_part": ("weekday", "hour", "day_of_week"),
            "distance": ("near",),
        }.items()
        for name in names
    }
)
"""What our operators are called elsewhere."""


def meant_operator(name: str) -> str:
    """What was probably meant by a name that no operator has; empty where none is near."""
    ours = ELSEWHERE.get(name.lower().replace("-", "_").replace(" ", "_"))
    return f"did you mean {ours!r}?" if ours else meant(name, OPERATORS)


CLOCKS: Final = frozenset(name for name, operator in OPERATORS.items() if operator.clock)
"""Operators that read the clock themselves."""

VETS: Final = MappingProxyType({name: operator.vet for name, operator in OPERATORS.items() if operator.vet})
"""What is wrong with an operation's constants, by operator."""
