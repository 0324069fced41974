"""Refusing: who was forgotten does not come back by an event that names them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from profiles.events import Event, people_of
from profiles.judging import Receipt, Status
from profiles.tables import erased_names
from storage import listed, vault_of


@dataclass(frozen=True, slots=True)
class Admitted:
    """What of a batch may be taken in: `events` in their order, and what is told of the others by their place."""

    events: Sequence[Event]
    refused: Mapping[int, Receipt]

    def together(self, receipts: Sequence[Receipt]) -> list[Receipt]:
        """What is told of the whole batch, with what became of those that were taken in."""
        told, total = iter(receipts), len(receipts) + len(self.refused)
        return [self.refused[place] if place in self.refused else next(told) for place in range(total)]


def admitted(connection: Connection, events: Sequence[Event], owners: Mapping[str, str]) -> Admitted:
    """Leave out what names somebody who was forgotten. `owners` are the names that lead to somebody: no such name was
    forgotten, so that batches of known people cost nothing.

    The browser of somebody who was forgotten may be used by another: where the user is not forgotten, a forgotten
    browser's id is taken out and the event stays.
    """
    unknown = [name for name in people_of(events) if name not in owners]
    gone = refused_among(connection, unknown) if unknown else set()
    if not gone:
        return Admitted(events, {})
    kept: list[Event] = []
    refused: dict[int, Receipt] = {}
    for place, event in enumerate(events):
        left = _without(event, gone)
        if left is None:
            refused[place] = Receipt(event.message_id, Status.ERASED)
        else:
            kept.append(left)
    return Admitted(kept, refused)


def refused_among(connection: Connection, names: Collection[str]) -> set[str]:
    """Which of these names are of somebody who was forgotten."""
    vault = vault_of(connection)
    marks = {vault.mark(name): name for name in names}
    known = erased_names.c.mark
    return {marks[mark] for mark in connection.scalars(select(known).where(listed(connection, known, [*marks])))}


def _without(event: Event, gone: Set[str]) -> Event | None:
    if not gone & set(event.aliases):
        return event
    if event.user_id is not None and f"user:{event.user_id}" not in gone:
        left = replace(event, anonymous_id=_kept(event.anonymous_id, gone), previous_id=_kept(event.previous_id, gone))
        return left if not gone & set(left.aliases) else None
    return None


def _kept(name: str | None, gone: Set[str]) -> str | None:
    return None if name is None or {f"anon:{name}", f"user:{name}"} & gone else name
