"""What whoever asks may see of a person: by purpose, by what is sensitive, and by what the person consents to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from accounts import Principal
from profiles import Happened, Profile, allows
from rules import NECESSARY, Attribute, Vocabulary

Body: TypeAlias = dict[str, Any]

READ: Final = "profile.read"
SENSITIVE: Final = "profile.sensitive"


def may_see(principal: Principal, attribute: Attribute) -> bool:
    """Whether they may see such a fact of people: its purpose, and whether it is sensitive, decide."""
    if attribute.sensitive and not principal.may_purpose(SENSITIVE, attribute.purpose):
        return False
    return principal.may_purpose(READ, attribute.purpose)


def consents(profile: Profile, purpose: str, vocabulary: Vocabulary) -> bool:
    """Whether this person lets us know what is kept for a purpose."""
    return bool(allows(profile, purpose, vocabulary.purposes))


def attribute_at(vocabulary: Vocabulary, path: str) -> Attribute | None:
    """What registers a path of the profile: itself, or a wildcard right above it."""
    if not path.startswith("profile."):
        return None
    return vocabulary.attributes.get(path) or vocabulary.attributes.get(f"{path.rpartition('.')[0]}.*")


@dataclass(slots=True)
class Eyes:
    """One principal who looks at one person."""

    profile: Profile
    vocabulary: Vocabulary
    principal: Principal

    def event(self, one: Happened) -> Body:
        """An event as they see it: whose purpose is not open to them has no properties."""
        event = one.event
        names = ("source", "message_id", "kind", "name", "at", "received_at")
        named = self.principal.may_purpose(READ, NECESSARY)
        person = {"user_id": event.user_id, "anonymous_id": event.anonymous_id} if named else {}
        return {
            **{name: getattr(event, name) for name in names},
            "person": person,
            "properties": dict(event.properties) if self._sees(event.name) else None,
            "context": self._facts(dict(event.context), "profile.last"),
            "traits": self._facts(dict(event.traits), "profile") if event.kind == "identify" else {},
            "consent": dict(event.consent),
        }

    def _sees(self, name: str) -> bool:
        purpose = self.vocabulary.events.get(name)
        return (
            purpose is not None
            and self.principal.may_purpose(READ, purpose)
            and consents(self.profile, purpose, self.vocabulary)
        )

    def _facts(self, told: Body, above: str) -> Body:
        return {name: value for name, value in told.items() if self._shows(f"{above}.{name}")}

    def _shows(self, path: str) -> bool:
        attribute = attribute_at(self.vocabulary, path)
        return (
            attribute is not None
            and may_see(self.principal, attribute)
            and consents(self.profile, attribute.purpose, self.vocabulary)
        )

    def _agreed(self, purpose: str) -> bool:
        return consents(self.profile, purpose, self.vocabulary)
