"""Answers: what a person said of each purpose, kept so that the order in which it is told does not matter.

Of each purpose four moments are kept in the profile's `since`: the latest yes and no, of acts and of stamps. An **act**
is somebody deciding just then: the event `Segment Consent Preference Updated`, or a record made by a service. A
**stamp** repeats on any call what a page knows: a page that goes on stamping an old yes does not undo a withdrawal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from profiles.events import Event
from profiles.profile import Profile
from rules import Instant

PREFERENCE_UPDATED: Final = "Segment Consent Preference Updated"
RECORD: Final = "consent"
"""The kind of an event that is a record of consent and nothing else."""

PURPOSES_KEPT: Final = 100
NEVER: Final = float("-inf")
GPC: Final = "gpc"
"""In `since`: when Global Privacy Control was first seen."""
REGION: Final = "region"
ACT_YES: Final = "act.yes."
ACT_NO: Final = "act.no."
YES: Final = "yes."
NO: Final = "no."
SLOTS: Final = {(True, True): ACT_YES, (True, False): ACT_NO, (False, True): YES, (False, False): NO}
"""Whether it is an act, and a yes -> how the name of its moment begins."""
TOLD: Final = "consent."
"""In `since`: when the answer that holds was told."""

Moments = dict[str, Instant]


def is_act(event: Event) -> bool:
    """Whether somebody decides with this event, instead of repeating what is known."""
    return event.name == PREFERENCE_UPDATED or (event.kind == RECORD and event.properties.get("act") is True)


def speaks(event: Event) -> bool:
    """Whether an event says anything that consent depends on."""
    return bool(event.consent or event.gpc or event.region)


def take_answers(consent: dict[str, bool], since: Moments, event: Event) -> None:
    """Fold what an event says of purposes into both."""
    if event.gpc:
        since[GPC] = min(event.at, since.get(GPC, event.at))
    if not event.consent:
        return
    act = is_act(event)
    for purpose, yes in event.consent.items():
        if purpose not in consent and len(consent) >= PURPOSES_KEPT:
            continue
        _carry_over(consent, since, purpose)
        slot = SLOTS[act, yes] + purpose
        since[slot] = max(event.at, since.get(slot, NEVER))
        consent[purpose], since[TOLD + purpose] = _holds(since, purpose)


def take_region(region: str, since: Moments, event: Event) -> str:
    """The region after an event that may name one: the latest told, of two in one moment always the same."""
    if not event.region:
        return region
    told = since.get(REGION, NEVER)
    if (event.at, event.region) < (told, region):
        return region
    since[REGION] = event.at
    return event.region


def together(people: Iterable[Profile]) -> Profile:
    """What several profiles that turn out to be one person said, as if one had said it all."""
    first, *others = people
    consent, since, region = dict(first.consent), dict(first.since), first.region
    for one in others:
        for purpose in one.consent:
            _carry_over(consent, since, purpose)
            for slot, moment in _slots(one, purpose):
                since[slot] = max(moment, since.get(slot, NEVER))
            consent[purpose], since[TOLD + purpose] = _holds(since, purpose)
        if GPC in one.since:
            since[GPC] = min(one.since[GPC], since.get(GPC, one.since[GPC]))
        if (one.since.get(REGION, NEVER), one.region) > (since.get(REGION, NEVER), region):
            region, since[REGION] = one.region, one.since[REGION]
    return replace(first, consent=consent, since=since, region=region)


def is_news(profile: Profile, event: Event, purpose: str) -> bool:
    """Whether an event begins something: the first yes or no, or the first after the opposite was said."""
    yes, act = event.consent[purpose], is_act(event)
    same = profile.since.get(SLOTS[act, yes] + purpose)
    if same is not None:
        return event.at > same and same <= profile.since.get(SLOTS[act, not yes] + purpose, NEVER)
    # Nothing of the sort was said, unless by a document of before.
    moments = dict(_slots(profile, purpose))
    same = moments.get(SLOTS[act, yes] + purpose)
    return same is None or (event.at > same and same <= moments.get(SLOTS[act, not yes] + purpose, NEVER))


def _slots(profile: Profile, purpose: str) -> list[tuple[str, Instant]]:
    names = [prefix + purpose for prefix in SLOTS.values()]
    found = [(name, profile.since[name]) for name in names if name in profile.since]
    if not found and purpose in profile.consent:
        return [(SLOTS[False, profile.consent[purpose]] + purpose, profile.since.get(TOLD + purpose, 0.0))]
    return found


def _carry_over(consent: dict[str, bool], since: Moments, purpose: str) -> None:
    """Bring an answer of an older document, which kept one moment only, into the four."""
    if purpose in consent and not any(prefix + purpose in since for prefix in SLOTS.values()):
        since[SLOTS[False, consent[purpose]] + purpose] = since.get(TOLD + purpose, 0.0)


def _holds(since: Moments, purpose: str) -> tuple[bool, Instant]:
    """The answer that holds, and since when; of a yes and a no in one moment, the no."""
    act_yes, act_no = since.get(ACT_YES + purpose, NEVER), since.get(ACT_NO + purpose, NEVER)
    yes, no = since.get(YES + purpose, NEVER), since.get(NO + purpose, NEVER)
    if ACT_NO + purpose in since and act_no >= act_yes:
        return False, act_no
    if NO + purpose in since and no >= yes and no >= act_yes:
        return False, no
    return True, max(act_yes, yes)
