"""How far what a trigger set off has come."""

from __future__ import annotations

from enum import StrEnum


class FiringState(StrEnum):
    """What became of one firing."""

    QUEUED = "queued"
    """Its moment has not come, or nobody has looked yet."""
    FIRED = "fired"
    """It is told, and done: deliveries say how far each receiver has come."""
    WITHHELD = "withheld"
    """The person does not consent to its purpose."""
    CAPPED = "capped"
    """It fired for this person too lately."""
    HELD_OUT = "held-out"
    """The person is one of those it never fires for, so that its effect can be seen."""
    LAPSED = "lapsed"
    """The person has left the segment before it was due."""
    DROPPED = "dropped"
    """The trigger is served no more, or the person is known no more."""
    LOOPED = "looped"
    """Too many triggers set off each other."""
