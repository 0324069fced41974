"""One Redis-protocol connection per thread, driven by hand, with every wait bounded."""

from __future__ import annotations

import secrets
import socket
import struct
import threading
from collections.abc import Sequence
from typing import Any

import hiredis
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

Reply = Any
Command = tuple[bytes | str | int, ...]


class LinkError(ConnectionError):
    """The server did not answer in time (`late`), not at all, or with an error."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.late = isinstance(error, redis.TimeoutError | TimeoutError | BlockingIOError)


class Session:
    """A live connection, and the namespace that was valid when it was opened.

    `space` starts with the server's run id: what a server knew before it was restarted (its append-only file
    may lack the last writes) lies under another one and is never read again. It ends with the generation, a
    random word that anyone can change to make everybody forget every copy at once.

    Each session says which board its process looks at (`board`, empty for none). What the server then holds under
    `board_key` is the one that all look at, or something else as soon as there are two.
    """

    __slots__ = ("_buffer", "_connection", "_reader", "_socket", "board_key", "generation", "generation_key", "space")

    def __init__(self, connection: Any, prefix: str, timeout: float, board: bytes) -> None:
        self._connection = connection
        self._socket = _bounded(connection._sock, timeout)
        self._reader = hiredis.Reader()
        self._buffer = bytearray(65_536)
        self.generation_key = f"{prefix}:generation".encode()
        fresh = secrets.token_hex(8)
        info, _, generation = self.ask(
            ("INFO", "server"),
            ("SET", self.generation_key, fresh, "NX"),
            ("GET", self.generation_key),
        )
        self.generation: bytes = generation
        run = b"%s:%s" % (prefix.encode(), _run_id(info))
        self.space = b"%s:%s:" % (run, generation)
        self.board_key = b"%s:board" % run
        _, others = self.ask(("SET", self.board_key, board, "NX"), ("GET", self.board_key))
        if others != board:
            self.ask(("SET", self.board_key, "several"))

    def ask(self, *commands: Command) -> list[Reply]:
        """Send all commands, then read all replies: one round trip."""
        try:
            packed = [hiredis.pack_command(command) for command in commands]  # type: ignore[arg-type]  # its stub knows one word
            self._socket.sendall(b"".join(packed))
            return [self._reply() for _ in commands]
        except (hiredis.HiredisError, OSError) as error:
            raise LinkError(error) from error

    def _reply(self) -> Reply:
        reader, buffer = self._reader, self._buffer
        reply = reader.gets()
        while reply is False:  # there is more to come; nothing that we ask for answers false
            size = self._socket.recv_into(buffer)
            if not size:
                raise ConnectionResetError("the server closed the connection")
            reader.feed(buffer, 0, size)  # type: ignore[arg-type]  # its stub knows no bytearray
            reply = reader.gets()
        if isinstance(reply, hiredis.ReplyError):
            raise reply
        return reply

    def close(self) -> None:
        """Give the socket back."""
        self._connection.disconnect()


class Link:
    """The server behind `url`, reached from any thread. Nothing is opened before the first use.

    redis-py opens connections: addresses, TLS, passwords. The calls go through its socket and hiredis alone, because
    every page has one such hop in it: reading 4 kB over a Unix socket so takes 0.4 of the CPU that redis-py's client
    takes, and 0.8 of what its bare connection takes.
    """

    def __init__(self, url: str, *, prefix: str, timeout: float, board: bytes = b"") -> None:
        self._prefix = prefix
        self._board = board
        self._local = threading.local()
        self._timeout = timeout
        self._pool = redis.ConnectionPool.from_url(
            url,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            driver_info=None,
        )

    def session(self) -> Session:
        """This thread's session, opened if need be; raises `LinkError`."""
        session: Session | None = getattr(self._local, "session", None)
        return session if session is not None else self._open()

    def drop_session(self) -> None:
        """Close this thread's session after an error: a late reply must never be read as the next one's."""
        session: Session | None = getattr(self._local, "session", None)
        if session is not None:
            self._local.session = None
            session.close()

    def close(self) -> None:
        """Let go of every thread's session; a connection closes its socket when it is collected."""
        self.drop_session()
        self._local = threading.local()

    def _open(self) -> Session:
        connection: Any = self._pool.make_connection()
        try:
            connection.connect()
            session = Session(connection, self._prefix, self._timeout, self._board)
        except LinkError:
            connection.disconnect()
            raise
        except (redis.RedisError, OSError) as error:
            connection.disconnect()
            raise LinkError(error) from error
        self._local.session = session
        return session


def _bounded(opened: Any, timeout: float) -> Any:
    """The socket with its waits bounded by the kernel where that is possible: Python would ask twice for each."""
    if type(opened) is socket.socket:
        span = struct.pack("ll", int(timeout), int(timeout % 1 * 1e6))
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, span)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, span)
        opened.settimeout(None)
    return opened


def _run_id(info: bytes) -> bytes:
    lines: Sequence[bytes] = info.splitlines()
    return next((line[7:] for line in lines if line.startswith(b"run_id:")), b"unknown")
