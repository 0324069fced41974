"""From a profile to facts: what consent allows to be read, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, TypeAlias

from profiles.fold import WEIGHTS
from profiles.profile import Profile
from profiles.reading.standing import Standing, standing_of
from rules import Facts, Instant, Json, Vocabulary

NECESSARY: Final = "necessary"
"""The purpose that needs no consent."""

# A branch of the attribute tree: True where everything below may be read.
Tree: TypeAlias = "dict[str, Tree] | bool"

EVERY: Final = "*"
"""In a tree: all names that are not spelled out."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What may be read of a person who granted certain purposes."""

    profile: Tree
    context: Tree
    events: frozenset[str]
    touches: frozenset[float]
    """The weights of touches whose event types may be read."""


class _Gates:
    """The readings of one vocabulary, worked out once for each set of purposes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        # Kept, so that its id stays its own for as long as we are cached by it.
        self.vocabulary = vocabulary
        self.stamp = _digest(vocabulary)
        self.standing = standing_of(vocabulary)
        self._readings: dict[frozenset[str], Reading] = {}

    def reading(self, consent: Mapping[str, bool]) -> Reading:
        granted = frozenset(purpose for purpose, yes in consent.items() if yes is True)
        found = self._readings.get(granted)
        if found is None:
            if len(self._readings) > 256:
                self._readings.clear()
            found = self._readings[granted] = _read(self.vocabulary, granted | {NECESSARY})
        return found


_gates: dict[int, _Gates] = {}


def facts_of(profile: Profile, vocabulary: Vocabulary, context: Mapping[str, Json], now: Instant) -> Facts:
    """Everything a rule may read about this person now.

    A fact whose purpose was not consented to is absent, as are facts and event types that nobody registered.
    """
    gates = _gates_of(vocabulary)
    reading = gates.reading(profile.consent)
    values: dict[str, Json] = {
        "profile": _known(profile, reading.profile, gates.standing, now) or {},
        "consent": dict(profile.consent),
        "context": _pick(dict(context), reading.context) or {},
    }
    allowed = reading.events
    events = {name: log for name, log in profile.events.items() if name in allowed}
    return Facts(now, values, events, frozenset(profile.segments))


def allowed_history(profile: Profile, vocabulary: Vocabulary) -> list[tuple[str, float]]:
    """The items this person touched, newest first, with weights; only touches whose purpose is consented to."""
    touches = _gates_of(vocabulary).reading(profile.consent).touches
    return [(item, weight) for _, weight, ids in profile.items if weight in touches for item in ids]


def vocabulary_stamp(vocabulary: Vocabulary) -> str:
    """A short digest of all in a vocabulary that decides what may be read."""
    return _gates_of(vocabulary).stamp


def _gates_of(vocabulary: Vocabulary) -> _Gates:
    gates = _gates.get(id(vocabulary))
    if gates is None:
        if len(_gates) >= 16:
            _gates.clear()
        gates = _gates[id(vocabulary)] = _Gates(vocabulary)
    return gates


def standing(vocabulary: Vocabulary) -> Standing:
    """What a vocabulary says of computed facts, and of those that lapse or are of the wrong type."""
    return _gates_of(vocabulary).standing


def _known(profile: Profile, tree: Tree, standing: Standing, now: Instant) -> Json:
    if not profile.id:
        return {}
    traits = profile.traits
    if unreadable := standing.unreadable(profile, now):
        traits = {name: value for name, value in traits.items() if name not in unreadable}
    # The mapping's order decides: what the fold counted comes last and wins over a trait of the same name.
    known = {**traits, **profile.counters, "cart_count": sum(profile.cart.values())}
    if standing.plan.definitions:
        known |= standing.values(profile, now)
    return _pick(known, tree)


def _pick(value: Json, tree: Tree) -> Json:
    """What of a value may be read. None stays out: an absent fact is absent, not null."""
    if not isinstance(tree, dict) or not isinstance(value, dict):
        return value if tree is True or (isinstance(tree, dict) and EVERY in tree) else None
    picked = {name: below for name, below in value.items() if name not in tree} if EVERY in tree else {}
    for name, branch in tree.items():
        below = value.get(name)
        if below is not None and branch is not True:
            below = _pick(below, branch)
        if below is not None:
            picked[name] = below
    return picked


def _read(vocabulary: Vocabulary, granted: frozenset[str]) -> Reading:
    tree: dict[str, Any] = {}
    for path, attribute in vocabulary.attributes.items():
        _plant(tree, path, attribute.purpose in granted)
    events = frozenset(name for name, purpose in vocabulary.events.items() if purpose in granted)
    touches = frozenset(weight for name, weight in WEIGHTS.items() if name in events)
    return Reading(_pruned(tree.get("profile", False)), _pruned(tree.get("context", False)), events, touches)


def _plant(tree: dict[str, Any], path: str, allowed: bool) -> None:
    branch = tree
    for name in path.removesuffix(".*").split("."):
        branch = branch.setdefault(name, {})
    branch[EVERY] = allowed


def _pruned(branch: Any) -> Tree:
    """The same tree with a plain yes or no wherever that says it all.

    A path that is registered on its own answers for itself: `profile.bought.*` never opens a
    `profile.bought.medicine` whose purpose was refused.
    """
    if not isinstance(branch, dict):
        return False
    every = branch.get(EVERY) is True
    below: dict[str, Tree] = {name: _pruned(child) for name, child in branch.items() if name != EVERY}
    if every:
        denied: dict[str, Tree] = {name: child for name, child in below.items() if child is not True}
        return {EVERY: True, **denied} if denied else True
    allowed: dict[str, Tree] = {name: child for name, child in below.items() if child is not False}
    return allowed or False


def _digest(vocabulary: Vocabulary) -> str:
    purposes = sorted(
        (path, one.purpose, one.type, str(one.freshness), one.computed.digest if one.computed else "")
        for path, one in vocabulary.attributes.items()
    )
    told = repr((purposes, sorted(vocabulary.events.items())))
    return sha256(told.encode()).hexdigest()[:8]
