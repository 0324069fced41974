"""Scored matches as this house has them: who agrees to be compared, from when on what happens, and what merging is."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from profiles import Intake, Matches, Profile, Profiles, Thresholds, allows, parse_call
from rules import Instant, Json
from service.published import Published
from service.settings import Settings
from storage import Database

SOURCE: Final = "matching"
"""The source of the calls that merge."""

USER: Final = "user:"


@dataclass(frozen=True, slots=True)
class Joining:
    """Merges two users as a site would: by an `alias` call, which is in the log with all else that joins people."""

    people: Profiles
    intake: Intake

    def __call__(self, profile_id: str, other: str, *, author: str, reason: str, now: Instant) -> None:
        """Make `other` part of this person."""
        user, before = (self._user(one) for one in (profile_id, other))
        number = blake2b(f"{profile_id}\n{other}\n{now}".encode(), digest_size=12).hexdigest()
        call: dict[str, Json] = {"messageId": f"match-{number}", "userId": user, "previousId": before}
        self.intake.accept([parse_call("alias", call, source=SOURCE, received_at=now)], now)

    def _user(self, profile_id: str) -> str:
        return next(a for a in self.people.by_id(profile_id).aliases if a.startswith(USER)).removeprefix(USER)


def create_matches(
    database: Database, settings: Settings, published: Published, people: Profiles, intake: Intake
) -> Matches:
    """Matches of this house."""
    purpose = settings.match_purpose
    thresholds = Thresholds(settings.match_automatic, settings.match_review, settings.match_careful)

    def agrees(profile: Profile) -> bool:
        return bool(purpose) and allows(profile, purpose, published.vocabulary().purposes).allowed

    return Matches(database, Joining(people, intake), thresholds, agrees)
