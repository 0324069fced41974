"""Cache keys: what caches in front of us file answers under, so that a change can say which of them must go.

They name content, never a release: an answer that a publication does not touch stays where it is.
"""

from __future__ import annotations

from typing import Final

EVERYTHING: Final = "all"
"""Every answer has it. It is told where too much changed to be named."""

UNTOLD: Final = "untold"
"""An answer has it that shows more than its headers can name; it goes with every change of a piece of content."""

RECOMMENDED: Final = "items"
"""An answer has it in which recommended or picked items could stand."""

MOST_PURGED: Final = 256
"""Keys that a notice names, as many as Fastly purges at once; of more, `EVERYTHING` is told instead."""

_NAMES: Final = {"layouts": "layout", "modules": "module", "types": "type", "assets": "asset", "asset-details": "asset"}


def key_for(kind: str, key: str) -> str:
    """The cache key of a piece of content, such as `module:hero`. Pictures of one name have one, whatever their format:
    where a channel cannot show the one, it shows another."""
    return f"{_NAMES[kind]}:{key.partition('.')[0]}"


def capped(keys: set[str]) -> list[str]:
    """These keys as a notice tells them, in order."""
    return [EVERYTHING] if EVERYTHING in keys or len(keys) > MOST_PURGED else sorted(keys)
