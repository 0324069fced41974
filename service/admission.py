"""Who may send events now: a flood is told to come again, as SDKs understand it, before it takes the pages' time."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.exc import OperationalError

from rules import Instant
from service.call_schemas import MAX_BATCH
from service.problems import Problem
from storage import is_busy

SEATS: Final = 3
"""Requests of one process that may write events at once: of the four threads that serve, one is left for pages."""
PATIENCE: Final = 0.25
"""Seconds that one more waits for a seat."""
NOTHING: Final = "nothing was taken in, send it again later"
SAVED_UP: Final = 10
"""Seconds whose events a sender that was quiet may send at once."""


@dataclass(slots=True)
class Admission:
    """Lets calls in: of each source at most `rate` a second (0: any number), and of all no more than can be written.

    Who must wait is answered 429 with `Retry-After`: Segment's SDKs then wait as long without counting it as a
    failure. Nothing of such a request was taken in.
    """

    rate: int
    clock: Callable[[], Instant]
    seats: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(SEATS))
    lock: threading.Lock = field(default_factory=threading.Lock)
    left: dict[str, tuple[float, Instant]] = field(default_factory=dict)
    """Source -> events that it may send, as of a moment."""

    def admit(self, source: str, calls: int) -> None:
        """Count these calls of a source. Raises a 429 `Problem` when there are too many."""
        if not self.rate:
            return
        # A whole batch must fit, or it could never be sent.
        most = max(self.rate * SAVED_UP, MAX_BATCH)
        with self.lock:
            now = self.clock()
            left, since = self.left.get(source, (float(most), now))
            left = min(float(most), left + max(0.0, now - since) * self.rate)
            fits = calls <= left
            self.left[source] = (left - calls if fits else left, now)
        if not fits:
            told = f"this key may send {self.rate} events a second, {most} at once; {NOTHING}"
            wait = max(1, math.ceil((calls - left) / self.rate))
            raise Problem(429, "Too many events", told, Retry_After=str(wait))

    @contextmanager
    def seat(self) -> Iterator[None]:
        """A seat to write events from. Raises a 429 `Problem` while all are taken, and a 503 one while the database
        cannot be written."""
        if not self.seats.acquire(timeout=PATIENCE):
            raise Problem(429, "Busy", f"more events come in than can be written; {NOTHING}", Retry_After="1")
        try:
            yield
        except OperationalError as error:
            if not is_busy(error):
                raise
            raise Problem(503, "Database busy", f"it cannot be written now; {NOTHING}", Retry_After="1") from None
        finally:
            self.seats.release()
