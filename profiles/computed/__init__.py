"""Computed attributes: counts, sums, firsts and lasts, favourites, sessions, kept up event by event."""

from profiles.computed.plan import NOTHING, Plan, plan_of
from profiles.computed.ways import Turns, read, take

__all__ = ["NOTHING", "Plan", "Turns", "plan_of", "read", "take"]
