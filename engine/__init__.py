"""The decision as a pure function: `Engine.decide(ask) -> Page`."""

from engine.account import Account, account_for
from engine.around import NOTHING, Around, segments_in
from engine.cache_keys import keys_of, touched
from engine.candidates import Candidate, Content, Policy, Target
from engine.catalogue import Catalogue, Place, Plan
from engine.changing import overlay, recompile
from engine.compiler import compile_catalogue
from engine.contents import content_in, content_of, lookup
from engine.decide import Engine
from engine.errors import (
    CatalogueError,
    EngineError,
    NothingPublished,
    UnknownLayout,
    UnknownModule,
    UnknownSegment,
    UnknownSlot,
)
from engine.judging import assets_in, logic_in
from engine.pieces import segments_of
from engine.promises import channels_of, slot_findings, stand_ins
from engine.reasons import Gate, Outranked, Stop, Stops, Why
from engine.seeing import Asks, Could, Seen, Sight, could_see, known_of
from engine.validating import validate_changes
from engine.validation import validate
from engine.values import (
    Ask,
    Assigned,
    Filled,
    History,
    ItemCard,
    Level,
    Page,
    Placement,
    Recommend,
    Recommended,
)
from engine.vocabulary import texts_in, vocabulary_of

__all__ = [
    "NOTHING",
    "Account",
    "Around",
    "Ask",
    "Asks",
    "Assigned",
    "Candidate",
    "Catalogue",
    "CatalogueError",
    "Content",
    "Could",
    "Engine",
    "EngineError",
    "Filled",
    "Gate",
    "History",
    "ItemCard",
    "Level",
    "NothingPublished",
    "Outranked",
    "Page",
    "Place",
    "Placement",
    "Plan",
    "Policy",
    "Recommend",
    "Recommended",
    "Seen",
    "Sight",
    "Stop",
    "Stops",
    "Target",
    "UnknownLayout",
    "UnknownModule",
    "UnknownSegment",
    "UnknownSlot",
    "Why",
    "account_for",
    "assets_in",
    "channels_of",
    "compile_catalogue",
    "content_in",
    "content_of",
    "could_see",
    "keys_of",
    "known_of",
    "logic_in",
    "lookup",
    "overlay",
    "recompile",
    "segments_in",
    "segments_of",
    "slot_findings",
    "stand_ins",
    "texts_in",
    "touched",
    "validate",
    "validate_changes",
    "vocabulary_of",
]
