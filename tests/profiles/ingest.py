"""A process of its own that takes events in and prints each acknowledged id. Run by test_crash.

Some threads send at once, each its own share of the batches, in order, so that they are committed in groups.
"""

from __future__ import annotations

import sys
import threading

from profiles import Intake, Segments, Status
from rules import Vocabulary
from storage import Database, HotCopies
from tests.profiles.calls import NOW, ordered

BATCH = 5


def send(intake: Intake, people: int, starts: range) -> None:
    """Send the batches that begin there."""
    for start in starts:
        batch = [
            ordered(str(n), at=NOW + n, total=1.0, user=f"u{n % people}", messageId=f"event-{n}")
            for n in range(start, start + BATCH)
        ]
        told = [(one.message_id, one.status is Status.ACCEPTED) for one in intake.accept(batch, NOW)]
        # One write, which is whole or not there: threads do not mix their lines.
        sys.stdout.write("".join(f"{message} {'new' if new else 'old'}\n" for message, new in told))
        sys.stdout.flush()


if __name__ == "__main__":
    url, people, total, threads = sys.argv[1], *map(int, sys.argv[2:5])
    intake = Intake(Database(url), Segments, Vocabulary, HotCopies(None))
    shares = [range(place * BATCH, total, threads * BATCH) for place in range(threads)]
    senders = [threading.Thread(target=send, args=(intake, people, share)) for share in shares]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
