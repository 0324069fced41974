"""One Redis-protocol connection per thread, driven by hand, with every wait bounded."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

Reply = Any
Command = tuple[bytes | str | int, ...]


class LinkError(ConnectionError):
    """The server did not answer in time (`late`), not at all, or with an error."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.late = isinstance(error, redis.TimeoutError | TimeoutError)


class Session:
    """A live connection, and the namespace that was valid when it was opened.

    `space` starts with the server's run id: what a server knew before it was restarted (its append-only file
    may lack the last writes) lies under another one and is never read again. It ends with the generation, a
    random word that anyone can change to make everybody forget every copy at once.
    """

    __slots__ = ("_connection", "generation", "generation_key", "space")

    def __init__(self, connection: Any, prefix: str) -> None:
        self._connection = connection
        self.generation_key = f"{prefix}:generation".encode()
        fresh = secrets.token_hex(8)
        info, _, generation = self.ask(
            ("INFO", "server"),
            ("SET", self.generation_key, fresh, "NX"),
            ("GET", self.generation_key),
        )
        self.generation: bytes = generation
        self.space = b"%s:%s:%s:" % (prefix.encode(), _run_id(info), generation)

    def ask(self, *commands: Command) -> list[Reply]:
        """Send all commands, then read all replies: one round trip."""
        connection = self._connection
        try:
            for command in commands:
                connection.send_packed_command(connection.pack_command(*command))
            # Decoding is off: copies are bytes.
            return [connection.read_response(disable_decoding=True) for _ in commands]
        except (redis.RedisError, OSError) as error:
            raise LinkError(error) from error

    def close(self) -> None:
        """Give the socket back."""
        self._connection.disconnect()


class Link:
    """The server behind `url`, reached from any thread. Nothing is opened before the first use.

    redis-py's connections bring addresses, TLS and passwords; its client does not carry the calls, because a
    GET of 4 kB through `redis.Redis.get` takes 55 µs and through the bare connection 13 µs (measured over a
    Unix socket), and a page has one such hop in it.
    """

    def __init__(self, url: str, *, prefix: str, timeout: float) -> None:
        self._prefix = prefix
        self._local = threading.local()
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
            session = Session(connection, self._prefix)
        except LinkError:
            connection.disconnect()
            raise
        except (redis.RedisError, OSError) as error:
            connection.disconnect()
            raise LinkError(error) from error
        self._local.session = session
        return session


def _run_id(info: bytes) -> bytes:
    lines: Sequence[bytes] = info.splitlines()
    return next((line[7:] for line in lines if line.startswith(b"run_id:")), b"unknown")
