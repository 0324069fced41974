"""Sends what is due, several at a time, none of them in the way of another."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from connectors.webhooks.keeping import Ledger
from connectors.webhooks.queue import LEASE, Queue, note_attempt
from connectors.webhooks.signing import body_of, headers_of
from connectors.webhooks.subscriptions import Webhooks
from connectors.webhooks.transport import Sends
from connectors.webhooks.values import Answer, Claim, Message, State
from profiles import Withheld
from storage import Act, Database, is_personal, record

log = logging.getLogger("intarsia")

THREADS: Final = 16
"""Messages that are under way at once."""

EACH: Final = 4
"""Of them, those to one receiver."""

MOST_BATCHES: Final = 4
"""Parts of the outbox that one tick looks at: others wait for the tick to end."""

TellOf: TypeAlias = Callable[[Mapping[str, Any], float], Mapping[str, Any]]
"""What is told of a person now, of what stands in the outbox. Raises `Withheld`."""

AGENT: Final = "Intarsia-Webhooks/1"


def _nobody(_: Mapping[str, Any], __: float) -> Mapping[str, Any]:
    raise Withheld("nobody here tells of people")


def _unheard(_: Mapping[str, Any], __: float) -> None:
    """Where nobody counts."""


@dataclass(slots=True)
class Sender:
    """One sender of a process. `tick` starts what is due and returns at once."""

    database: Database
    transport: Sends
    clock: Callable[[], float] = time.time
    tries: int = 20
    dice: Callable[[], float] = random.random
    threads: int = THREADS
    lease: float = LEASE
    tell_of: TellOf = _nobody
    first_sent: Callable[[Mapping[str, Any], float], None] = _unheard
    """Told of each message about a person that was sent for the first time, and when."""
    queue: Queue = field(init=False)
    hooks: Webhooks = field(init=False)
    ledger: Ledger = field(init=False)
    _pool: ThreadPoolExecutor = field(init=False)
    _under_way: Counter[str] = field(default_factory=Counter)
    _turn: threading.Condition = field(default_factory=threading.Condition)
    _closed: bool = False

    def __post_init__(self) -> None:
        self.queue = Queue(self.database, self.tries, self.dice, self.lease)
        self.hooks = Webhooks(self.database, self.transport.guard)
        self.ledger = Ledger(self.database)
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="webhook")

    def tick(self) -> None:
        """Make deliveries of news, and start all that is due and has a place."""
        with self._turn:
            if self._closed:
                return
            for _ in range(MOST_BATCHES):
                if not self.queue.fan_out(self.clock()):
                    break
            self._start_due()

    def _start_due(self) -> None:
        now, busy = self.clock(), self._under_way
        due = self.queue.due(now)
        failing = sum(busy[id_] for id_, failures in due if failures)
        # Who answers goes first. Who failed last gets one place, and all who did half of them at the most: a receiver
        # that hangs takes nobody else's turn.
        for id_, failures in sorted(due, key=lambda one: (one[1] > 0, busy[one[0]])):
            most = min(EACH - busy[id_], self.threads - busy.total())
            if failures:
                most = min(1 - busy[id_], self.threads // 2 - failing, most)
            if most > 0:
                claims = self.queue.claim(id_, most, now)
                failing += len(claims) if failures else 0
                busy[id_] += len(claims)
                for claim in claims:
                    self._pool.submit(self._work, claim)

    def _work(self, claim: Claim) -> None:
        try:
            self._send(claim)
        except Exception as error:  # noqa: BLE001 -- not settled: whoever comes next sends it again
            log.warning("webhook %s: %s", claim.webhook, type(error).__name__)
        with self._turn:
            self._under_way[claim.webhook] -= 1
            self._turn.notify_all()
            if self._closed:
                return
            try:
                self._start_due()
            except Exception as error:  # noqa: BLE001 -- the next tick tries again
                log.warning("webhooks: %s", type(error).__name__)

    def _send(self, claim: Claim) -> None:
        message = claim.message
        if is_personal(message.topic):
            try:
                message = replace(message, body=self.tell_of(message.body, self.clock()))
            except Withheld as error:
                self.queue.withhold(claim, str(error), self.clock())
                return
        body = body_of(message)
        if claim.tries == 1 and is_personal(message.topic):
            self.first_sent(claim.message.body, self.clock())
        answer = self.transport.post(claim.url, self._headers(message, body, claim.secrets), body)
        state = self.queue.settle(claim, answer, self.clock())
        if state is State.DEAD:
            log.warning("webhook %s: message %s was given up", claim.webhook, claim.message.seq)

    def ping(self, id_: str, *, author: str) -> Answer:
        """Send a message of the topic `webhook.ping` at once, once, and tell how it went."""
        now = self.clock()
        hook = self.hooks.get(id_, now)
        message = Message(0, "webhook.ping", f"webhooks/{id_}", now, {"webhook": id_})
        data = body_of(message)
        answer = self.transport.post(hook.url, self._headers(message, data, self.hooks.secrets(id_, now)), data)
        with self.database.write() as connection:
            note_attempt(connection, id_, 0, answer, self.clock())
            record(connection, Act(author, "webhook.ping", f"webhooks/{id_}", now))
        return answer

    def _headers(self, message: Message, body: bytes, secrets: tuple[str, ...]) -> dict[str, str]:
        plain = {"Content-Type": "application/json", "User-Agent": AGENT}
        return {**plain, **headers_of(message, body, secrets, self.clock())}

    def close(self, patience: float = 5.0) -> None:
        """Start nothing more, and wait for what is under way; what is left is sent again by whoever comes next."""
        with self._turn:
            self._closed = True
            self._turn.wait_for(lambda: not self._under_way.total(), patience)
        self._pool.shutdown(wait=False, cancel_futures=True)
