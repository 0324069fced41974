"""Who is told: made, changed, taken away, given another secret."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, TypeAlias

import orjson
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from connectors.webhooks.addresses import Guard
from connectors.webhooks.tables import attempts, deliveries, webhooks
from connectors.webhooks.values import BadWebhook, UnknownWebhook, Webhook
from storage import TOPICS, Act, Database, UnknownTopic, fits, lock_out, news, record

LOCK: Final = "webhooks"
"""Held by whoever changes what is to be sent."""

MOST_SIGNATURES: Final = 3
"""Secrets that sign at a time."""

SETTLED: Final = ("url", "topics", "description", "active")
"""What whoever makes a webhook chooses."""


Admit: TypeAlias = Callable[[Webhook], None]
"""Raises if a webhook may not be changed as it is now."""


def admit_any(_: Webhook) -> None:
    """Let every change through."""


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The receivers in the SQL database. Every change of them is an act of the audit log."""

    database: Database
    guard: Guard

    def create(
        self,
        id_: str,
        secret: str,
        *,
        url: str,
        topics: Sequence[str],
        description: str = "",
        active: bool = True,
        author: str,
        now: float,
    ) -> Webhook:
        """Tell a receiver from now on. Its id and its secret are thrown by whoever calls."""
        self._check({"url": url, "topics": topics})
        chosen = {"url": url, "topics": list(topics), "description": description, "active": active}
        with self.database.write() as connection:
            lock_out(connection, LOCK)
            row = {
                **chosen,
                "id": id_,
                "stopped": "",
                "secrets": [{"secret": secret, "until": None}],
                "cursor": connection.scalar(select(func.coalesce(func.max(news.c.seq), 0))),
                "not_before": 0.0,
                "failures": 0,
                "created_at": now,
                "created_by": author,
                "updated_at": now,
            }
            connection.execute(insert(webhooks).values(row))
            record(connection, Act(author, "webhook.create", f"webhooks/{id_}", now, after=_digest(chosen)))
            return webhook_of(find(connection, id_), now)

    def change(
        self, id_: str, chosen: Mapping[str, Any], *, author: str, now: float, admit: Admit = admit_any
    ) -> Webhook:
        """Change some of what was chosen. One that is made active again goes on where it stopped.

        `admit` is asked when nobody else can change it, and may raise.
        """
        self._check(chosen)
        with self.database.write() as connection:
            lock_out(connection, LOCK)
            before = find(connection, id_)
            admit(webhook_of(before, now))
            after = {**{name: before[name] for name in SETTLED}, **chosen}
            after["topics"] = list(after["topics"])
            fresh = {**after, "stopped": "", "not_before": 0.0, "failures": 0, "updated_at": now}
            connection.execute(update(webhooks).where(webhooks.c.id == id_).values(fresh))
            told = (_digest({name: before[name] for name in SETTLED}), _digest(after))
            record(connection, Act(author, "webhook.change", f"webhooks/{id_}", now, *told))
            return webhook_of(find(connection, id_), now)

    def delete(self, id_: str, *, author: str, now: float, admit: Admit = admit_any) -> None:
        """Tell it no more, and forget what it was told; `admit` as in `change`."""
        with self.database.write() as connection:
            lock_out(connection, LOCK)
            before = find(connection, id_)
            admit(webhook_of(before, now))
            connection.execute(delete(deliveries).where(deliveries.c.webhook == id_))
            connection.execute(delete(attempts).where(attempts.c.webhook == id_))
            connection.execute(delete(webhooks).where(webhooks.c.id == id_))
            told = _digest({name: before[name] for name in SETTLED})
            record(connection, Act(author, "webhook.delete", f"webhooks/{id_}", now, before=told))

    def rotate(self, id_: str, secret: str, *, overlap: float, author: str, now: float) -> Webhook:
        """Sign with another secret; those before it sign too for `overlap` more seconds: nobody is locked out."""
        with self.database.write() as connection:
            lock_out(connection, LOCK)
            row = find(connection, id_)
            until = now + overlap
            older = [
                {"secret": one["secret"], "until": min(until, one["until"] or until)}
                for one in _living(row, now)
                if overlap > 0
            ]
            secrets = [{"secret": secret, "until": None}, *older][:MOST_SIGNATURES]
            connection.execute(update(webhooks).where(webhooks.c.id == id_).values(secrets=secrets, updated_at=now))
            record(connection, Act(author, "webhook.rotate", f"webhooks/{id_}", now))
            return webhook_of(find(connection, id_), now)

    def get(self, id_: str, now: float) -> Webhook:
        """One of them. Raises `UnknownWebhook`."""
        with self.database.read() as connection:
            return webhook_of(find(connection, id_), now)

    def all(self, now: float) -> list[Webhook]:
        """All of them, in the order in which they were made."""
        wanted = select(webhooks).order_by(webhooks.c.created_at, webhooks.c.id)
        with self.database.read() as connection:
            return [webhook_of(row, now) for row in connection.execute(wanted).mappings()]

    def secrets(self, id_: str, now: float) -> tuple[str, ...]:
        """The secrets that sign now, the newest first."""
        with self.database.read() as connection:
            return secrets_of(find(connection, id_), now)

    def _check(self, chosen: Mapping[str, Any]) -> None:
        if "url" in chosen:
            self.guard.url(chosen["url"])
        if "topics" in chosen:
            check_topics(chosen["topics"])


def check_topics(patterns: Collection[str]) -> None:
    """Raise `BadWebhook` where nothing is asked for, or something that is never told."""
    if not patterns:
        raise BadWebhook("/topics", "nothing is asked for", "name topics, such as content.*")
    for place, pattern in enumerate(patterns):
        if not any(fits(pattern, topic) for topic in TOPICS) and not pattern.startswith("trigger."):
            raise BadWebhook(
                f"/topics/{place}", str(UnknownTopic(pattern)), "a topic, its beginning with *, or * alone"
            )


def find(connection: Connection, id_: str) -> RowMapping:
    """The row of a webhook. Raises `UnknownWebhook`."""
    row = connection.execute(select(webhooks).where(webhooks.c.id == id_)).mappings().first()
    if row is None:
        raise UnknownWebhook(id_, connection.execute(select(webhooks.c.id)).scalars().all())
    return row


def secrets_of(row: RowMapping, now: float) -> tuple[str, ...]:
    """The secrets that sign now, the newest first."""
    return tuple(one["secret"] for one in _living(row, now))


def webhook_of(row: RowMapping, now: float) -> Webhook:
    """The value of a row; without its secrets."""
    plain = {name: row[name] for name in Webhook.__slots__ if name not in {"topics", "signatures"}}
    return Webhook(**plain, topics=tuple(row["topics"]), signatures=len(_living(row, now)))


def _living(row: RowMapping, now: float) -> list[dict[str, Any]]:
    return [one for one in row["secrets"] if one["until"] is None or one["until"] > now]


def _digest(chosen: Mapping[str, Any]) -> str:
    return sha256(orjson.dumps(chosen, option=orjson.OPT_SORT_KEYS)).hexdigest()
