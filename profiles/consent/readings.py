"""Readings: what the vocabulary of a release lets be read, kept and scored of a person, worked out once a stance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, TypeAlias

from profiles.consent.door import QUIET, Signals, Stance, keeps, permission, stance_of
from profiles.profile import Profile
from profiles.reading.standing import standing_of
from rules import Json, Vocabulary

# A branch of the attribute tree: True where everything below may be read.
Tree: TypeAlias = "dict[str, Tree] | bool"

EVERY: Final = "*"
"""In a tree: all names that are not spelled out."""

MOST: Final = 512
"""Standings of one vocabulary that are remembered: anybody can make purposes up."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What may be read of a person in one stance."""

    profile: Tree
    context: Tree
    lists: Tree
    events: frozenset[str]
    consent: Mapping[str, bool]
    """Purpose -> whether it is allowed, of those that were answered or described."""


@dataclass(frozen=True, slots=True)
class Sieve:
    """What of a person's calls may be kept; whatever nobody registered may."""

    events: Mapping[str, str]
    """Event type -> the purpose for which it is not kept."""
    traits: Tree
    group: Tree
    purposes: Mapping[str, str]
    """Attribute below `profile.` -> the purpose for which it is not kept."""

    @property
    def open(self) -> bool:
        """Whether everything is kept."""
        return not self.events and not self.purposes


class Gates:
    """The readings of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        # Kept, so that its id stays its own for as long as we are cached by it.
        self.vocabulary = vocabulary
        self.stamp = _digest(vocabulary)
        self.standing = standing_of(vocabulary)
        self._readings: dict[Stance, Reading] = {}
        self._sieves: dict[Stance, Sieve] = {}

    def reading(self, profile: Profile, signals: Signals = QUIET) -> Reading:
        """What may be read of this person in a request."""
        stance = stance_of(profile, self.vocabulary.purposes, signals)
        found = self._readings.get(stance)
        if found is None:
            if len(self._readings) >= MOST:
                self._readings.clear()
            found = self._readings[stance] = _read(self.vocabulary, stance)
        return found

    def sieve(self, profile: Profile) -> Sieve:
        """What may be kept of what this person sends."""
        stance = stance_of(profile, self.vocabulary.purposes)
        found = self._sieves.get(stance)
        if found is None:
            if len(self._sieves) >= MOST:
                self._sieves.clear()
            found = self._sieves[stance] = _sieve(self.vocabulary, stance)
        return found


_gates: dict[int, Gates] = {}


def gates_of(vocabulary: Vocabulary) -> Gates:
    """The readings of a vocabulary, remembered for as long as it is used."""
    gates = _gates.get(id(vocabulary))
    if gates is None:
        if len(_gates) >= 16:
            _gates.clear()
        gates = _gates[id(vocabulary)] = Gates(vocabulary)
    return gates


def pick(value: Json, tree: Tree) -> Json:
    """What of a value may be read. None stays out: an absent fact is absent, not null."""
    if not isinstance(tree, dict) or not isinstance(value, dict):
        return value if tree is True or (isinstance(tree, dict) and EVERY in tree) else None
    picked = {name: below for name, below in value.items() if name not in tree} if EVERY in tree else {}
    for name, branch in tree.items():
        below = value.get(name)
        if below is not None and branch is not True:
            below = pick(below, branch)
        if below is not None:
            picked[name] = below
    return picked


def _read(vocabulary: Vocabulary, stance: Stance) -> Reading:
    allowed = _memo(lambda purpose: permission(purpose, vocabulary.purposes, stance).allowed)
    tree: dict[str, Any] = {}
    for path, attribute in vocabulary.attributes.items():
        _plant(tree, path, allowed(attribute.purpose))
    events = frozenset(name for name, purpose in vocabulary.events.items() if allowed(purpose))
    asked = [*dict(stance.answers), *vocabulary.purposes]
    return Reading(
        _pruned(tree.get("profile", False)),
        _pruned(tree.get("context", False)),
        _pruned(tree.get("lists", False)),
        events,
        {purpose: allowed(purpose) for purpose in asked},
    )


def _sieve(vocabulary: Vocabulary, stance: Stance) -> Sieve:
    kept = _memo(lambda purpose: keeps(purpose, vocabulary.purposes, stance))
    tree: dict[str, Any] = {"profile": {EVERY: True, "group": {EVERY: True}}}
    refused: dict[str, str] = {}
    for path, attribute in vocabulary.attributes.items():
        if path.startswith("profile."):
            _plant(tree, path, kept(attribute.purpose))
            if not kept(attribute.purpose):
                refused[path.removeprefix("profile.")] = attribute.purpose
    group = _pruned(tree["profile"].pop("group"))
    events = {name: purpose for name, purpose in vocabulary.events.items() if not kept(purpose)}
    return Sieve(events, _pruned(tree["profile"]), group, refused)


def _memo(asks: Callable[[str], bool]) -> Callable[[str], bool]:
    known: dict[str, bool] = {}

    def answer(purpose: str) -> bool:
        if purpose not in known:
            known[purpose] = asks(purpose)
        return known[purpose]

    return answer


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
    told: tuple[object, ...] = (purposes, sorted(vocabulary.events.items()))
    if vocabulary.purposes:
        told = (*told, sorted(vocabulary.purposes.items()))
    return sha256(repr(told).encode()).hexdigest()[:8]
