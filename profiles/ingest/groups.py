"""Group commit: callers that come while one is writing are written together next, in one transaction."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition
from typing import Final

from profiles.events import Event
from profiles.judging import Receipt
from rules import Instant

MOST: Final = 1_000
"""Events of one group: more would make those who come next wait longer than they gain."""


@dataclass(slots=True, eq=False)
class Batch:
    """What one caller brought, until it is known what became of it."""

    events: Sequence[Event]
    now: Instant
    receipts: list[Receipt] | None = None
    error: BaseException | None = None

    @property
    def over(self) -> bool:
        """Whether its caller can be answered."""
        return self.receipts is not None or self.error is not None


class Groups:
    """Brings batches from many threads to `take`, as many together as wait, at most `most` events at a time.

    `take` commits all it is given or raises. A caller returns after the commit that its events are in. When a group
    fails, each of its batches is taken alone: nobody pays for what another brought. Where `hopeless` says that nothing
    can be taken now, all are told at once instead.
    """

    def __init__(
        self,
        take: Callable[[Sequence[Event], Instant], list[Receipt]],
        hopeless: Callable[[Exception], bool] = lambda _: False,
        most: int = MOST,
    ) -> None:
        self._take = take
        self._hopeless = hopeless
        self._most = most
        self._changed = Condition()
        self._waiting: deque[Batch] = deque()
        self._leading = False

    def through(self, events: Sequence[Event], now: Instant) -> list[Receipt]:
        """Take these events in, with whatever else waits. Raises what `take` raised over them."""
        batch = Batch(events, now)
        with self._changed:
            self._waiting.append(batch)
        while not batch.over:
            with self._changed:
                self._changed.wait_for(lambda: batch.over or not self._leading)
                if batch.over:
                    break
                self._leading, group = True, self._next_group()
            self._lead(group)
        if batch.error is not None:
            raise batch.error
        assert batch.receipts is not None, "a batch that is over has receipts or an error"
        return batch.receipts

    def _next_group(self) -> list[Batch]:
        group, size = [self._waiting.popleft()], 0
        size += len(group[0].events)
        while self._waiting and size + len(self._waiting[0].events) <= self._most:
            group.append(self._waiting.popleft())
            size += len(group[-1].events)
        return group

    def _lead(self, group: Sequence[Batch]) -> None:
        try:
            self._commit(group)
        except BaseException as error:
            # Whoever waits must not wait for ever, whatever ends this thread.
            _fail(group, error)
            raise
        finally:
            with self._changed:
                self._leading = False
                self._changed.notify_all()

    def _commit(self, group: Sequence[Batch]) -> None:
        try:
            receipts = self._take([event for batch in group for event in batch.events], max(b.now for b in group))
        except Exception as error:  # noqa: BLE001 -- each caller is told of its own
            if len(group) == 1 or self._hopeless(error):
                _fail(group, error)
                return
            for batch in group:
                self._commit([batch])
            return
        pending = iter(receipts)
        for batch in group:
            batch.receipts = [next(pending) for _ in batch.events]


def _fail(group: Sequence[Batch], error: BaseException) -> None:
    for batch in group:
        if not batch.over:
            batch.error = error
