"""Why a module may be shown to somebody or not, and what would change that: each of its gates explained, at leisure.

The decision itself says only what it must, quickly; this is for editors who look into one answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.candidates import Candidate, Policy, Target
from engine.catalogue import Catalogue
from engine.errors import UnknownModule
from engine.reasons import Gate
from rules import Explanation, Facts, RuleError, explain

TIMES = {
    "": "it is its time",
    "not yet": "its time has not come yet",
    "not now": "it pauses",
    "over": "its time is over",
    "expired": "it has expired",
}
"""What is said of a schedule."""


@dataclass(frozen=True, slots=True)
class Account:
    """One gate of a module and one person: whether it lets them through, why, and what would change that.

    `name` is the rule or policy; `explanation` is None where no rule is asked.
    """

    gate: Gate
    name: str
    passes: bool
    text: str
    explanation: Explanation | None = None


def account_for(catalogue: Catalogue, key: str, facts: Facts) -> list[Account]:
    """What schedule, policies and targeting say of a module and somebody; where all pass, it may be shown.

    Raises `UnknownModule`. A slot's fallback is shown to those whom its targeting shuts out.
    """
    candidate = catalogue.modules.get(key)
    if candidate is None:
        raise UnknownModule(key, tuple(catalogue.modules))
    accounts = list(_schedule(candidate, facts))
    accounts += [_policy(p, facts, catalogue) for p in catalogue.policies if p.tags & candidate.tags]
    if candidate.target is not None:
        accounts.append(_asked(Gate.TARGETING, candidate.target.name, candidate.target, facts, catalogue))
    return accounts


def _schedule(candidate: Candidate, facts: Facts) -> Iterator[Account]:
    if candidate.is_timed:
        closed, _ = candidate.times.at(facts.now)
        yield Account(Gate.SCHEDULE, "", not closed, TIMES[closed])


def _policy(policy: Policy, facts: Facts, catalogue: Catalogue) -> Account:
    if policy.target is None:
        return Account(Gate.POLICY, policy.key, False, "the policy bars its tags from everybody")
    return _asked(Gate.POLICY, policy.key, policy.target, facts, catalogue)


def _asked(gate: Gate, name: str, target: Target, facts: Facts, catalogue: Catalogue) -> Account:
    try:
        told = explain(target.rule, facts, catalogue.vocabulary, lenient=target.unknown_passes)
    except RuleError as error:
        return Account(gate, name, False, f"the rule fails on this person: {error}")
    return Account(gate, name, target.passes(target.rule.decide(facts)), told.sentence, told)
