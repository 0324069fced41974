"""The life of a release: which steps there are, from where each may be taken, and who took it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, insert, select, update

from layouts.errors import NotApproved, ReleaseChanged, WrongStep
from layouts.releases.values import Release, Status
from layouts.tables import release_steps, releases
from rules import Instant
from storage import Act, Notice, emit, record


class Action(StrEnum):
    """What can be done with a release."""

    CREATE = "create"
    CHANGE = "change"
    SUBMIT = "submit"
    APPROVE = "approve"
    REOPEN = "reopen"
    SCHEDULE = "schedule"
    PUBLISH = "publish"
    FAIL = "fail"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Way:
    """Where an action may be taken, where it leads, and the topic of its notice."""

    starts: frozenset[Status]
    to: Status
    topic: str


WAITING: Final = frozenset({Status.OPEN, Status.REVIEW, Status.APPROVED, Status.SCHEDULED, Status.FAILED})
"""Where a release can still become anything."""

LIFE: Final[Mapping[Action, Way]] = {
    Action.CREATE: Way(frozenset(), Status.OPEN, "release.created"),
    Action.CHANGE: Way(frozenset({Status.OPEN}), Status.OPEN, "release.changed"),
    Action.SUBMIT: Way(frozenset({Status.OPEN}), Status.REVIEW, "release.submitted"),
    Action.APPROVE: Way(frozenset({Status.OPEN, Status.REVIEW}), Status.APPROVED, "release.approved"),
    Action.REOPEN: Way(WAITING - {Status.OPEN}, Status.OPEN, "release.reopened"),
    Action.SCHEDULE: Way(
        frozenset({Status.OPEN, Status.APPROVED, Status.SCHEDULED}), Status.SCHEDULED, "release.scheduled"
    ),
    Action.PUBLISH: Way(frozenset({Status.OPEN, Status.APPROVED, Status.SCHEDULED}), Status.PUBLISHED, ""),
    Action.FAIL: Way(frozenset({Status.SCHEDULED}), Status.FAILED, "release.failed"),
    Action.CANCEL: Way(WAITING, Status.CANCELLED, "release.cancelled"),
}
"""Action -> its way. Publishing has no notice here: the move of the pointer brings its own."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One step of a release as it was taken: what, by whom, when, why; of a failure also what was found."""

    action: Action
    by: str
    at: Instant
    note: str = ""
    findings: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """A step that is about to be taken with `release` as it is, and those that were taken before, oldest first."""

    release: Release
    step: Taken
    taken: tuple[Taken, ...] = field(default=())


StepHook: TypeAlias = Callable[[Connection, Pending], None]
"""Called in the transaction of each step before it is done; what it raises forbids the step."""


def take(
    connection: Connection, release: Release, step: Taken, *, version: int | None = None, hooks: Iterable[StepHook] = ()
) -> Release:
    """Take a step, record and tell it; the release as it then is.

    `version` is that of the release that somebody read and acts on. Raises `WrongStep` where its life does not allow
    the step, `ReleaseChanged` where somebody else was faster, and whatever a hook raises.
    """
    way = LIFE[step.action]
    if release.status not in way.starts:
        allowed = [str(action) for action, other in LIFE.items() if release.status in other.starts]
        raise WrongStep(release.id, str(release.status), str(step.action), allowed)
    if version not in {None, release.version}:
        raise ReleaseChanged(release.id, version, release.version)
    pending = Pending(release, step, steps_of(connection, release.id))
    for hook in hooks:
        hook(connection, pending)
    after = replace(release, status=way.to, version=release.version + 1)
    values = {"status": after.status, "version": after.version}
    connection.execute(update(releases).where(releases.c.id == release.id).values(values))
    note_step(connection, after, step)
    return after


def note_step(connection: Connection, release: Release, step: Taken) -> None:
    """Write a step down: in the life of the release, in the audit log and in the outbox."""
    row = {"release_id": release.id, "action": step.action, "by": step.by, "at": step.at, "note": step.note}
    connection.execute(insert(release_steps).values({**row, "findings": list(step.findings) or None}))
    topic = LIFE[step.action].topic
    if not topic:
        return
    what = f"releases/{release.id}"
    told: dict[str, Any] = {
        "release": release.id,
        "name": release.name,
        "status": release.status,
        "by": step.by,
        "note": step.note,
    }
    if release.due:
        told["due"] = {"at": release.due.at, "local": release.due.local, "zone": release.due.zone}
    record(connection, Act(step.by, f"release.{step.action}", what, step.at, note=step.note))
    emit(connection, Notice(topic, what, step.at, told))


def steps_of(connection: Connection, release: str) -> tuple[Taken, ...]:
    """The steps of a release, oldest first."""
    s = release_steps.c
    rows = connection.execute(
        select(s.action, s.by, s.at, s.note, s.findings).where(s.release_id == release).order_by(s.seq)
    )
    return tuple(Taken(Action(action), by, at, note, tuple(found or ())) for action, by, at, note, found in rows)


def approved_first(_: Connection, pending: Pending) -> None:
    """A hook: nothing is published or scheduled that nobody approved since it was last opened."""
    if pending.step.action not in {Action.PUBLISH, Action.SCHEDULE}:
        return
    judged = [one.action for one in pending.taken if one.action in {Action.APPROVE, Action.REOPEN}]
    if judged[-1:] != [Action.APPROVE]:
        raise NotApproved(pending.release.id)
