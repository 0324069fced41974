"""What travels of releases: the values that others see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from layouts.manifest import Changes, Name
from rules import Instant

WHOLE: Final = ""
"""Stands where a locale could: the entry is about the whole piece."""


class Step(StrEnum):
    """What moved the published pointer."""

    PUBLISH = "publish"
    ROLLBACK = "rollback"


class Status(StrEnum):
    """Where a release is in its life."""

    OPEN = "open"
    REVIEW = "in-review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Due:
    """When a release is to be published: the moment, and the local time and zone that it was asked for in."""

    at: Instant
    local: str
    zone: str


@dataclass(frozen=True, slots=True)
class Release:
    """A named set of revisions. `digest` names the set: equal sets have equal digests. One that was never published
    has none yet; it is a set of entries that wait. `version` counts its changes."""

    id: str
    name: str
    author: str
    created_at: Instant
    digest: str
    description: str = ""
    status: Status = Status.PUBLISHED
    version: int = 1
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One change that a release makes: under a name the revision `digest` (None: it is taken away), whole or of one
    locale only. `base` is what was published there when it was put in."""

    kind: str
    key: str
    locale: str
    digest: str | None
    base: str | None
    by: str
    at: Instant

    @property
    def name(self) -> Name:
        """Kind and key."""
        return (self.kind, self.key)


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
    """What a move of the published pointer does: from `before` (None: nothing was served) to `release`.

    `locales` tells of names of which only some locales went out, or away. `note` says why, where one was asked.
    """

    step: Step
    release: Release
    before: Release | None
    changes: Changes
    by: str
    at: Instant
    locales: Mapping[Name, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""
