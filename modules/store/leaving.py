"""Putting content away: deleted or archived, unless somebody still names it or it is served."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from modules.errors import StillPublished, UnknownContent
from modules.listing.writing import enlist
from modules.store.batches import batches, named
from modules.store.graph import InUse, users_outside
from modules.store.knowing import Types
from modules.store.values import Name
from modules.tables import drafts, published
from rules import Instant
from storage import Act, Notice, emit, record

ACTIONS: Mapping[str, str] = {
    "deleted": "content.delete",
    "archived": "content.archive",
    "unarchived": "content.unarchive",
}
"""What can be done, as it is told in the outbox, and as the audit log calls it."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Who puts away, when, and the reason why it must be so all the same where it would be refused."""

    author: str
    now: Instant
    override: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """Some that are to be put away together, as `ACTIONS` calls it, with the reason where there is one."""

    past: str
    names: frozenset[Name]
    override: str = ""


def put_away(connection: Connection, past: str, names: Collection[Name], leave: Leave) -> None:
    """Do to these what `ACTIONS` calls `past`, all of them or none."""
    held = _held(connection, names)
    if past != "unarchived" and not leave.override:
        # Who is archived would come back broken from a deletion; among the archived they may rest together.
        _refuse_used(connection, names, archived=past == "deleted")
    for batch in batches(held):
        if past == "deleted":
            connection.execute(delete(drafts).where(named(drafts, batch)))
        else:
            at = leave.now if past == "archived" else None
            connection.execute(update(drafts).where(named(drafts, batch)).values(archived_at=at))
    enlist(connection, held, Types(connection, {}))
    _tell(connection, past, held, leave)


def _held(connection: Connection, names: Collection[Name]) -> dict[Name, str]:
    """The digests of the drafts of these. Raises `UnknownContent` for the first that has none."""
    found: dict[Name, str] = {}
    for batch in batches(dict.fromkeys(sorted(names))):
        rows = connection.execute(select(drafts.c.kind, drafts.c.key, drafts.c.digest).where(named(drafts, batch)))
        found |= {(kind, key): digest for kind, key, digest in rows}
    for kind, key in sorted(names):
        if (kind, key) not in found:
            near = connection.execute(select(drafts.c.key).where(drafts.c.kind == kind)).scalars()
            raise UnknownContent(kind, key, near)
    return found


def _refuse_used(connection: Connection, names: Collection[Name], *, archived: bool) -> None:
    served = [
        (kind, key)
        for batch in batches(dict.fromkeys(names))
        for kind, key in connection.execute(select(published.c.kind, published.c.key).where(named(published, batch)))
    ]
    if served:
        raise StillPublished(sorted(served))
    uses = users_outside(connection, names, archived=archived)
    if uses:
        raise InUse(sorted(names), uses)


def _tell(connection: Connection, past: str, held: Mapping[Name, str], leave: Leave) -> None:
    comes = past == "unarchived"
    acts = (
        Act(leave.author, ACTIONS[past], f"{kind}/{key}", leave.now, "" if comes else digest, digest if comes else "",
            leave.override)
        for (kind, key), digest in held.items()
    )  # fmt: skip
    record(connection, *acts)
    by = {"by": leave.author, **({"override": leave.override} if leave.override else {})}
    news = (
        Notice(f"content.{past}", f"{kind}/{key}", leave.now, {"digest": digest, **by})
        for (kind, key), digest in held.items()
    )
    emit(connection, *news)
