"""Checking a rule at save: everything that would be wrong with it later, with the place and what would be right."""

from __future__ import annotations

from typing import Final

from rules.checking.answers import mistaken_for_answers
from rules.checking.costs import dear
from rules.checking.findings import ERROR, finding
from rules.checking.inspector import Inspector
from rules.checking.judging import judge
from rules.checking.leaves import leaves
from rules.checking.nulls import null_traps
from rules.checking.predicates import Subjects
from rules.checking.proving import Prover
from rules.checking.usual import Usual
from rules.errors import RuleError
from rules.nodes import Array, Const
from rules.parser import Parser
from rules.values import Finding, Json, Vocabulary

MOST_KEPT: Final = 10_000
"""Predicates that are kept for the rules to come."""


def check(logic: Json, vocabulary: Vocabulary) -> list[Finding]:
    """All that is wrong with this logic under this vocabulary; it may be saved where nothing of it is an error."""
    return Checker(vocabulary).check(logic)


class Checker:
    """Checks rules under one vocabulary, and remembers what it found out about it: quicker for many rules."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._inspector = Inspector(vocabulary)
        self._usual = Usual(self._inspector)
        self._subjects: Subjects | None = None

    def check(self, logic: Json) -> list[Finding]:
        """All that is wrong with this logic: what it names first, then what can be proved of it."""
        parser = Parser()
        try:
            root = parser.node(logic, "")
        except RuleError as error:
            return [*(fault.finding for fault in parser.faults), error.finding]
        found = [fault.finding for fault in parser.faults]
        if isinstance(root, Const) and isinstance(root.value, bool):
            return found
        if isinstance(root, Array) or (isinstance(root, Const) and not isinstance(root.value, dict)):
            message = "the rule asks nothing: it is a constant"
            found.append(finding("asks-nothing", "", message, "write an operation, true or false"))
        asked = leaves(root)
        doubtful, free = self._usual.look(asked, found)
        found = _told_once(found, {fault.pointer for fault in parser.faults})
        if found and any(one.severity == ERROR for one in found):
            return found
        if doubtful:
            if self._subjects is None or len(self._subjects) > MOST_KEPT:
                self._subjects = Prover.under(self._inspector.registry).subjects
            found += judge(root, Prover(self._subjects, free))
        if len(free) < len(asked):
            found += mistaken_for_answers(asked)
            found += dear(root)
        return found + null_traps(asked)


def _told_once(found: list[Finding], malformed: set[str]) -> list[Finding]:
    """Without the types of constants of which it was told already that they can never work."""
    return [one for one in found if one.code != "wrong-type" or one.pointer not in malformed] if malformed else found
