"""Texts against patterns, by RE2: no pattern takes longer than in proportion to the text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import re2

from rules.budget import paid
from rules.errors import RuleError
from rules.javascript import ABSENT, Value
from rules.kinds import Kind
from rules.nodes import Call, Const
from rules.operator import Builder, Example, Expression, Operator, argument
from rules.values import Facts

LONGEST: Final = 1_000
"""Characters of a pattern."""

MEMORY: Final = 1 << 20
"""Bytes for the program of a pattern and its caches."""

KEPT: Final = 4_096
"""Compiled patterns kept: rules often share one."""


def vet_pattern(node: Call) -> Iterator[RuleError]:
    """A pattern that is worked out, too long, or none."""
    if len(node.args) < 2:
        return
    pattern = node.args[1]
    try:
        if not isinstance(pattern, Const) or not isinstance(pattern.value, str):
            raise RuleError("", "the pattern is worked out by the rule", "write the pattern as a text")
        compiled(pattern.value)
    except RuleError as error:
        yield RuleError(pattern.pointer, error.message, error.remedy)


@lru_cache(KEPT)
def compiled(pattern: str) -> Any:
    """The pattern made ready; `RuleError` where RE2 has no use for it."""
    if len(pattern) > LONGEST:
        raise RuleError("", f"the pattern is longer than {LONGEST:,} characters", "split it into several")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY
    try:
        return re2.compile(pattern, options)
    except UnicodeEncodeError:
        raise RuleError("", "the pattern holds half a character", "write whole characters") from None
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
        remedy = "write it in RE2's syntax: no look-around, no back-references, at most 1,000 repetitions"
        raise RuleError("", f"no pattern: {reason}", remedy) from None


def matches_whole(pattern: str, text: str) -> bool:
    """Whether the whole text is of this form, in time that grows with its length only. Raises `RuleError` for what is
    no pattern."""
    return compiled(pattern).fullmatch(text) is not None


def build_matches(node: Call, builder: Builder) -> Expression:
    """Whether the pattern is found anywhere in the text."""
    text = argument(node, 0, builder)
    pattern = node.args[1] if len(node.args) > 1 else None
    if not isinstance(pattern, Const) or not isinstance(pattern.value, str):
        return lambda data, facts: False
    search = compiled(pattern.value).search

    def run(data: Value, facts: Facts) -> Value:
        found = text(data, facts)
        if type(found) is not str:
            return ABSENT if found is ABSENT else False
        try:
            return search(paid(found)) is not None
        except UnicodeEncodeError:  # half a surrogate pair: no pattern names one
            return search(found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")) is not None

    return run


OPERATORS: Final = (
    Operator(
        "matches",
        "Whether a pattern (RE2) is found in a text; `^` and `$` stand for its ends, `(?i)` at the start ignores case.",
        (
            Example({"matches": [{"var": "sku"}, "^tea-[0-9]+$"]}, {"sku": "tea-204"}, True),
            Example({"matches": [{"var": "sku"}, "(?i)TEA"]}, {"sku": "green-tea"}, True),
        ),
        build_matches,
        "text",
        least=2,
        most=2,
        phrase="{0} matches {1}",
        boolean=True,
        takes=(Kind.TEXT,),
        vet=vet_pattern,
        unknown="as soon as its text is",
    ),
)
