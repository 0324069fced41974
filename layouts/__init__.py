"""Layouts with their slots and contracts, and the releases that are served."""

from layouts.door import LayoutSchema
from layouts.errors import LayoutError, LayoutsError, NothingToRollBack, UnknownRelease
from layouts.layout import Layout, Slot
from layouts.manifest import Difference, Manifest, diff
from layouts.parse import parse_layout
from layouts.releases import Publication, Release, Releases, Step

__all__ = [
    "Difference",
    "Layout",
    "LayoutError",
    "LayoutSchema",
    "LayoutsError",
    "Manifest",
    "NothingToRollBack",
    "Publication",
    "Release",
    "Releases",
    "Slot",
    "Step",
    "UnknownRelease",
    "diff",
    "parse_layout",
]
