"""People: events come in, profiles come of them, consent decides what becomes a fact, segments stay current."""

from profiles.calls import CALLS, ID_LENGTH, PAGE_VIEWED, SCREEN_VIEWED, Call, parse_call
from profiles.computed.recount import Recount
from profiles.consent import (
    NOTHING_ALLOWED,
    OF_NOBODY,
    QUIET,
    TC_CHARACTERS,
    Because,
    Permission,
    Signals,
    allows,
    tc_answers,
)
from profiles.consent.leaving import Outgoing, outgoing
from profiles.ecommerce import EVENT_SCHEMAS, EventSchema
from profiles.errors import (
    AlreadySettled,
    EventError,
    NoModel,
    SegmentError,
    UnknownMatch,
    UnknownPerson,
    UnknownQuarantined,
    WithoutConsent,
)
from profiles.events import Event
from profiles.facts import allowed_history, facts_of, standing
from profiles.fold import fold, fold_all
from profiles.ingest import SEEN_DAYS, Trimmer
from profiles.intake import Intake, backfill
from profiles.judging import Receipt, State, Status
from profiles.matching.deciding import Thresholds
from profiles.matching.matches import MOST_WORDS, Match, Matches
from profiles.matching.scorer import CannotLearn, NoScorer
from profiles.matching.tables import MatchState
from profiles.orders import category_slug
from profiles.privacy import Sealer, mark_names, names_known
from profiles.profile import STRANGER, Profile
from profiles.quality import COUNTS, REFUSED, Figures, Quality
from profiles.quarantine import MOST_SETTLED, Quarantine, Quarantined, QuarantineFilter
from profiles.reading.past import Happened, Past, Turn
from profiles.reading.seen import SeenFact, facts_seen
from profiles.reading.standing import Known
from profiles.segments import Change, Reassessment, Segment, Segments, current, reassess
from profiles.store import UNREACHABLE, Profiles, touches
from profiles.timers import Timers
from profiles.triggers import (
    NO_TRIGGERS,
    Actor,
    Decider,
    Fired,
    FiringRecord,
    Firings,
    FiringState,
    Tally,
    Teller,
    Told,
    Trigger,
    Triggers,
    Way,
    Withheld,
    forget_firings,
    parse_trigger,
)
from profiles.versions import versions_of

__all__ = [
    "CALLS",
    "COUNTS",
    "EVENT_SCHEMAS",
    "ID_LENGTH",
    "MOST_SETTLED",
    "MOST_WORDS",
    "NOTHING_ALLOWED",
    "NO_TRIGGERS",
    "OF_NOBODY",
    "PAGE_VIEWED",
    "QUIET",
    "REFUSED",
    "SCREEN_VIEWED",
    "SEEN_DAYS",
    "STRANGER",
    "TC_CHARACTERS",
    "UNREACHABLE",
    "Actor",
    "AlreadySettled",
    "Because",
    "Call",
    "CannotLearn",
    "Change",
    "Decider",
    "Event",
    "EventError",
    "EventSchema",
    "Figures",
    "Fired",
    "FiringRecord",
    "FiringState",
    "Firings",
    "Happened",
    "Intake",
    "Known",
    "Match",
    "MatchState",
    "Matches",
    "NoModel",
    "NoScorer",
    "Outgoing",
    "Past",
    "Permission",
    "Profile",
    "Profiles",
    "Quality",
    "Quarantine",
    "QuarantineFilter",
    "Quarantined",
    "Reassessment",
    "Receipt",
    "Recount",
    "Sealer",
    "SeenFact",
    "Segment",
    "SegmentError",
    "Segments",
    "Signals",
    "State",
    "Status",
    "Tally",
    "Teller",
    "Thresholds",
    "Timers",
    "Told",
    "Trigger",
    "Triggers",
    "Trimmer",
    "Turn",
    "UnknownMatch",
    "UnknownPerson",
    "UnknownQuarantined",
    "Way",
    "Withheld",
    "WithoutConsent",
    "allowed_history",
    "allows",
    "backfill",
    "category_slug",
    "current",
    "facts_of",
    "facts_seen",
    "fold",
    "fold_all",
    "forget_firings",
    "mark_names",
    "names_known",
    "outgoing",
    "parse_call",
    "parse_trigger",
    "reassess",
    "standing",
    "tc_answers",
    "touches",
    "versions_of",
]
