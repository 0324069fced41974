"""Layouts with their slots and contracts, and the releases that are served."""

from layouts.door import LayoutSchema
from layouts.errors import LayoutError, LayoutsError, NothingToRollBack, PublishedMeanwhile, UnknownRelease
from layouts.layout import Layout, Slot
from layouts.manifest import Changes, Difference, Manifest, changed, changes_of, diff, difference_of
from layouts.parse import parse_layout
from layouts.releases import PUBLICATIONS, Move, Publication, Release, Releases, Step

__all__ = [
    "PUBLICATIONS",
    "Changes",
    "Difference",
    "Layout",
    "LayoutError",
    "LayoutSchema",
    "LayoutsError",
    "Manifest",
    "Move",
    "NothingToRollBack",
    "Publication",
    "PublishedMeanwhile",
    "Release",
    "Releases",
    "Slot",
    "Step",
    "UnknownRelease",
    "changed",
    "changes_of",
    "diff",
    "difference_of",
    "parse_layout",
]
