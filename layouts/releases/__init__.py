"""Releases: the chain of published states, the pointer to the one that is served, and those that wait."""

from layouts.releases.life import Action, Pending, StepHook, Taken
from layouts.releases.opening import OpenReleases
from layouts.releases.proof import PUBLICATIONS
from layouts.releases.store import ANY, Releases, Wanted
from layouts.releases.values import WHOLE, Due, Entry, Move, Publication, Release, Status, Step

__all__ = [
    "ANY",
    "PUBLICATIONS",
    "WHOLE",
    "Action",
    "Due",
    "Entry",
    "Move",
    "OpenReleases",
    "Pending",
    "Publication",
    "Release",
    "Releases",
    "Status",
    "Step",
    "StepHook",
    "Taken",
    "Wanted",
]
