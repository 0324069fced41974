"""Taking events in without looking for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """Let nobody look for garbage that goes in circles until this is left."""
    # Thousands of small dicts live for a moment and never in cycles: looking for some took 30 % of an import. Of two
    # threads that come in here, the first one out lets the collector work again, for both.
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
