"""JSON that is kept."""

from __future__ import annotations

import orjson


def written(value: object) -> bytes:
    """The value as JSON, in as many bytes as it has: orjson leaves room for four thousand behind what it writes."""
    return bytes(memoryview(orjson.dumps(value)))
