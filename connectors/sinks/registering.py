"""Sinks as receivers: each has a queue, attempts and dead letters of its own, as a webhook has."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import func, select

from connectors.webhooks.subscriptions import LOCK
from connectors.webhooks.tables import webhooks
from storage import Database, insert, lock_out, news


def register_sinks(database: Database, topics: Iterable[str], now: float) -> None:
    """Make a receiver for each of these topics, `sink.KIND.NAME`, that has none yet."""
    wanted = {_id(topic): topic for topic in topics}
    with database.read() as connection:
        known = set(connection.scalars(select(webhooks.c.id).where(webhooks.c.id.in_(wanted))))
    if not wanted.keys() - known:
        return
    with database.write() as connection:
        lock_out(connection, LOCK)
        newest = connection.scalar(select(func.coalesce(func.max(news.c.seq), 0)))
        for id_ in sorted(wanted.keys() - known):
            _, kind, name = wanted[id_].split(".", 2)
            row = {
                "id": id_,
                "url": f"sink:{kind}:{name}",
                "topics": [wanted[id_]],
                "description": "a sink that triggers put something into",
                "active": True,
                "stopped": "",
                "secrets": [],
                "cursor": newest,
                "not_before": 0.0,
                "failures": 0,
                "created_at": now,
                "created_by": "triggers",
                "updated_at": now,
            }
            connection.execute(insert(connection, webhooks).values(row).on_conflict_do_nothing())


def _id(topic: str) -> str:
    return f"sink_{sha256(topic.encode()).hexdigest()[:16]}"
