"""Where a message goes: over HTTP, or to the sink that the beginning of its address names."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from connectors.webhooks.addresses import Guard
from connectors.webhooks.transport import Transport
from connectors.webhooks.values import Answer


class Sink(Protocol):
    """A system that takes messages. It raises OSError where it cannot: then it is tried again."""

    def put(self, name: str, body: bytes) -> None:
        """Keep a message under a name; when this returns it is safe there."""


@dataclass(frozen=True, slots=True)
class Outward:
    """Takes `sink:KIND:NAME` to one of the sinks, and everything else over HTTP."""

    http: Transport
    sinks: Mapping[str, Sink]

    @property
    def guard(self) -> Guard:
        """Which addresses there may be."""
        return self.http.guard

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send, and tell how it went."""
        scheme, _, rest = url.partition(":")
        if scheme != "sink":
            return self.http.post(url, headers, body)
        kind, _, name = rest.partition(":")
        began = time.monotonic()
        sink = self.sinks.get(kind)
        if sink is None:
            known = ", ".join(sorted(self.sinks)) or "none"
            return Answer(0.0, error=f"there is no sink {kind!r}; there are: {known}")
        try:
            sink.put(name, body)
        except OSError as error:
            return Answer(time.monotonic() - began, error=f"{type(error).__name__}: {error.strerror}")
        return Answer(time.monotonic() - began, status=200)
