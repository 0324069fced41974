"""What was told and how it went, to be looked at; and forgotten in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, or_, select

from connectors.webhooks.subscriptions import LOCK, find
from connectors.webhooks.tables import attempts, deliveries, webhooks
from connectors.webhooks.values import Attempt, Delivery, State, UnknownDelivery
from storage import Database, lock_out, news

AT_ONCE: Final = 2_000
"""Rows that are forgotten in one transaction: writers wait no longer than that."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The deliveries and attempts of every receiver."""

    database: Database

    def deliveries(
        self, webhook: str, *, state: State | None = None, before: int | None = None, limit: int = 100
    ) -> list[Delivery]:
        """The messages of a receiver, the newest first, from the first below the number `before`."""
        d = deliveries.c
        wanted = select(*(d[name] for name in Delivery.__slots__)).where(d.webhook == webhook)
        if state is not None:
            wanted = wanted.where(d.state == state)
        if before is not None:
            wanted = wanted.where(d.seq < before)
        with self.database.read() as connection:
            find(connection, webhook)
            rows = connection.execute(wanted.order_by(d.seq.desc()).limit(limit)).mappings()
            return [Delivery(**{**row, "state": State(row["state"])}) for row in rows]

    def delivery(self, webhook: str, seq: int) -> tuple[Delivery, list[Attempt]]:
        """One message with its attempts, the newest first. Raises `UnknownDelivery`."""
        found = self.deliveries(webhook, before=seq + 1, limit=1)
        if not found or found[0].seq != seq:
            raise UnknownDelivery(webhook, seq)
        return found[0], self.attempts(webhook, seq=seq)

    def attempts(
        self, webhook: str, *, seq: int | None = None, before: int | None = None, limit: int = 100
    ) -> list[Attempt]:
        """Attempts to reach a receiver, the newest first; of one message, if its number is given."""
        a = attempts.c
        wanted = select(*(a[name] for name in Attempt.__slots__)).where(a.webhook == webhook)
        if seq is not None:
            wanted = wanted.where(a.seq == seq)
        if before is not None:
            wanted = wanted.where(a.id < before)
        with self.database.read() as connection:
            find(connection, webhook)
            return [Attempt(*row) for row in connection.execute(wanted.order_by(a.id.desc()).limit(limit))]

    def trim(self, before: float) -> int:
        """Forget what is older than this moment and owed to nobody; how many rows that were.

        An active receiver is owed all that it was not told yet; one that is not active, nothing.
        """
        return sum(self._trim(table, condition) for table, condition in _forgettable(before))

    def _trim(self, table: Table, condition: ColumnElement[bool]) -> int:
        gone, keys = 0, table.primary_key.columns.values()
        while True:
            with self.database.write() as connection:
                lock_out(connection, LOCK)
                rows = connection.execute(select(*keys).where(condition).limit(AT_ONCE)).all()
                for row in rows if len(keys) > 1 else ():
                    connection.execute(delete(table).where(*(k == v for k, v in zip(keys, row, strict=True))))
                if len(keys) == 1:
                    connection.execute(delete(table).where(keys[0].in_([row[0] for row in rows])))
            gone += len(rows)
            if len(rows) < AT_ONCE:
                return gone


def _forgettable(before: float) -> list[tuple[Table, ColumnElement[bool]]]:
    """In this order: news are forgotten when no delivery of them is left."""
    d, n = deliveries.c, news.c
    active = select(webhooks.c.id).where(webhooks.c.active)
    finished = and_(d.state.in_((State.DELIVERED, State.DEAD, State.WITHHELD)), d.done_at < before)
    given_up = and_(d.webhook.not_in(active), d.seq.in_(select(n.seq).where(n.at < before)))
    unread = exists().where(webhooks.c.active, webhooks.c.cursor < n.seq)
    # The newest row stays: SQLite would give its number again, and cursors would point at something else.
    not_last = n.seq < select(func.max(n.seq)).scalar_subquery()
    owed = exists().where(d.seq == n.seq)
    return [
        (attempts, attempts.c.at < before),
        (deliveries, or_(finished, given_up)),
        (news, and_(n.at < before, not_last, ~unread, ~owed)),
    ]
