"""What is to be sent: made of the outbox, claimed by one sender at a time, settled, driven again, played again.

The first unfinished message of an entity is pending, those behind it wait; whoever finishes it lets the next one go.
All that changes this holds one lock: so nothing is left waiting behind nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, delete, exists, func, insert, select, update

from connectors.webhooks.patience import LONGEST_PAUSE, backoff
from connectors.webhooks.subscriptions import LOCK, find, secrets_of
from connectors.webhooks.tables import attempts, deliveries, webhooks
from connectors.webhooks.values import Answer, Claim, Message, State
from storage import Act, Database, Notice, emit, fits, lock_out, news, record
from storage import insert as upsert

LEASE: Final = 60.0
"""Seconds that a claim lasts. What is sent takes half of it at most; the other half is for clocks that differ."""

AT_ONCE: Final = 500
"""Notices that are looked at in one transaction."""

GONE: Final = 410
BUSY: Final = frozenset({429, 502, 503, 504})
"""Statuses by which a receiver as a whole asks to be left alone for a while."""

FINISHED: Final = (State.DELIVERED, State.DEAD, State.WITHHELD)


@dataclass(frozen=True, slots=True)
class Queue:
    """The deliveries in the SQL database. `tries` after which one is given up; `dice` from 0 to 1.

    `lease` is the number of seconds that a claim lasts.
    """

    database: Database
    tries: int
    dice: Callable[[], float]
    lease: float = LEASE

    def fan_out(self, now: float) -> bool:
        """Make deliveries of what the outbox has for each active receiver; whether there may be more."""
        newest = select(func.coalesce(func.max(news.c.seq), 0)).scalar_subquery()
        behind = select(webhooks).where(webhooks.c.active, webhooks.c.cursor < newest)
        with self.database.read() as connection:
            if connection.execute(behind).first() is None:
                return False  # looked for often: nobody waits for a lock when there is nothing to do
        with self.database.write() as connection:
            lock_out(connection, LOCK)
            more = [_fan_out(connection, row, now) for row in connection.execute(behind).mappings().all()]
        return any(more)

    def due(self, now: float) -> list[tuple[str, int]]:
        """The receivers to whom something may be sent now, and how often in a row each has failed last."""
        d = deliveries.c
        something = exists().where(d.webhook == webhooks.c.id, d.state == State.PENDING, d.next_try <= now)
        wanted = select(webhooks.c.id, webhooks.c.failures)
        wanted = wanted.where(webhooks.c.active, webhooks.c.not_before <= now, something)
        with self.database.read() as connection:
            return [(id_, failures) for id_, failures in connection.execute(wanted)]

    def claim(self, id_: str, most: int, now: float) -> list[Claim]:
        """Up to so many messages of a receiver that are due; nobody else gets them before their lease is over."""
        with self.database.write() as connection:
            lock_out(connection, LOCK)
            hook = connection.execute(select(webhooks).where(webhooks.c.id == id_)).mappings().first()
            if hook is None or not hook["active"] or hook["not_before"] > now:
                return []
            d = deliveries.c
            due = select(d.seq, d.tries).where(d.webhook == id_, d.state == State.PENDING, d.next_try <= now)
            rows = connection.execute(due.order_by(d.next_try, d.seq).limit(most)).all()
            if not rows:
                return []
            messages = _messages(connection, [row.seq for row in rows])
            taken = update(deliveries).where(d.webhook == id_, d.seq.in_([row.seq for row in rows]))
            connection.execute(taken.values(tries=d.tries + 1, next_try=now + self.lease))
            secrets = secrets_of(hook, now)
            return [Claim(id_, hook["url"], secrets, row.tries + 1, messages[row.seq]) for row in rows]

    def settle(self, claim: Claim, answer: Answer, now: float) -> State | None:
        """Note how an attempt went, and what follows from it; None where the claim was no more ours."""
        with self.database.write() as connection:
            lock_out(connection, LOCK)
            if not _still_ours(connection, claim):
                return None
            note_attempt(connection, claim.webhook, claim.message.seq, answer, now)
            if answer.ok:
                connection.execute(_hook(claim).values(failures=0))
                return self._finish(connection, claim, State.DELIVERED, now)
            if answer.status == GONE:
                return _stop(connection, claim, now)
            self._slow_down(connection, claim, answer, now)
            if claim.tries >= self.tries:
                return self._finish(connection, claim, State.DEAD, now)
            wait = max(backoff(claim.tries, self.dice()), answer.retry_after or 0.0)
            connection.execute(_row(claim).values(next_try=now + wait))
            return State.PENDING

    def withhold(self, claim: Claim, reason: str, now: float) -> None:
        """Note that a message may not be sent; the next one of its entity has its turn."""
        with self.database.write() as connection:
            lock_out(connection, LOCK)
            if _still_ours(connection, claim):
                answer = Answer(0.0, error=f"withheld: {reason}")
                note_attempt(connection, claim.webhook, claim.message.seq, answer, now)
                self._finish(connection, claim, State.WITHHELD, now)

    def _slow_down(self, connection: Connection, claim: Claim, answer: Answer, now: float) -> None:
        """Leave a receiver alone that asks for it, or that cannot be reached: all messages would meet the same."""
        hook = find(connection, claim.webhook)
        failures: int = hook["failures"] + 1
        pause = answer.retry_after if answer.status in BUSY else None
        if pause is None and (answer.status is None or answer.status in BUSY):
            pause = backoff(failures, self.dice(), longest=LONGEST_PAUSE)
        later = max(hook["not_before"], now + (pause or 0.0))
        connection.execute(_hook(claim).values(failures=failures, not_before=later))

    def _finish(self, connection: Connection, claim: Claim, state: State, now: float) -> State:
        connection.execute(_row(claim).values(state=state, done_at=now))
        let_go(connection, claim.webhook, [claim.message.entity], now)
        return state

    def replay(self, id_: str, after: int, *, author: str, now: float) -> int:
        """Send again all that came after this number of the outbox; the first number after it that there still is."""
        with self.database.write() as connection:
            lock_out(connection, LOCK)
            hook = find(connection, id_)
            d = deliveries.c
            connection.execute(delete(deliveries).where(d.webhook == id_, d.seq > after, d.state.in_(FINISHED)))
            back = min(hook["cursor"], after)
            connection.execute(update(webhooks).where(webhooks.c.id == id_).values(cursor=back))
            record(connection, Act(author, "webhook.replay", f"webhooks/{id_}", now, note=f"after {after}"))
            first = connection.scalar(select(func.min(news.c.seq)).where(news.c.seq > after))
            return first or after + 1

    def redrive(self, id_: str, seqs: Collection[int] | None, *, author: str, now: float) -> int:
        """Try dead letters again, those of these numbers or all; how many they are."""
        with self.database.write() as connection:
            lock_out(connection, LOCK)
            find(connection, id_)
            d = deliveries.c
            dead = [d.webhook == id_, d.state == State.DEAD]
            if seqs is not None:
                dead.append(d.seq.in_(list(seqs)))
            entities = connection.execute(select(d.entity).where(*dead).distinct()).scalars().all()
            again = update(deliveries).where(*dead).values(state=State.WAITING, tries=0, done_at=None)
            many = connection.execute(again).rowcount
            let_go(connection, id_, entities, now)
            record(connection, Act(author, "webhook.redrive", f"webhooks/{id_}", now, note=f"{many} dead letters"))
            return many


def note_attempt(connection: Connection, webhook: str, seq: int, answer: Answer, now: float) -> None:
    """Write down how an attempt went."""
    row = {"webhook": webhook, "seq": seq, "at": now, "seconds": answer.seconds, "status": answer.status}
    connection.execute(insert(attempts).values({**row, "error": answer.error[:300], "answer": answer.body}))


def _fan_out(connection: Connection, hook: RowMapping, now: float) -> bool:
    found = select(news.c.seq, news.c.topic, news.c.entity).where(news.c.seq > hook["cursor"])
    rows = connection.execute(found.order_by(news.c.seq).limit(AT_ONCE)).all()
    wanted = [row for row in rows if any(fits(pattern, row.topic) for pattern in hook["topics"])]
    if wanted:
        fresh = {"webhook": hook["id"], "state": State.WAITING, "tries": 0, "next_try": now}
        made = [{**fresh, "seq": row.seq, "topic": row.topic, "entity": row.entity} for row in wanted]
        connection.execute(upsert(connection, deliveries).on_conflict_do_nothing(), made)
        let_go(connection, hook["id"], {row.entity for row in wanted}, now)
    if rows:
        connection.execute(update(webhooks).where(webhooks.c.id == hook["id"]).values(cursor=rows[-1].seq))
    return len(rows) == AT_ONCE


def let_go(connection: Connection, webhook: str, entities: Iterable[str], now: float) -> None:
    """Where nothing of an entity is pending, the first that waits is from now on."""
    d = deliveries.c
    for batch in _batches(list(entities)):
        of_these = [d.webhook == webhook, d.entity.in_(batch)]
        busy = select(d.entity).where(*of_these, d.state == State.PENDING)
        first = select(func.min(d.seq)).where(*of_these, d.state == State.WAITING, d.entity.not_in(busy))
        seqs = connection.execute(first.group_by(d.entity)).scalars().all()
        if seqs:
            go = update(deliveries).where(d.webhook == webhook, d.seq.in_(seqs))
            connection.execute(go.values(state=State.PENDING, next_try=now))


def _batches(entities: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(entities), AT_ONCE):
        yield entities[start : start + AT_ONCE]


def _messages(connection: Connection, seqs: Sequence[int]) -> dict[int, Message]:
    n = news.c
    rows = connection.execute(select(n.seq, n.topic, n.entity, n.at, n.body).where(n.seq.in_(seqs)))
    return {row.seq: Message(*row) for row in rows}


def _row(claim: Claim) -> Any:
    return update(deliveries).where(deliveries.c.webhook == claim.webhook, deliveries.c.seq == claim.message.seq)


def _hook(claim: Claim) -> Any:
    return update(webhooks).where(webhooks.c.id == claim.webhook)


def _still_ours(connection: Connection, claim: Claim) -> bool:
    d = deliveries.c
    ours = select(d.tries).where(d.webhook == claim.webhook, d.seq == claim.message.seq, d.state == State.PENDING)
    return connection.scalar(ours) == claim.tries


def _stop(connection: Connection, claim: Claim, now: float) -> State:
    """The receiver wants no more: it is told nothing until somebody makes it active again."""
    reason = "the receiver answered 410 Gone"
    connection.execute(_hook(claim).values(active=False, stopped=reason, updated_at=now))
    connection.execute(_row(claim).values(tries=claim.tries - 1, next_try=now))
    what = f"webhooks/{claim.webhook}"
    record(connection, Act("webhooks", "webhook.disable", what, now, note=reason))
    emit(connection, Notice("webhook.disabled", what, now, {"webhook": claim.webhook, "reason": reason}))
    return State.PENDING
