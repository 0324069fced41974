"""One POST to one receiver: to an address that was checked, within a time that nobody can stretch."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Final, Protocol
from urllib.parse import SplitResult

import certifi

from connectors.webhooks.addresses import AddressRefused, Guard, Resolve, resolved
from connectors.webhooks.patience import asked_for
from connectors.webhooks.values import Answer, BadWebhook

CONNECT: Final = 5.0
"""Seconds for one address; three are tried."""

SILENCE: Final = 15.0
"""Seconds without a byte."""

TOTAL: Final = 20.0
"""Seconds from the first connection to the last byte; then the line is cut."""

RESOLVE: Final = 10.0
"""Seconds after which a name that is resolved at last is not sent to in this attempt: its turn is over."""

MOST_READ: Final = 1_000
"""Bytes of an answer that are kept."""

REMARKS: Final[Mapping[int, str]] = {
    3: "a redirect, which is not followed: change the URL",
    4: "the receiver refused it",
    5: "the receiver failed",
}
"""First digit of a status -> what it means to us."""


@cache
def trusting() -> ssl.SSLContext:
    """Whom we believe: who the system names (SSL_CERT_FILE, SSL_CERT_DIR), else also the usual authorities."""
    context = ssl.create_default_context()
    if not {"SSL_CERT_FILE", "SSL_CERT_DIR"} & os.environ.keys():
        context.load_verify_locations(certifi.where())
    return context


class Sends(Protocol):
    """Whoever takes a message to an address, and tells how that went; never raises for what happens on the way."""

    @property
    def guard(self) -> Guard:
        """Which addresses there may be."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Take it there."""


@dataclass(frozen=True, slots=True)
class Transport:
    """Sends; what goes wrong is an `Answer` too. Redirects are not followed, proxies not asked."""

    guard: Guard
    clock: Callable[[], float] = time.time
    resolve: Resolve = resolved
    total: float = TOTAL
    context: Callable[[], ssl.SSLContext] = trusting

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send, and tell how it went. Never raises for what a receiver, a network or a resolver does."""
        began = time.monotonic()
        line = _Line(self.total)
        try:
            parts = self.guard.url(url)
            host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
            addresses = self.guard.resolve(host, port, self.resolve)
            if time.monotonic() - began > RESOLVE:
                raise TimeoutError("the name took too long to resolve")
            with line, closing(line.connect(addresses, port)):
                if parts.scheme == "https":
                    line.secure(self.context(), host)
                response = _exchange(line.socket, parts, headers, body)
                told = Answer(0.0, response.status, REMARKS.get(response.status // 100, ""), _beginning(response))
        except (AddressRefused, BadWebhook, OSError, HTTPException, ValueError) as error:
            words = f"no answer within {self.total:g} s" if line.cut else _words(error)
            return Answer(time.monotonic() - began, error=words)
        pause = asked_for(response.getheader("Retry-After"), self.clock())
        return Answer(time.monotonic() - began, told.status, told.error, told.body, pause)


class _Line:
    """A connection that is cut when its time is over, however slowly the other side goes on."""

    def __init__(self, seconds: float) -> None:
        self.cut = False
        self.socket: socket.socket
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def connect(self, addresses: Sequence[str], port: int) -> _Line:
        """Connect to the first of these that answers."""
        for address in addresses[:3]:
            try:
                self.socket = socket.create_connection((address, port), timeout=CONNECT)
            except OSError as error:
                failed = error
            else:
                self.socket.settimeout(SILENCE)
                return self
        raise failed

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Speak TLS from now on, with whoever proves to be this host."""
        secured = context.wrap_socket(self.socket, server_hostname=host, do_handshake_on_connect=False)
        self.socket = secured
        if self.cut:  # in the moment between the two
            raise TimeoutError
        secured.do_handshake()

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def _cut(self) -> None:
        self.cut = True
        with suppress(OSError, AttributeError):
            # Below TLS, which is not made for two threads: whoever waits for a byte gets the end instead.
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


def _exchange(line: socket.socket, parts: SplitResult, headers: Mapping[str, str], body: bytes) -> HTTPResponse:
    connection = HTTPConnection(parts.netloc)
    connection.sock = line
    connection.putrequest("POST", parts._replace(scheme="", netloc="").geturl() or "/", skip_accept_encoding=True)
    for name, value in {"Content-Length": str(len(body)), "Connection": "close", **headers}.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    return connection.getresponse()


def _beginning(response: HTTPResponse) -> str:
    """The beginning of an answer. The status has been told: whatever happens to the rest changes nothing."""
    read = b""
    with suppress(OSError, HTTPException, ValueError):
        while len(read) < MOST_READ and (part := response.read1(MOST_READ - len(read))):
            read += part
    return _printable(read.decode(errors="replace"))


def _words(error: Exception) -> str:
    return _printable(f"{type(error).__name__}: {error}")[:300]


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
