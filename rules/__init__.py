"""Rules over facts: JSON-logic, parsed, checked, decided and explained. Pure: no clock, no dice, no I/O."""

from rules.checking.catalogue import Entry, check_catalogue
from rules.checking.check import Checker, check
from rules.checking.costs import cost
from rules.checking.excluding import Excluder
from rules.checking.findings import FINDINGS, Mistake
from rules.community.dialect import COMMUNITY_OPERATORS, CommunityRule, parse_community, parse_community_text
from rules.community.scope import LogicError
from rules.computed import Bounds, Computed, ComputedError, Way, fitting, read_computed
from rules.errors import RuleError
from rules.explaining.changes import Change
from rules.explaining.describe import describe
from rules.explaining.explain import Explanation, Unknown, explain
from rules.explaining.flips import Flip
from rules.explaining.turned import turned
from rules.indexing.batch import Batch
from rules.indexing.clausebook import Clausebook
from rules.indexing.index import Eligible, RuleIndex
from rules.operator import Example, Operator
from rules.operators.patterns import matches_whole
from rules.purposes import ANSWERABLE, NECESSARY, Basis, Purpose, Unanswered
from rules.regions import default_of, is_region_entry, opts_in, region_of
from rules.rule import Rule, parse, parse_text
from rules.shapes import Breach, Shape, ShapeError, check_shape
from rules.table import OPERATORS
from rules.tracing import Step, Trace, trace, trace_value
from rules.values import (
    Attribute,
    EventLog,
    FactClass,
    Facts,
    FactType,
    Finding,
    Instant,
    Json,
    Origin,
    Outcome,
    Verdict,
    Vocabulary,
)
from rules.windows import window

__all__ = [
    "ANSWERABLE",
    "COMMUNITY_OPERATORS",
    "FINDINGS",
    "NECESSARY",
    "OPERATORS",
    "Attribute",
    "Basis",
    "Batch",
    "Bounds",
    "Breach",
    "Change",
    "Checker",
    "Clausebook",
    "CommunityRule",
    "Computed",
    "ComputedError",
    "Eligible",
    "Entry",
    "EventLog",
    "Example",
    "Excluder",
    "Explanation",
    "FactClass",
    "FactType",
    "Facts",
    "Finding",
    "Flip",
    "Instant",
    "Json",
    "LogicError",
    "Mistake",
    "Operator",
    "Origin",
    "Outcome",
    "Purpose",
    "Rule",
    "RuleError",
    "RuleIndex",
    "Shape",
    "ShapeError",
    "Step",
    "Trace",
    "Unanswered",
    "Unknown",
    "Verdict",
    "Vocabulary",
    "Way",
    "check",
    "check_catalogue",
    "check_shape",
    "cost",
    "default_of",
    "describe",
    "explain",
    "fitting",
    "is_region_entry",
    "matches_whole",
    "opts_in",
    "parse",
    "parse_community",
    "parse_community_text",
    "parse_text",
    "read_computed",
    "region_of",
    "trace",
    "trace_value",
    "turned",
    "window",
]
