"""One person told anew by what they did, beside what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final

import orjson
from sqlalchemy import Connection

from profiles.computed import plan_of
from profiles.fold import fold_all
from profiles.identity import blank, rows
from profiles.membership.listed import lists_of
from profiles.profile import KEPT, Profile
from profiles.segments import Change, Segments, is_due, settle
from rules import Instant, Vocabulary

Rules = tuple[Segments, Vocabulary]

FACTS: Final = tuple(name for name in KEPT if name not in {"segments", "until", "untils", "stamp"})
"""What the log tells of a person; the rest comes of it by rules and the clock."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the tables say of one person's memberships: the told ones, where they stand, and when their timer is due."""

    told: Mapping[str, Instant]
    members: Mapping[str, Instant]
    timer: Instant | None


def told_anew(
    connection: Connection, known: Profile, told: Mapping[str, Instant], rules: Rules, now: Instant
) -> tuple[Profile, list[Change]]:
    """The person folded from all that they did and settled by a look at all segments, with what that changes in what
    was `told` of them. Who did nothing is who they were."""
    segments, vocabulary = rules
    plan, deeds = plan_of(vocabulary), tuple(rows.deeds(connection, known.id))
    begun = replace(blank(known), computed=plan.begun()) if deeds else known
    on_lists = lists_of(connection, [known]).get(known.id, {})
    begun = replace(begun, segments=dict(told), untils={}, until=None, stamp="", lists=on_lists)
    return settle(fold_all(begun, deeds, plan) if deeds else begun, segments, vocabulary, now, "clock")


def differences(known: Profile, anew: Profile, kept: Kept, rules: Rules, now: Instant) -> list[str]:
    """What is otherwise with somebody than the log says, by the names of what it is; no values."""
    fits = plan_of(rules[1]).fits(known.computed)
    # What was never computed by these definitions is computed when its turn comes.
    found = [name for name in FACTS if _bytes(known, name) != _bytes(anew, name) and (fits or name != "computed")]
    current = not is_due(known, *rules, now) and fits
    if known.segments != kept.told or (current and known.segments.keys() != anew.segments.keys()):
        found.append("segments")
    if kept.members != kept.told:
        found.append("memberships")
    if current and not _looks_in_time(known, anew):
        found.append("untils")
    if kept.timer != known.until:
        found.append("timer")
    return found


def _bytes(profile: Profile, name: str) -> bytes:
    return orjson.dumps(attrgetter(name)(profile), option=orjson.OPT_SORT_KEYS)


def _looks_in_time(known: Profile, anew: Profile) -> bool:
    """Whether somebody is looked at again no later than they must. Earlier does no harm: a look at some segments may
    leave a moment of which a look at all would say that it is past caring."""
    moments = known.untils
    if known.until != min(moments.values(), default=None):
        return False
    return all(name in moments and moments[name] <= until for name, until in anew.untils.items())
