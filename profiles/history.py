"""Taking in a long history, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

from profiles.events import Event
from profiles.intake import Intake
from profiles.judging import Status
from rules import Instant


def backfill(
    intake: Intake,
    events: Iterable[Event],
    now: Instant,
    *,
    chunk: int = 5_000,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Take in a long history, best sorted by person; how many events were new.

    Each chunk is one transaction, so it can be broken off and begun again: what is there stays counted once.
    `progress` is told how many events each chunk had.
    """
    pending, new = iter(events), 0
    while some := list(islice(pending, chunk)):
        receipts = intake.accept(some, now)
        new += sum(receipt.status is Status.ACCEPTED for receipt in receipts)
        progress(len(some))
    return new
