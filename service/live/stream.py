"""The stream of one page: server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import orjson

from rules import Instant
from service.live.hub import Hub, Listener
from service.live.states import differences
from service.live.tickets import Ticket

Send: TypeAlias = Callable[[dict[str, Any]], Awaitable[None]]

HEARTBEAT: Final = 15.0
"""Seconds after which a quiet stream says that it is there: proxies end what is silent."""

PATIENCE: Final = 20.0
"""Seconds within which a page must take what it is told; who does not is let go."""

AGAIN: Final = 2_000
"""Milliseconds after which a browser that lost the stream comes back."""


@dataclass(slots=True)
class Stream:
    """Tells one page. `last` is what it knew, from the ticket or from the browser that comes back."""

    hub: Hub
    ticket: Ticket
    clock: Callable[[], Instant]
    send: Send

    async def run(self, listener: Listener, last: str) -> None:
        """Until the ticket is over."""
        await self._say(f"retry: {AGAIN}\n\n".encode())
        await self.hub.look_at(listener)  # what happened since the page was made
        told = last
        if listener.state == last:
            await self._event("ready", listener.state, {})
        while True:
            listener.news.clear()
            if listener.state != told:
                before, told = told, listener.state
                await self._event("changed", told, {"what": differences(before, told)})
                continue
            left = self.ticket.until - self.clock()
            if left <= 0:
                await self.hub.look_at(listener)
                if listener.state != told:
                    continue
                return await self._event("renew", told, {})
            try:
                await asyncio.wait_for(listener.news.wait(), min(HEARTBEAT, left))
            except TimeoutError:
                await self._say(b": here\n\n")

    async def _event(self, name: str, id_: str, data: Mapping[str, Any]) -> None:
        await self._say(f"id: {id_}\nevent: {name}\ndata: {orjson.dumps(data).decode()}\n\n".encode())

    async def _say(self, text: bytes) -> None:
        sent = self.send({"type": "http.response.body", "body": text, "more_body": True})
        await asyncio.wait_for(sent, PATIENCE)
