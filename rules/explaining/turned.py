"""What turned a verdict: the predicates that say otherwise than before, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from rules.errors import RuleError
from rules.explaining.anatomy import Part, Predicate, decisive, take_apart
from rules.explaining.explain import told_of
from rules.explaining.words import Words
from rules.rule import Rule
from rules.values import Facts, Vocabulary

MOST: Final = 4
"""Predicates that are told."""


def turned(rule: Rule, before: Facts | None, after: Facts, vocabulary: Vocabulary | None = None) -> str:
    """Why a rule says what it says of somebody now, by what is other than `before`; by all of it where nothing was
    before, or nothing turned by itself. Nothing is looked for that would turn it back: it costs a few decisions."""
    try:
        telling = list(_telling(take_apart(rule.root, after), wanted=True))
        others = [] if before is None else [one for one in telling if one[0].answer(before) is not one[0].outcome]
        words = Words.of(vocabulary)
        told = dict.fromkeys(told_of(one, after, words, wanted) for one, wanted in islice(others or telling, MOST + 1))
    except RuleError:
        return ""
    return "; ".join([*islice(told, MOST), *(["…"] if len(told) > MOST else [])])


def _telling(part: Part, *, wanted: bool) -> Iterator[tuple[Predicate, bool]]:
    """The predicates that made the outcome, each with what was wanted of it."""
    if isinstance(part, Predicate):
        yield part, wanted
        return
    passed_on = wanted is not (part.node.operator == "!")
    for place in decisive(part):
        yield from _telling(part.parts[place], wanted=passed_on)
