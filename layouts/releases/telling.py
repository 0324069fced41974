"""What is told of a move of the published pointer: the audit log, and the outbox."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from sqlalchemy import Connection

from layouts.releases.values import Move, Step
from storage import Act, Notice, capped, emit, record

MOST_NAMED: Final = 500
"""Names that the notice of a release lists; each change has a notice of its own besides."""

TOLD: Final[Mapping[Step, tuple[str, str]]] = {
    Step.PUBLISH: ("release.publish", "release.published"),
    Step.ROLLBACK: ("release.roll-back", "release.rolled-back"),
}
"""What moved the pointer -> the action in the audit log, and the topic of the notice."""


def tell(connection: Connection, move: Move, purged: Collection[str]) -> None:
    """Record a move in the audit log and put its notices into the outbox: one for the release, one for each change.

    `purged` are the cache keys that must go with it.
    """
    action, topic = TOLD[move.step]
    what = f"releases/{move.release.id}"
    before, after = move.before, move.release
    record(connection, Act(move.by, action, what, move.at, before.digest if before else "", after.digest, move.note))
    told = {
        "release": after.id,
        "name": after.name,
        "before": before.id if before else None,
        "by": move.by,
        "count": len(move.changes),
        "changes": [f"{kind}/{key}" for kind, key in sorted(move.changes)[:MOST_NAMED]],
        "purge": capped(set(purged)),
    }
    emit(connection, Notice(topic, what, move.at, told), *_notices(move))


def _notices(move: Move) -> Iterator[Notice]:
    for (kind, key), (before, after) in sorted(move.changes.items()):
        topic = "content.unpublished" if after is None else "content.published"
        told: dict[str, object] = {"kind": kind, "key": key, "release": move.release.id, "before": before}
        told |= {"digest": after, "by": move.by}
        if locales := move.locales.get((kind, key)):
            told["locales"] = list(locales)
        yield Notice(topic, f"{kind}/{key}", move.at, told)
