"""Triggers: a change of a person sets something off, in the transaction of the change; it is decided, told and done."""

from profiles.triggers.acting import Actor
from profiles.triggers.deciding import Decider
from profiles.triggers.firing import DEEPEST, LATEST, Firings
from profiles.triggers.record import Fired, FiringRecord, Tally, forget_firings
from profiles.triggers.states import FiringState
from profiles.triggers.telling import Teller, Withheld
from profiles.triggers.trigger import NO_TRIGGERS, Deed, Told, Trigger, Triggers, Way, parse_trigger

__all__ = [
    "DEEPEST",
    "LATEST",
    "NO_TRIGGERS",
    "Actor",
    "Decider",
    "Deed",
    "Fired",
    "FiringRecord",
    "FiringState",
    "Firings",
    "Tally",
    "Teller",
    "Told",
    "Trigger",
    "Triggers",
    "Way",
    "Withheld",
    "forget_firings",
    "parse_trigger",
]
