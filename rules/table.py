"""Every operator, by name. A new one is an entry in one of the files below, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rules import arithmetic, comparing, events, lists, logic, reading, segments, text
from rules.operator import Operator

OPERATORS: Final[Mapping[str, Operator]] = MappingProxyType(
    {
        operator.name: operator
        for file in (reading, logic, comparing, arithmetic, text, lists, events, segments)
        for operator in file.OPERATORS
    }
)
"""Every operator by its name; the manual and the exams derive from it."""
