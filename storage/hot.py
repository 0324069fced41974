"""Hot copies of what SQL holds: fast to read, safe to lose, never older than what was committed and told."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import NamedTuple, TypeVar

from storage.link import Link, LinkError, Session
from storage.near import Board, Mark, Near

T = TypeVar("T")

DAY = 86_400.0

OWED_LIMIT = 1_000
"""Keys whose failed writes are remembered one by one; with more, everything is forgotten instead."""

CHUNK = 500
"""Copies in one call, so that no call holds the server for long."""

VERSION_DIGITS = 16

# Writers race: the one that committed first may speak last. A copy therefore carries its version and only
# replaces an older one; and nobody writes into a generation that has been forgotten meanwhile.
_PUT = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
for i = 2, #KEYS do
  local new = ARGV[i + 1]
  local old = redis.call('GETRANGE', KEYS[i], 0, 15)
  if old == '' or tonumber(old) <= tonumber(string.sub(new, 1, 16)) then
    redis.call('SET', KEYS[i], new, 'PX', ARGV[2])
  end
end
return 0
"""


class Copy(NamedTuple):
    """A copy of something at a version. Versions of one key only grow."""

    version: int
    body: bytes


class HotCopies:
    """The door to the Redis protocol. No call raises or takes longer than about `timeout`; a failure is a miss.

    After a failure nobody asks the server again but one background thread, every `pause` seconds, until it
    answers; so only the request that meets the failure pays for it. Writes that failed are made good before
    the copies are trusted again, by this process and by all that look at the same board. `url` None is a silent twin
    that knows nothing and lacks nothing.

    Where the server has a board beside its socket, and all its clients look at it, what was read is kept in this
    process too (`near`), and is used until anybody changes it.
    """

    def __init__(
        self,
        url: str | None,
        *,
        prefix: str = "intarsia",
        timeout: float = 0.05,
        pause: float = 0.5,
        near: bool = True,
    ) -> None:
        self._board = None if url is None else Board.beside(url)
        board = self._board.id if self._board is not None else b""
        self._link = None if url is None else Link(url, prefix=prefix, timeout=timeout, board=board)
        # Without copies of its own a process tells the others of its changes all the same.
        self._near = Near(self._board) if near and self._board is not None else None
        self._up = True
        self._pause = pause
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._healer: threading.Thread | None = None
        self._owed: dict[str, int] = {}
        self._owes_all = False

    @property
    def available(self) -> bool:
        """Whether copies are trusted now; False from a failure until the server answers again."""
        return self._up and (self._board is None or self._board.trusted)

    def get(self, key: str) -> bytes | None:
        """The copy's body, or None on a miss or a failure (then `available` is False)."""
        near = self._near
        if not self.available:
            return None
        if near is None:
            return self._fetch(key)
        # Looked up before the server is asked: what changes meanwhile is not kept under the newer mark.
        mark = near.board.mark(key)
        kept = near.get(key, mark)
        if kept is not None:
            return kept
        return self._fetch(key, mark)

    def _fetch(self, key: str, mark: Mark | None = None) -> bytes | None:
        if self._link is None or not self._up:
            return None
        found = self._try(lambda session: _read(session, key))
        if found is None:
            return None
        if not found.of_our_generation:
            self._link.drop_session()
            return None
        if mark is not None and self._near is not None:
            one_board = self._board is not None and found.board == self._board.id
            self._near.keep(key, mark, found.body if one_board else None)
        return found.body

    def put(self, copies: Mapping[str, Copy], ttl: float = DAY) -> None:
        """Publish what has just been committed. If it fails now, older copies are blotted out later."""
        if self._link is None:
            return
        pending = iter(copies.items())
        while chunk := dict(islice(pending, CHUNK)):
            if not (self._up and self._write(chunk, ttl)):
                self._owe({key: copy.version for key, copy in chunk.items()})
            self._changed(chunk)

    def offer(self, key: str, copy: Copy, ttl: float = DAY) -> None:
        """Publish what has just been read from SQL; no harm if it is lost."""
        if self._link is not None and self._up:
            self._write({key: copy}, ttl)

    def drop(self, keys: Iterable[str]) -> None:
        """Forget these copies. If that fails now, everything is forgotten as soon as the server answers."""
        wanted = tuple(keys)
        if self._link is None or not wanted:
            return
        if not self._up or self._try(lambda session: session.ask(("DEL", *_spaced(session, wanted)))) is None:
            self._owe({}, everything=True)
        self._changed(wanted)

    def forget_all(self) -> None:
        """Make every process forget every copy at once: at a worker's start, and after a bulk import."""
        if self._link is not None and not (self._up and self._try(_new_generation) is not None):
            self._owe({}, everything=True)
        if self._link is not None:
            self._link.drop_session()
        self._changed((), everything=True)

    def rewrite(self) -> bool:
        """Let the server write its files anew, without what was dropped; whether it said that it will. One that keeps
        none has nothing to write."""
        if self._link is None:
            return True
        try:
            self._link.session().ask(("BGREWRITEAOF",))
        except LinkError:
            self._link.drop_session()
            return False
        return True

    def close(self) -> None:
        """Stop healing and give the connections back."""
        self._closing.set()
        healer = self._healer
        if healer is not None:
            healer.join()
        if self._link is not None:
            self._link.close()

    def _changed(self, keys: Iterable[str], *, everything: bool = False) -> None:
        """Let every process of this host ask the server again. After the server was told, and before our caller is."""
        if self._board is not None:
            self._board.change_all() if everything else self._board.change(keys)

    def _write(self, copies: Mapping[str, Copy], ttl: float) -> bool:
        framed = {key: b"%016d+%s" % copy for key, copy in copies.items()}
        # A refusal means that the generation has changed: learn the new one and write there.
        for _ in range(2):
            if self._link is None or (reply := self._try(lambda session: _put(session, framed, ttl))) is None:
                return False
            if reply == 0:
                return True
            self._link.drop_session()
        return False

    def _try(self, call: Callable[[Session], T]) -> T | None:
        assert self._link is not None
        # A connection that the server closed while we were idle deserves one fresh try; a late answer does not.
        for last in (False, True):
            try:
                return call(self._link.session())
            except LinkError as error:
                self._link.drop_session()
                if last or error.late:
                    break
        self._fail()
        return None

    def _owe(self, versions: Mapping[str, int], *, everything: bool = False) -> None:
        with self._lock:
            for key, version in versions.items():
                self._owed[key] = max(version, self._owed.get(key, 0))
            self._owes_all = self._owes_all or everything or len(self._owed) > OWED_LIMIT
            if self._owes_all:
                self._owed.clear()
            if self._board is not None:
                # Before our caller is told: whoever still reaches the server must not believe it.
                self._board.owe()
        self._fail()

    def _fail(self) -> None:
        with self._lock:
            self._up = False
            if self._healer is None and not self._closing.is_set():
                self._healer = threading.Thread(target=self._heal, name="hot-copies", daemon=True)
                self._healer.start()

    def _heal(self) -> None:
        while not self._closing.wait(self._pause):
            if self._mended():
                return

    def _mended(self) -> bool:
        """Whether the server answers, all that we owed is paid, and the copies are trusted again."""
        assert self._link is not None
        with self._lock:
            owed, owes_all = dict(self._owed), self._owes_all
            if self._board is not None and (owed or owes_all):
                self._board.owe()
        try:
            session = self._link.session()
            if owes_all:
                _new_generation(session)
            elif owed and _put(session, {key: b"%016d-" % owed[key] for key in owed}, DAY) != 0:
                # The generation has changed: learn the new one at the next try.
                self._link.drop_session()
                return False
        except LinkError:
            self._link.drop_session()
            return False
        # Whoever still reached the server read there what we could not replace.
        self._changed(owed, everything=owes_all)
        with self._lock:
            if (self._owed, self._owes_all) != (owed, owes_all):
                return False
            self._owed, self._owes_all, self._up, self._healer = {}, False, True, None
            if self._board is not None:
                self._board.paid()
        self._link.drop_session()
        return True


class Found(NamedTuple):
    """What the server holds under a key, whether that is of the session's generation, and whose board all look at."""

    of_our_generation: bool
    body: bytes | None
    board: bytes | None


def _read(session: Session, key: str) -> Found:
    keys = (session.generation_key, session.board_key, session.space + key.encode())
    ((generation, board, value),) = session.ask(("MGET", *keys))
    whole = value is not None and value[VERSION_DIGITS : VERSION_DIGITS + 1] == b"+"
    return Found(generation == session.generation, value[VERSION_DIGITS + 1 :] if whole else None, board)


def _put(session: Session, framed: Mapping[str, bytes], ttl: float) -> int:
    keys = _spaced(session, framed)
    head = (session.generation, int(ttl * 1000))
    (reply,) = session.ask(("EVAL", _PUT, len(keys) + 1, session.generation_key, *keys, *head, *framed.values()))
    return int(reply)


def _new_generation(session: Session) -> bool:
    session.ask(("SET", session.generation_key, secrets.token_hex(8)))
    return True


def _spaced(session: Session, keys: Iterable[str]) -> list[bytes]:
    return [session.space + key.encode() for key in keys]
