"""A desk of receivers and their queue, under a clock that stands still."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.webhooks.addresses import Guard
from connectors.webhooks.keeping import Ledger
from connectors.webhooks.queue import Queue
from connectors.webhooks.subscriptions import Webhooks
from connectors.webhooks.values import Answer, Claim, State
from storage import Database, Notice, emit
from tests.conftest import FixedClock

OK = Answer(0.1, 200)
BAD = Answer(0.1, 500, "the receiver failed", "oh no")


class Desk:
    """Receivers and their queue, under a clock that stands still."""

    def __init__(self, database: Database, clock: FixedClock, tries: int = 3) -> None:
        self.database, self.clock = database, clock
        self.hooks = Webhooks(database, Guard(private=True))
        self.queue = Queue(database, tries, lambda: 1.0)
        self.ledger = Ledger(database)

    def subscribe(self, name: str = "one", topics: Sequence[str] = ("*",)) -> str:
        """A receiver of these topics."""
        self.hooks.create(name, "whsec_AAAA", url="http://127.0.0.1:1/", topics=topics, author="ann", now=self.clock())
        return name

    def tell(self, *entities: str, topic: str = "content.saved") -> None:
        """A notice of each, in one transaction."""
        with self.database.write() as connection:
            emit(connection, *(Notice(topic, entity, self.clock(), {"of": entity}) for entity in entities))

    def claim(self, name: str = "one", most: int = 10) -> list[Claim]:
        """What is due now."""
        while self.queue.fan_out(self.clock()):
            pass
        return self.queue.claim(name, most, self.clock())

    def settle(self, claim: Claim, answer: Answer) -> State | None:
        """Tell the queue how it went."""
        return self.queue.settle(claim, answer, self.clock())

    def states(self, name: str = "one") -> dict[int, str]:
        """How far each message has come."""
        return {d.seq: d.state.value for d in self.ledger.deliveries(name, limit=10_000)}
