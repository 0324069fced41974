"""A rule: parsed once, compiled at first use, asked for ever after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Final

from rules.budget import MANY, budgeted
from rules.clock.sweep import reads_clock
from rules.compiler import compile_truth
from rules.documents import decode
from rules.javascript import Value
from rules.modes import Evaluation, Mode, deciding, evaluating
from rules.nodes import Node, readings
from rules.operator import Truth
from rules.parsed import Parsed
from rules.parser import Parser
from rules.reads import asks_any_segment, paths_read, segments_read
from rules.values import NOBODY, Facts, Json, Verdict

HOT: Final = 500
"""Times that a rule is asked before it becomes source, which is paid back by 10 to 1,000 answers."""


class Rule(Parsed):
    """A checked rule. It never changes, and equals every rule of the same logic.

    What is asked often becomes a function of its own, which then stands in place of the method.
    """

    _decisions = 0
    _evaluations = 0

    def __init__(self, root: Node, loops: int = 0) -> None:
        super().__init__(root)
        self._loops = loops

    def decide(self, facts: Facts) -> Verdict:
        """Yes, no or unknown: what the rule says of one person now, how long that holds, and why."""
        self._decisions += 1
        if self._decisions > HOT:
            vars(self)["decide"] = deciding(self.root, Mode.SOURCE, self.truth, facts.values)
        return self._decide(facts.values, facts)

    def evaluate(self, data: Json, facts: Facts = NOBODY) -> Json:
        """The value that json-logic-js 2.0.5 gives for this data. Own operators read `facts`."""
        self._evaluations += 1
        if self._evaluations > HOT:
            vars(self)["evaluate"] = evaluating(self.root, Mode.SOURCE, data)
        return self._evaluate(data, facts)

    @cached_property
    def reads(self) -> frozenset[str]:
        """The paths of the attributes that it reads."""
        return frozenset(".".join(path) for _, path in paths_read(self.root) if path)

    @cached_property
    def reads_events(self) -> frozenset[str]:
        """The types of events that it reads."""
        named = (name for reading in readings(self.root) for name in (reading.type, reading.not_followed_by))
        return frozenset(name for name in named if name)

    @cached_property
    def reads_segments(self) -> frozenset[str]:
        """The segments that it asks for."""
        return frozenset(segments_read(self.root))

    @cached_property
    def reads_paths(self) -> frozenset[tuple[str, ...]]:
        """The paths of `reads` in their parts; `()` where it reads everything, or where a path is worked out."""
        return frozenset(path or () for _, path in paths_read(self.root))

    @cached_property
    def asks_any_segment(self) -> bool:
        """Whether it works the key of a segment out as it goes."""
        return asks_any_segment(self.root)

    @cached_property
    def truth(self) -> Truth:
        """It, compiled for facts; what it is made of can be read from there."""
        truth = compile_truth(self.root, timed=self.has_time)
        return replace(truth, decide=budgeted(truth.decide)) if self.has_account else truth

    @property
    def has_account(self) -> bool:
        """Whether all that it does is paid from one account, so that none of its parts can be asked alone."""
        return self._loops > MANY

    @cached_property
    def has_time(self) -> bool:
        """Whether time alone can change what it says."""
        return reads_clock(self.root)

    @cached_property
    def _decide(self) -> Callable[[Value, Facts], Verdict]:
        return self.truth.decide

    @cached_property
    def _evaluate(self) -> Evaluation:
        return evaluating(self.root, Mode.CLOSURES)


def parse(logic: Json) -> Rule:
    """The rule that this JSON-logic is; `RuleError` with the place where it cannot be one."""
    parser = Parser()
    root = parser.node(logic, "")
    if parser.faults:
        raise parser.faults[0]
    return Rule(root, parser.loops)


def parse_text(document: bytes | str) -> Rule:
    """The rule in a JSON document; whatever is in it, `RuleError` is the worst that comes."""
    return parse(decode(document))
