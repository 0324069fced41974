"""Every operator, by name. A new one is an entry in one of the files below, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rules import (
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
from rules.operator import Operator

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

CLOCKS: Final = frozenset(name for name, operator in OPERATORS.items() if operator.clock)
"""Operators that read the clock themselves."""

VETS: Final = MappingProxyType({name: operator.vet for name, operator in OPERATORS.items() if operator.vet})
"""What is wrong with an operation's constants, by operator."""
