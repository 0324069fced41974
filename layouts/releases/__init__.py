"""Releases: the chain of published states, the pointer to the one that is served, and those that wait."""

from layouts.releases.chain import ever
from layouts.releases.entries import Place, entries_of
from layouts.releases.life import Action, Pending, StepHook, Taken, approved_first
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
    "Place",
    "Publication",
    "Release",
    "Releases",
    "Status",
    "Step",
    "StepHook",
    "Taken",
    "Wanted",
    "approved_first",
    "entries_of",
    "ever",
]
