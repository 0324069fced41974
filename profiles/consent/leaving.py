"""What may leave the house: what is exported, pushed or sent of a person, asked at the moment at which it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from profiles.consent.door import QUIET, Permission, Signals, allows
from profiles.facts import facts_of
from profiles.profile import Profile
from rules import Instant, Json, Vocabulary


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What may be sent of a person: nothing where the permission is no."""

    permission: Permission
    values: Mapping[str, Json]
    """Attribute path -> value, of those that were asked for and may be read."""


def outgoing(
    profile: Profile,
    vocabulary: Vocabulary,
    purpose: str,
    paths: Iterable[str],
    now: Instant,
    signals: Signals = QUIET,
) -> Outgoing:
    """What may be sent of this person for a purpose. An attribute needs its own purpose too."""
    permission = allows(profile, purpose, vocabulary.purposes, signals)
    if not permission:
        return Outgoing(permission, {})
    facts = facts_of(profile, vocabulary, {}, now, signals).values
    found = {path: _at(facts, path) for path in paths}
    return Outgoing(permission, {path: value for path, value in found.items() if value is not None})


def _at(facts: Mapping[str, Json], path: str) -> Json:
    value: Json = dict(facts)
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
