"""A process of its own that wakes people when they are due, by the real clock. Run by test_waking.

It ends when nobody waits any more.
"""

from __future__ import annotations

import sys
import time

from profiles import Timers
from storage import Database, HotCopies
from tests.profiles.world import SEGMENTS, VOCABULARY

if __name__ == "__main__":
    timers = Timers(Database(sys.argv[1]), lambda: SEGMENTS, lambda: VOCABULARY, HotCopies(None))
    while (due := timers.next_due()) is not None:
        # As the worker does: sleep until the next is due, or look again soon, for others may have come.
        time.sleep(min(max(due - time.time(), 0.01), 0.25))
        while timers.run_due(time.time(), limit=7):
            pass
