"""One person's registered facts, each with what is registered of it and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from profiles.facts import NECESSARY, facts_of
from profiles.profile import Profile
from rules import Attribute, Instant, Json, Vocabulary

ROOT = "profile."


class Known(StrEnum):
    """Where a fact stands: only one that is `known` is there for rules."""

    KNOWN = "known"
    ABSENT = "absent"
    WITHHELD = "withheld"


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


def facts_seen(profile: Profile, vocabulary: Vocabulary, now: Instant) -> Iterator[SeenFact]:
    """Every registered fact of this person, by path, as rules would read it now; a key below a wildcard has a fact
    of its own."""
    values = facts_of(profile, vocabulary, {}, now).values["profile"]
    assert isinstance(values, dict)
    for path, attribute in sorted(vocabulary.attributes.items()):
        if not path.startswith(ROOT):
            continue
        if not path.endswith(".*"):
            yield _fact(profile, path, attribute, _at(values, path))
            continue
        below = _at(values, path.removesuffix(".*"))
        for name, value in sorted(below.items()) if isinstance(below, dict) else ():
            if (key := path.removesuffix("*") + name) not in vocabulary.attributes:
                yield _fact(profile, key, attribute, value)


def _fact(profile: Profile, path: str, attribute: Attribute, value: Json) -> SeenFact:
    purpose = attribute.purpose
    if purpose != NECESSARY and profile.consent.get(purpose) is not True:
        return SeenFact(path, attribute, Known.WITHHELD, reason=f"no consent to {purpose}")
    at = profile.since.get(f"traits.{path.removeprefix(ROOT)}")
    if value is None:
        return SeenFact(path, attribute, Known.ABSENT, reason="nothing was told", at=at)
    return SeenFact(path, attribute, Known.KNOWN, value, at=at)


def _at(values: Json, path: str) -> Json:
    found: Json = {"profile": values}
    for name in path.split("."):
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return found
