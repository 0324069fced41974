"""People: events come in, profiles come of them, consent decides what becomes a fact, segments stay current."""

from profiles.calls import CALLS, PAGE_VIEWED, SCREEN_VIEWED, Call, parse_call
from profiles.errors import EventError, SegmentError
from profiles.events import Event
from profiles.facts import allowed_history, facts_of
from profiles.fold import fold, fold_all
from profiles.intake import Intake, Receipt, Status, backfill
from profiles.orders import category_slug
from profiles.profile import STRANGER, Profile
from profiles.segments import Change, Reassessment, Segment, Segments, current, reassess
from profiles.store import Profiles, touches
from profiles.timers import Timers

__all__ = [
    "CALLS",
    "PAGE_VIEWED",
    "SCREEN_VIEWED",
    "STRANGER",
    "Call",
    "Change",
    "Event",
    "EventError",
    "Intake",
    "Profile",
    "Profiles",
    "Reassessment",
    "Receipt",
    "Segment",
    "SegmentError",
    "Segments",
    "Status",
    "Timers",
    "allowed_history",
    "backfill",
    "category_slug",
    "current",
    "facts_of",
    "fold",
    "fold_all",
    "parse_call",
    "reassess",
    "touches",
]
