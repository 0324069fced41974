"""A process of its own that takes events in and prints each acknowledged id. Run by test_crash."""

from __future__ import annotations

import sys

from profiles import Intake, Segments, Status
from rules import Vocabulary
from storage import Database, HotCopies
from tests.profiles.calls import NOW, ordered

if __name__ == "__main__":
    url, people, total = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    intake = Intake(Database(url), Segments, Vocabulary, HotCopies(None))
    for start in range(0, total, 5):
        batch = [
            ordered(str(n), at=NOW + n, total=1.0, user=f"u{n % people}", messageId=f"event-{n}")
            for n in range(start, start + 5)
        ]
        for receipt in intake.accept(batch, NOW):
            status = "new" if receipt.status is Status.ACCEPTED else "old"
            print(receipt.message_id, status, flush=True)
