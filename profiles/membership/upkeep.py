"""Bringing one person up to now, also where what their segments read was never computed for them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from profiles import records
from profiles.computed import plan_of
from profiles.profile import Profile
from profiles.segments import Change, Segments, settle
from rules import Instant, Vocabulary


def brought_up(
    connection: Connection, profile: Profile, segments: Segments, vocabulary: Vocabulary, now: Instant
) -> tuple[Profile, list[Change]]:
    """The person as they are now, and how they moved."""
    plan = plan_of(vocabulary)
    if plan.fits(profile.computed):
        return settle(profile, segments, vocabulary, now, "clock", before=profile)
    # What a segment reads is computed first, or people would leave it and come back.
    computed = plan.recounted(profile.computed, records.events_of(connection, profile.id))
    return settle(replace(profile, computed=computed), segments, vocabulary, now, "clock")
