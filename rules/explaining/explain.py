"""Why a rule says what it says of one person: its predicates with what was wanted and what was there."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from rules.compiler import KNOWN
from rules.errors import RuleError
from rules.explaining.anatomy import Part, Predicate, decisive, take_apart
from rules.explaining.dated import INSTANTS, Speak, speaker
from rules.explaining.describe import bracketed, clause, say
from rules.explaining.flips import Flip, Search, waiting
from rules.explaining.happened import amount_wanted, happened, reading_against
from rules.explaining.nearness import apart, distance_against
from rules.explaining.words import Words, said_moment, spell
from rules.javascript import ABSENT, UNDEFINED, Nothing, Value
from rules.nodes import Array, Call, Const, Node
from rules.operator import Operator
from rules.operators.reading import follow
from rules.parser import DEPTH
from rules.reads import KEYS
from rules.rule import Rule
from rules.table import OPERATORS
from rules.values import ENOUGH, Facts, Json, Outcome, Vocabulary

NOT_ABOUT: Final = frozenset({"logic", "reading", "list"})
"""Families whose predicates are not said of their first argument."""

TRUE: Final = "true"
PLAIN_ANSWERS: Final = {True: "yes", False: "no"}
NECESSARY: Final = "necessary"
"""The purpose that needs no consent."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that is absent. `purpose` is the consent without which it cannot be known, empty where it was given."""

    path: str
    title: str
    purpose: str = ""

    @property
    def sentence(self) -> str:
        """What would make it known."""
        if self.purpose:
            return f"{self.title} is not known: there is no consent to “{self.purpose}”"
        return f"{self.title} is not known"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One node of the rule: its outcome, what it wanted of what, what was there; null where that is not known.

    `reason` says the same in a sentence, `unknown` names the absent facts of a predicate. The root carries `flips`,
    the least changes that turn the outcome into its opposite, each proved by deciding again; where none was found,
    `stuck` points to the predicates that would have to turn, as far as anybody can say.
    """

    pointer: str
    operator: str
    outcome: Outcome
    subject: str
    wanted: str
    actual: Json
    text: str
    children: tuple[Explanation, ...] = ()
    reason: str = ""
    unknown: tuple[Unknown, ...] = ()
    flips: tuple[Flip, ...] = ()
    stuck: tuple[str, ...] = ()
    made_by: tuple[int, ...] = ()
    """Which of the children made the outcome."""

    @property
    def sentence(self) -> str:
        """The outcome and the predicates that made it."""
        return f"{self.outcome.capitalize()}: {'; '.join(leaf.reason for leaf in self.telling)}"

    @property
    def remedy(self) -> str:
        """What would turn the outcome, or that nothing was found that would."""
        if self.flips:
            return f"It turns with {'; or with '.join(flip.text for flip in self.flips)}"
        turning = [leaf.text for leaf in self.leaves if leaf.pointer in self.stuck]
        more = f"; what would have to turn: {'; '.join(turning)}" if turning else ""
        return f"No change of facts was found that turns it{more}"

    @property
    def leaves(self) -> tuple[Explanation, ...]:
        """Every predicate, in the order of the rule."""
        return tuple(leaf for child in self.children for leaf in child.leaves) if self.children else (self,)

    @property
    def telling(self) -> tuple[Explanation, ...]:
        """The predicates that made the outcome."""
        if not self.children:
            return (self,)
        chosen = [self.children[at] for at in self.made_by] or self.children
        return tuple(leaf for child in chosen for leaf in child.telling)


def explain(rule: Rule, facts: Facts, vocabulary: Vocabulary | None = None, *, lenient: bool = False) -> Explanation:
    """The tree of the rule's predicates as these facts answer them, and the least that would turn the outcome.

    Facts are called by their titles where a vocabulary is given. An unknown outcome counts as no, as when a rule
    decides, unless the rule is `lenient`. All of it reads facts at most as often as twenty decisions.
    """
    words = Words.of(vocabulary)
    verdict = rule.decide(facts)
    root = take_apart(rule.root, facts)
    passing = ENOUGH[lenient]
    search = Search(root, facts, lambda other: rule.decide(other).outcome, words)
    flips, stuck = search.flips(Outcome.NO if verdict.outcome in passing else Outcome.YES)
    wait = waiting(rule, facts, verdict, passing)
    every = (*([wait] if wait else []), *flips)
    return replace(_explained(root, facts, words, wanted=True), flips=every, stuck=() if every else stuck)


def _explained(part: Part, facts: Facts, words: Words, *, wanted: bool) -> Explanation:
    if isinstance(part, Predicate):
        return _predicate(part, facts, words, wanted)
    node, operator = part.node, part.node.operator
    passed_on = wanted is not (operator == "!")
    # Constants have nothing to say for themselves.
    shown = [at for at, arg in enumerate(node.args) if not isinstance(arg, Const)]
    inner = tuple(_explained(part.parts[at], facts, words, wanted=passed_on) for at in shown)
    made_by = tuple(shown.index(at) for at in decisive(part) if at in shown)
    return Explanation(node.pointer, operator, part.outcome, "", "", None, say(node, words), inner, made_by=made_by)


def told_of(one: Predicate, facts: Facts, words: Words, wanted: bool) -> str:
    """What a predicate says of these facts, in a sentence."""
    return _predicate(one, facts, words, wanted).reason


def _predicate(one: Predicate, facts: Facts, words: Words, wanted: bool) -> Explanation:
    node = one.node
    operator = "constant" if isinstance(node, Const | Array) else node.operator
    subject, phrase = _subject(node, words, wanted)
    measured = distance_against(node)
    actual = _value(measured[0] if measured else subject, facts)
    unknown = _absent(one, facts, words)
    name = say(subject, words)
    return Explanation(
        pointer=node.pointer,
        operator=operator,
        outcome=one.outcome,
        subject=name,
        wanted=phrase,
        actual=_as_json(actual),
        text=say(node, words),
        reason=_reason(one, subject, name, phrase, actual, unknown, words),
        unknown=unknown,
    )


def _reason(
    one: Predicate, subject: Node, name: str, wanted: str, actual: Json, unknown: tuple[Unknown, ...], words: Words
) -> str:
    found = reading_against(one.node)
    told = happened(found[0], actual, words, bracketed) if found else None
    measured = distance_against(one.node)
    if measured is not None:
        told = apart(measured[0], actual, words, bracketed)
    if told is not None:
        return f"{told} (wanted: {wanted})"
    if actual is None:
        known = "; ".join(fact.sentence for fact in unknown) or f"{name} is not known"
        return f"{known} (wanted: {wanted})"
    if wanted in PLAIN_ANSWERS.values():
        if subject is one.node:
            return say(subject, words, negated=not actual)
        return f"{name}: {PLAIN_ANSWERS[bool(actual)]} (wanted: {wanted})"
    return f"{name} is {_spoken(one.node, subject, words)(actual)} (wanted: {wanted})"


def _spoken(node: Node, subject: Node, words: Words) -> Speak:
    """How what was there is said: as what it is compared with."""
    if isinstance(node, Call) and node is not subject:
        return speaker(node, words)
    return said_moment if isinstance(node, Call) and node.operator in INSTANTS else spell


def _value(node: Node, facts: Facts) -> Json:
    try:
        value = KNOWN.value(node)(facts.values, facts)
    except RuleError:
        return None
    return None if value is ABSENT or value is UNDEFINED else value


def _as_json(value: Value, depth: int = 0) -> Json:
    """A value as JSON can hold it: null for what is not there, is no number, or lies too deep."""
    if isinstance(value, list):
        return [_as_json(item, depth + 1) for item in value] if depth < DEPTH else None
    if isinstance(value, dict):
        return {key: _as_json(inner, depth + 1) for key, inner in value.items()} if depth < DEPTH else None
    if isinstance(value, Nothing) or (type(value) is float and not math.isfinite(value)):
        return None
    return value  # type: ignore[no-any-return]


def _absent(one: Predicate, facts: Facts, words: Words) -> tuple[Unknown, ...]:
    if one.outcome is not Outcome.UNKNOWN:
        return ()
    gone = [path for path in one.paths if follow(facts.values, path) in (None, UNDEFINED)]
    return tuple(_named(path, facts, words) for path in gone)


def _named(path: tuple[str, ...], facts: Facts, words: Words) -> Unknown:
    attribute = words.attribute(path)
    purpose = attribute.purpose if attribute is not None and attribute.purpose != NECESSARY else ""
    given = purpose and follow(facts.values, ("consent", purpose)) is True
    return Unknown(".".join(path), words.fact(path), "" if given else purpose)


def _subject(node: Node, words: Words, wanted: bool) -> tuple[Node, str]:
    """What the predicate is about, and what it wants of it."""
    operator = OPERATORS.get(node.operator) if isinstance(node, Call) else None
    amount = amount_wanted(node, negated=not wanted)
    if amount is not None:
        return reading_against(node)[0], amount  # type: ignore[index]  # there is one where there is an amount
    if isinstance(node, Call) and operator is not None and _is_about(operator):
        about = clause(node, words, negated=not wanted)
        if about is not None:
            return about[0], about[1].removeprefix("is ")
    if KNOWN.is_boolean(node) or (operator is not None and operator.name in KEYS):
        return node, PLAIN_ANSWERS[wanted]
    return node, TRUE if wanted else f"not {TRUE}"


def _is_about(operator: Operator) -> bool:
    return operator.boolean and operator.family not in NOT_ABOUT
