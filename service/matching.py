"""Scored matches as this house has them: who agrees to be compared, from when on what happens, and what merging is."""

from __future__ import annotations

from profiles import Identities, Matches, Profile, Thresholds, allows
from service.published import Published
from service.settings import Settings
from storage import Database


def create_matches(database: Database, settings: Settings, published: Published, identities: Identities) -> Matches:
    """Matches of this house. What they merge is a link as any other, and can be split again."""
    purpose = settings.match_purpose
    thresholds = Thresholds(settings.match_automatic, settings.match_review, settings.match_careful)

    def agrees(profile: Profile) -> bool:
        return bool(purpose) and allows(profile, purpose, published.vocabulary().purposes).allowed

    return Matches(database, identities.merge, thresholds, agrees)
