"""The process that holds the streams: a small ASGI application, apart from the threads that answer requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs

import orjson

from rules import Instant
from service.cors import allowed
from service.live.hub import Full, Hub
from service.live.stream import Send, Stream
from service.live.tickets import Seal, TicketRefused

Scope: TypeAlias = Mapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Mapping[str, Any]]]
Headers: TypeAlias = list[tuple[str, str]]

PATH: Final = "/v1/live"
LONGEST: Final = 300
"""Characters of what a browser that comes back says it knew."""


class Problem(Exception):
    """A request that is refused."""

    def __init__(self, status: int, title: str, detail: str, **headers: str) -> None:
        self.status, self.title, self.detail, self.headers = status, title, detail, headers
        super().__init__(detail)


@dataclass(slots=True)
class Live:
    """The ASGI application."""

    hub: Hub
    seal: Seal
    clock: Callable[[], Instant]
    origins: Collection[str]
    looking: asyncio.Task[None] | None = field(default=None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or begin and end with the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._begin()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.looking is not None:
                    self.looking.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _begin(self) -> None:
        if self.looking is None:
            self.looking = asyncio.get_running_loop().create_task(self.hub.run())

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        cors = allowed(self.origins, headers.get("origin", "")) if self.origins and "origin" in headers else []
        try:
            if scope["path"] == "/healthz":
                return await _whole(send, 200, [("Content-Type", "application/json")], b'{"status":"alive"}')
            if scope["path"] != PATH:
                raise Problem(404, "Not Found", f"there is no such address here; {PATH} is")
            if scope["method"] != "GET":
                raise Problem(405, "Method Not Allowed", "use GET", Allow="GET")
            await self._listen(scope, headers, cors, receive, send)
        except Problem as problem:
            await _refuse(send, problem, cors)

    async def _listen(
        self, scope: Scope, headers: Mapping[str, str], cors: Headers, receive: Receive, send: Send
    ) -> None:
        shown = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
        try:
            ticket = self.seal.open(shown, self.clock())
        except TicketRefused as error:
            if "last-event-id" in headers:
                # A browser that comes back by itself: this answer makes it stop, and the page asks for a ticket.
                return await _whole(send, 204, cors, b"")
            raise Problem(401, "Ticket refused", f"{error}; POST /v1/live/tickets gives one") from None
        last = headers.get("last-event-id", "")[:LONGEST] or ticket.state
        self._begin()
        try:
            with self.hub.listening(ticket.alias, last) as listener:
                await send({"type": "http.response.start", "status": 200, "headers": _encoded(STREAM + cors)})
                stream = Stream(self.hub, ticket, self.clock, send)
                await _until_gone(stream.run(listener, last), receive)
                with suppress(Exception):
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
        except Full:
            raise Problem(503, "Too many listen", "no further page can listen now", **{"Retry-After": "30"}) from None


STREAM: Final[Headers] = [
    ("Content-Type", "text/event-stream; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("X-Accel-Buffering", "no"),
]


async def _until_gone(telling: Awaitable[None], receive: Receive) -> None:
    """Tell until it is all told, or the page is gone, or takes nothing any more."""
    told, gone = asyncio.ensure_future(telling), asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({told, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (told, gone):
            task.cancel()
        await asyncio.gather(told, gone, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, problem: Problem, cors: Headers) -> None:
    ours = problem.title != HTTPStatus(problem.status).phrase
    kind = f"urn:intarsia:problem:{problem.title.lower().replace(' ', '-')}" if ours else "about:blank"
    told = {"type": kind, "title": problem.title, "status": problem.status, "detail": problem.detail}
    headers = [("Content-Type", "application/problem+json"), *problem.headers.items(), *cors]
    await _whole(send, problem.status, headers, orjson.dumps(told))


async def _whole(send: Send, status: int, headers: Headers, body: bytes) -> None:
    length = [("Content-Length", str(len(body)))] if status != HTTPStatus.NO_CONTENT else []
    await send({"type": "http.response.start", "status": status, "headers": _encoded([*headers, *length])})
    await send({"type": "http.response.body", "body": body})


def _encoded(headers: Headers) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers]
