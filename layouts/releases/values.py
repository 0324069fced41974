"""What travels of releases: the values that others see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from layouts.manifest import Changes
from rules import Instant


class Step(StrEnum):
    """What moved the published pointer."""

    PUBLISH = "publish"
    ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Release:
    """A named set of revisions. `digest` names the set: equal sets have equal digests."""

    id: str
    name: str
    author: str
    created_at: Instant
    digest: str


@dataclass(frozen=True, slots=True)
class Publication:
    """One move of the published pointer. They are only ever added."""

    seq: int
    release: str
    at: Instant
    by: str
    action: Step


@dataclass(frozen=True, slots=True)
class Move:
    """What a move of the published pointer does: from `before` (None: nothing was served) to `release`."""

    step: Step
    release: Release
    before: Release | None
    changes: Changes
    by: str
    at: Instant
