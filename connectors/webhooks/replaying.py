"""News about people: what each receiver was told of them, told again by trigger, by time or by id, and the stream."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, func, or_, select, tuple_, update

from connectors.webhooks.queue import AT_ONCE, FINISHED, let_go
from connectors.webhooks.subscriptions import LOCK
from connectors.webhooks.tables import deliveries, webhooks
from connectors.webhooks.values import Delivery, Message, State
from storage import Act, Database, fits, insert, lock_out, news, record

MOST: Final = 10_000
"""News that are told again at once: more would keep every sender from the lock."""

SENT: Final = ("trigger.%", "sink.%")
STREAM: Final = "stream."

N, D = news.c, deliveries.c


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which news: all that is given must fit. `since` and `until` bound the moment at which it fired."""

    trigger: str = ""
    ids: Collection[str] = ()
    since: float | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class PeopleNews:
    """What was told of people, in the SQL database."""

    database: Database

    def deliveries(
        self, *, trigger: str = "", state: State | None = None, before: tuple[int, str] | None = None, limit: int = 100
    ) -> list[tuple[str, Delivery]]:
        """Each receiver with what it was told or is to be told, newest first; from the first below `before`."""
        wanted = select(D.webhook, *(D[name] for name in Delivery.__slots__)).where(_about_people(D.topic))
        if trigger:
            wanted = wanted.where(D.topic == f"trigger.{trigger}")
        if state is not None:
            wanted = wanted.where(D.state == state)
        if before is not None:
            wanted = wanted.where(tuple_(D.seq, D.webhook) < before)
        with self.database.read() as connection:
            rows = connection.execute(wanted.order_by(D.seq.desc(), D.webhook.desc()).limit(limit)).mappings().all()
        return [(row["webhook"], _delivery(row)) for row in rows]

    def counts(self) -> dict[State, int]:
        """How many messages about people there are by state."""
        counted = select(D.state, func.count()).where(_about_people(D.topic)).group_by(D.state)
        with self.database.read() as connection:
            return {State(state): many for state, many in connection.execute(counted)}

    def stream(self, after: int, *, trigger: str = "", limit: int = 100) -> list[Message]:
        """What triggers put into the stream after a cursor, oldest first."""
        topic = N.topic == f"{STREAM}{trigger}" if trigger else N.topic.like(f"{STREAM}%")
        wanted = select(N.seq, N.topic, N.entity, N.at, N.body).where(topic, N.seq > after)
        with self.database.read() as connection:
            return [Message(*row) for row in connection.execute(wanted.order_by(N.seq).limit(limit))]

    def replay(self, wanted: Wanted, *, author: str, now: float) -> int:
        """Tell again what is wanted, whatever became of it; how many messages that are. Consent is asked anew."""
        with self.database.write() as connection:
            lock_out(connection, LOCK)
            found = list(_found(connection, wanted))
            hooks = connection.execute(select(webhooks).where(webhooks.c.active)).mappings().all()
            many = sum(_again(connection, hook, found, now) for hook in hooks)
            note = f"{wanted.trigger or 'every trigger'}, {len(found)} news, {many} messages"
            record(connection, Act(author, "trigger.replay", f"triggers/{wanted.trigger or '*'}", now, note=note))
            return many


def _about_people(topic: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(*(topic.like(pattern) for pattern in SENT))


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(**{name: row[name] for name in Delivery.__slots__ if name != "state"}, state=State(row["state"]))


def _found(connection: Connection, wanted: Wanted) -> Iterator[RowMapping]:
    query = select(N.seq, N.topic, N.entity, N.body).where(_about_people(N.topic)).order_by(N.seq)
    if wanted.since is not None:
        query = query.where(N.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(N.at < wanted.until)
    taken = 0
    for row in connection.execute(query).mappings():
        body: dict[str, Any] = row["body"]
        if wanted.trigger and body["trigger"] != wanted.trigger:
            continue
        if wanted.ids and body["id"] not in wanted.ids:
            continue
        yield row
        taken += 1
        if taken >= MOST:
            return


def _again(connection: Connection, hook: RowMapping, found: Collection[RowMapping], now: float) -> int:
    """Let one receiver be told again; what it was not told yet comes anyway."""
    mine = [one for one in found if one["seq"] <= hook["cursor"] and any(fits(p, one["topic"]) for p in hook["topics"])]
    if not mine:
        return 0
    fresh = {"webhook": hook["id"], "state": State.WAITING, "tries": 0, "next_try": now, "done_at": None}
    rows = [{**fresh, **{name: one[name] for name in ("seq", "topic", "entity")}} for one in mine]
    connection.execute(insert(connection, deliveries).on_conflict_do_nothing(), rows)
    again = update(deliveries).where(D.webhook == hook["id"], D.state.in_(FINISHED))
    for start in range(0, len(mine), AT_ONCE):
        seqs = [one["seq"] for one in mine[start : start + AT_ONCE]]
        connection.execute(again.where(D.seq.in_(seqs)).values(state=State.WAITING, tries=0, done_at=None))
    let_go(connection, hook["id"], {one["entity"] for one in mine}, now)
    return len(mine)
