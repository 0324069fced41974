"""One person's registered facts, each with what is registered of it and where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from profiles.computed import read
from profiles.consent import allows
from profiles.facts import facts_of, standing
from profiles.profile import Profile
from profiles.reading.standing import ROOT, Known
from rules import Attribute, Instant, Json, Vocabulary


@dataclass(frozen=True, slots=True)
class SeenFact:
    """A registered fact of one person."""

    path: str
    attribute: Attribute
    known: Known
    value: Json = None
    reason: str = ""
    """Why it is not known; it repeats no value."""
    at: Instant | None = None
    """When it was told, where it was told rather than counted."""
    until: Instant | None = None
    """When it can change by time alone."""


def facts_seen(profile: Profile, vocabulary: Vocabulary, now: Instant) -> Iterator[SeenFact]:
    """Every registered fact of this person, by path, as rules would read it now; a key below a wildcard has a fact
    of its own."""
    values = facts_of(profile, vocabulary, {}, now).values["profile"]
    unreadable = standing(vocabulary).unreadable(profile, now)
    lacking = standing(vocabulary).plan.lacks(profile.computed)
    for path, attribute in sorted(vocabulary.attributes.items()):
        if not path.startswith(ROOT):
            continue
        if path.endswith(".*"):
            below = _at(values, path.removesuffix(".*"))
            names = below if isinstance(below, dict) else {}
            paths = [one for name in sorted(names) if (one := path[:-1] + name) not in vocabulary.attributes]
        else:
            paths = [path]
        for one in paths:
            name = one.removeprefix(ROOT)
            wrong = unreadable.get(name) or (Known.UNCOUNTED if name in lacking else None)
            yield _fact(profile, one, attribute, _at(values, one), wrong, now, vocabulary)


WHY: Final[Mapping[Known, str]] = {
    Known.ABSENT: "nothing was told",
    Known.MISTYPED: "what was told is of another type",
    Known.STALE: "what was told is older than it holds",
    Known.UNCOUNTED: "it is new, and its turn to be computed has not come",
}


def _fact(
    profile: Profile,
    path: str,
    attribute: Attribute,
    value: Json,
    wrong: Known | None,
    now: Instant,
    vocabulary: Vocabulary,
) -> SeenFact:
    purpose = attribute.purpose
    if not allows(profile, purpose, vocabulary.purposes):
        return SeenFact(path, attribute, Known.WITHHELD, reason=f"no consent to {purpose}")
    name = path.removeprefix(ROOT)
    at = profile.since.get(name if name.startswith("last.") else f"traits.{name}")
    if value is None:
        known = wrong or Known.ABSENT
        return SeenFact(path, attribute, known, reason=WHY[known], at=at)
    until = at + attribute.freshness.total_seconds() if at is not None and attribute.freshness else None
    return SeenFact(path, attribute, Known.KNOWN, value, at=at, until=until or _turn(profile, path, attribute, now))


def _turn(profile: Profile, path: str, attribute: Attribute, now: Instant) -> Instant | None:
    """When a computed value changes by time alone."""
    if attribute.computed is None:
        return None
    _, turns = read(attribute.computed, profile.computed[path.removeprefix(ROOT)][1], now)
    return min(turns.values(), default=None)


def _at(values: Json, path: str) -> Json:
    found: Json = {"profile": values}
    for name in path.split("."):
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return found
