"""A receiver of webhooks on loopback: takes, fails, dawdles and dies as a test wants, and remembers all it was sent."""

from __future__ import annotations

import hmac
import json
import ssl
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Taken:
    """One request, and when it began and ended."""

    path: str
    headers: Mapping[str, str]
    raw: bytes
    began: float
    ended: float
    status: int

    @property
    def body(self) -> dict[str, Any]:
        """What it said."""
        told: dict[str, Any] = json.loads(self.raw)
        return told

    @property
    def id(self) -> str:
        """Its webhook-id."""
        return self.headers["webhook-id"]


@dataclass(frozen=True)
class Reply:
    """What the receiver does with a request."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    wait: float = 0.0
    drip: float = 0.0
    """Seconds between two bytes of the answer."""


@dataclass
class Receiver:
    """It answers with `reply(request body)`."""

    reply: Callable[[dict[str, Any]], Reply]
    taken: list[Taken] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"{self.scheme}://127.0.0.1:{self.port}/hooks?tenant=a"

    def accepted(self) -> list[Taken]:
        """The requests that were answered well, in the order in which they ended."""
        with self.turn:
            return sorted((one for one in self.taken if one.status < 300), key=lambda one: one.ended)


@contextmanager
def receiving(
    reply: Callable[[dict[str, Any]], Reply] = lambda _: Reply(), *, tls: ssl.SSLContext | None = None, port: int = 0
) -> Iterator[Receiver]:
    """A receiver for as long as this is entered."""
    receiver = Receiver(reply)

    class Handler(BaseHTTPRequestHandler):
        """Reads, asks the test, answers, remembers."""

        def do_POST(self) -> None:
            """Take one message."""
            began = time.monotonic()
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            answer = receiver.reply(json.loads(raw))
            time.sleep(answer.wait)
            try:
                self._answer(answer)
            except OSError:
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            with receiver.turn:
                receiver.taken.append(Taken(self.path, headers, raw, began, time.monotonic(), answer.status))

        def _answer(self, answer: Reply) -> None:
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            for byte in answer.body if answer.drip else ():
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(answer.drip)
            if not answer.drip:
                self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        """Says nothing of connections that break off."""

        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Say nothing."""

    server = Server(("127.0.0.1", port), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        receiver.scheme = "https"
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def proves(taken: Taken, secret: str) -> bool:
    """Whether one of the signatures is right, worked out as the standard says and not as we do."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = b".".join([taken.id.encode(), taken.headers["webhook-timestamp"].encode(), taken.raw])
    right = "v1," + b64encode(hmac.new(key, signed, "sha256").digest()).decode()
    return right in taken.headers["webhook-signature"].split(" ")
