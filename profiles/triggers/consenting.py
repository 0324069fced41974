"""Whether a person may be told of for a purpose, now."""

from __future__ import annotations

from profiles.consent import allows
from profiles.profile import Profile
from rules import Vocabulary


def refused(person: Profile, purpose: str, vocabulary: Vocabulary) -> str:
    """Why nothing may be done with this person for this purpose; empty where it may."""
    if person.restricted:
        return "processing is restricted"
    return "" if allows(person, purpose, vocabulary.purposes) else f"no consent to {purpose}"
