"""People: events come in, profiles come of them, consent decides what becomes a fact, segments stay current."""

from profiles.calls import CALLS, ID_LENGTH, PAGE_VIEWED, SCREEN_VIEWED, Call, parse_call
from profiles.computed.recount import Recount
from profiles.ecommerce import EVENT_SCHEMAS, EventSchema
from profiles.errors import EventError, SegmentError, UnknownPerson, UnknownQuarantined
from profiles.events import Event
from profiles.facts import NECESSARY, allowed_history, facts_of, standing
from profiles.fold import fold, fold_all
from profiles.ingest import SEEN_DAYS, Trimmer
from profiles.intake import Intake, backfill
from profiles.judging import Receipt, State, Status
from profiles.orders import category_slug
from profiles.profile import STRANGER, Profile
from profiles.quality import COUNTS, REFUSED, Figures, Quality
from profiles.quarantine import MOST_SETTLED, Quarantine, Quarantined, QuarantineFilter
from profiles.reading.seen import SeenFact, facts_seen
from profiles.reading.standing import Known
from profiles.segments import Change, Reassessment, Segment, Segments, current, reassess
from profiles.store import Profiles, touches
from profiles.timers import Timers

__all__ = [
    "CALLS",
    "COUNTS",
    "EVENT_SCHEMAS",
    "ID_LENGTH",
    "MOST_SETTLED",
    "NECESSARY",
    "PAGE_VIEWED",
    "REFUSED",
    "SCREEN_VIEWED",
    "SEEN_DAYS",
    "STRANGER",
    "Call",
    "Change",
    "Event",
    "EventError",
    "EventSchema",
    "Figures",
    "Intake",
    "Known",
    "Profile",
    "Profiles",
    "Quality",
    "Quarantine",
    "QuarantineFilter",
    "Quarantined",
    "Reassessment",
    "Receipt",
    "Recount",
    "SeenFact",
    "Segment",
    "SegmentError",
    "Segments",
    "State",
    "Status",
    "Timers",
    "Trimmer",
    "UnknownPerson",
    "UnknownQuarantined",
    "allowed_history",
    "backfill",
    "category_slug",
    "current",
    "facts_of",
    "facts_seen",
    "fold",
    "fold_all",
    "parse_call",
    "reassess",
    "standing",
    "touches",
]
