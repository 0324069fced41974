"""The decision as a pure function: `Engine.decide(ask) -> Page`."""

from engine.account import Account, account_for
from engine.catalogue import Candidate, Catalogue, Content, Place, Plan, Policy, Target
from engine.compiler import compile_catalogue
from engine.contents import content_in, content_of, lookup
from engine.decide import Engine
from engine.errors import CatalogueError, EngineError, NothingPublished, UnknownLayout, UnknownModule
from engine.promises import channels_of, slot_findings, stand_ins
from engine.reasons import Gate, Outranked, Stop, Stops, Why
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

__all__ = [
    "Account",
    "Ask",
    "Assigned",
    "Candidate",
    "Catalogue",
    "CatalogueError",
    "Content",
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
    "Stop",
    "Stops",
    "Target",
    "UnknownLayout",
    "UnknownModule",
    "Why",
    "account_for",
    "channels_of",
    "compile_catalogue",
    "content_in",
    "content_of",
    "lookup",
    "slot_findings",
    "stand_ins",
    "validate",
]
