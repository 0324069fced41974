"""Releases: the chain of published states, and the pointer to the one that is served."""

from layouts.releases.proof import PUBLICATIONS
from layouts.releases.store import Releases
from layouts.releases.values import Move, Publication, Release, Step

__all__ = ["PUBLICATIONS", "Move", "Publication", "Release", "Releases", "Step"]
