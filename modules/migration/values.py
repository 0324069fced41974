"""Migrations as they are told: how far they have come, and why not further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from modules.errors import ContentError, ModulesError
from rules import Finding, Instant


class State(StrEnum):
    """How far a migration has come. One that failed has changed nothing."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Edited(StrEnum):
    """What becomes of modules that were edited since a migration that is undone: the edit is kept as it is, merged into
    the older body, or given up."""

    KEEP = "keep"
    MERGE = "merge"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Migration:
    """A change of a type and of the modules of it. `reverts` is the one that it undoes.

    Of `total` modules `done` are carried over; they are all switched at once when the last one is. `failures` tell of
    modules that could not be, and why.
    """

    id: int
    type_key: str
    state: State
    author: str
    created_at: Instant
    updated_at: Instant
    total: int
    done: int
    reverts: int | None
    mapping: Mapping[str, Any]
    report: Mapping[str, Any]
    failures: Sequence[Mapping[str, Any]]


class MigrationRefused(ContentError):
    """A migration that may not run: what would be lost, which modules would no longer pass, and the way out."""

    def __init__(self, key: str, findings: Sequence[Finding], report: Mapping[str, Any]) -> None:
        super().__init__(f"the change of the type {key!r}", findings)
        self.report = report


class MigrationRunning(ModulesError):
    """The type is being changed already."""

    def __init__(self, key: str, running: int) -> None:
        self.running = running
        super().__init__(f"the type {key!r} is being changed by migration {running}; wait until it is over")


class UnknownMigration(ModulesError):
    """No such migration of this type."""

    def __init__(self, key: str, wanted: int) -> None:
        super().__init__(f"the type {key!r} has no migration {wanted}")
