"""What a change of mind does to memberships: those that needed a purpose are left, and it is said why."""

from __future__ import annotations

from dataclasses import replace

from profiles.consent.door import Signals
from profiles.consent.readings import gates_of
from profiles.profile import Profile
from profiles.segments import Change, Segments, reassess, settle
from rules import Instant, Vocabulary

CAUSE = "consent"


def settle_answers(
    known: Profile,
    folded: Profile,
    segments: Segments,
    vocabulary: Vocabulary,
    now: Instant,
    *,
    before: Profile | None = None,
    event: str = "",
) -> tuple[Profile, list[Change]]:
    """Settle a profile that events were folded into. What it leaves only since a purpose is no longer allowed, it
    leaves with the cause `consent`. `known` is what was known before, `before` and `event` are those of `settle`."""
    if not _lost(known, folded, vocabulary):
        return settle(folded, segments, vocabulary, now, "event", before=before, event=event)
    as_before = replace(folded, consent=known.consent, since=known.since, region=known.region)
    halfway, changes = settle(as_before, segments, vocabulary, now, "event", before=before, event=event)
    folded = replace(folded, segments=halfway.segments, untils=halfway.untils, until=halfway.until, stamp=halfway.stamp)
    settled, more = settle(folded, segments, vocabulary, now, CAUSE, before=halfway, event=event)
    return settled, changes + more


def _lost(before: Profile, folded: Profile, vocabulary: Vocabulary) -> bool:
    """Whether something was allowed that no longer is."""
    if before.consent == folded.consent and before.region == folded.region and "gpc" not in folded.since:
        return False
    gates = gates_of(vocabulary)
    then, now = gates.reading(before).consent, gates.reading(folded).consent
    return any(yes and not now.get(purpose) for purpose, yes in then.items())


def seen_under(signals: Signals, profile: Profile, segments: Segments, vocabulary: Vocabulary, now: Instant) -> Profile:
    """The profile as a request sees it whose signals say more than it does: memberships that need what they refuse are
    none, and those that they allow are there. Nothing of that is kept."""
    gates = gates_of(vocabulary)
    if not profile.id or gates.reading(profile, signals) == gates.reading(profile):
        return profile
    found = reassess(profile, segments, vocabulary, now, signals)
    return replace(profile, segments=dict(found.segments), until=found.until)
