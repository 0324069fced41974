"""Rules over facts: JSON-logic, parsed, checked, decided and explained. Pure: no clock, no dice, no I/O."""

from rules.batch import Batch
from rules.check import check
from rules.describe import describe
from rules.errors import RuleError
from rules.explain import Explanation, explain
from rules.operator import Example, Operator
from rules.rule import Rule, parse, parse_text
from rules.table import OPERATORS
from rules.values import (
    Attribute,
    EventLog,
    FactClass,
    Facts,
    FactType,
    Finding,
    Instant,
    Json,
    Outcome,
    Verdict,
    Vocabulary,
)
from rules.windows import window

__all__ = [
    "OPERATORS",
    "Attribute",
    "Batch",
    "EventLog",
    "Example",
    "Explanation",
    "FactClass",
    "FactType",
    "Facts",
    "Finding",
    "Instant",
    "Json",
    "Operator",
    "Outcome",
    "Rule",
    "RuleError",
    "Verdict",
    "Vocabulary",
    "check",
    "describe",
    "explain",
    "parse",
    "parse_text",
    "window",
]
