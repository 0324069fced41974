"""A process of its own that rebuilds two people at a time and prints how far it is. Run by test_rebuild."""

from __future__ import annotations

import sys
import time

from profiles.rebuilding import rebuild
from storage import Database, HotCopies
from tests.profiles.calls import NOW
from tests.profiles.wrecks import KEPT, KNOWN


def tell(step: str, done: int, total: int) -> None:
    """A line for each transaction, which whoever reads it has time to break into."""
    if step == rebuild.PROFILES:
        print("done", done, total, flush=True)
        time.sleep(0.02)


if __name__ == "__main__":
    rebuild.CHUNK, rebuild.AT_ONCE = 2, 0
    rebuild.Rebuild(Database(sys.argv[1]), lambda: KEPT, lambda: KNOWN, HotCopies(None)).run(NOW, tell)
