"""From a profile to facts: what consent allows to be read, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from profiles.consent.door import QUIET, Signals
from profiles.consent.readings import Tree, gates_of, pick
from profiles.fold import WEIGHTS
from profiles.profile import STRANGER, Profile
from profiles.reading.standing import Standing
from rules import Facts, Instant, Json, Vocabulary


def facts_of(
    profile: Profile, vocabulary: Vocabulary, context: Mapping[str, Json], now: Instant, signals: Signals = QUIET
) -> Facts:
    """Everything a rule may read about this person now.

    A fact whose purpose is not allowed is absent, as are facts and event types that nobody registered. `signals` are
    those of the request, if it is one.
    """
    gates = gates_of(vocabulary)
    if profile.restricted:
        profile = STRANGER  # everything is kept, nothing is used
    reading = gates.reading(profile, signals)
    values: dict[str, Json] = {
        "profile": _known(profile, reading.profile, gates.standing, now) or {},
        "consent": dict(reading.consent),
        "context": pick(dict(context), reading.context) or {},
    }
    if profile.lists:
        values["lists"] = pick(dict.fromkeys(profile.lists, True), reading.lists) or {}
    allowed = reading.events
    events = {name: log for name, log in profile.events.items() if name in allowed}
    return Facts(now, values, events, frozenset(profile.segments))


def allowed_history(profile: Profile, vocabulary: Vocabulary, signals: Signals = QUIET) -> list[tuple[str, float]]:
    """The items this person touched, newest first, with weights; only touches whose purpose is consented to."""
    if profile.restricted:
        return []
    allowed = gates_of(vocabulary).reading(profile, signals).events
    touches = {weight for name, weight in WEIGHTS.items() if name in allowed}
    return [(item, weight) for _, weight, ids in profile.items if weight in touches for item in ids]


def vocabulary_stamp(vocabulary: Vocabulary) -> str:
    """A short digest of all in a vocabulary that decides what may be read."""
    return gates_of(vocabulary).stamp


def standing(vocabulary: Vocabulary) -> Standing:
    """What a vocabulary says of computed facts, and of those that lapse or are of the wrong type."""
    return gates_of(vocabulary).standing


def _known(profile: Profile, tree: Tree, standing: Standing, now: Instant) -> Json:
    if not profile.id:
        return {}
    traits, counters = profile.traits, profile.counters
    if unreadable := standing.unreadable(profile, now):
        traits = {name: value for name, value in traits.items() if name not in unreadable}
        if last := counters.get("last"):
            kept = {name: value for name, value in last.items() if f"last.{name}" not in unreadable}
            counters = {**counters, "last": kept}
    # The mapping's order decides: what the fold counted comes last and wins over a trait of the same name.
    known = {**traits, **counters, "cart_count": sum(profile.cart.values())}
    if standing.plan.definitions:
        known |= standing.values(profile, now)
    return pick(known, tree)
