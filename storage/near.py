"""Copies kept in this process, and the board in shared memory that says whether they still hold."""

from __future__ import annotations

import logging
import mmap
import os
import secrets
import tempfile
import threading
import time
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import unquote, urlsplit

log = logging.getLogger("intarsia")

MARKS: Final = 1 << 16
"""Marks on a board. Keys that share one only make each other's copies be read again."""

DEBTORS: Final = 256
"""Places for those who could not tell the server what they changed."""

ALL, LATEST, FIRST, ID = MARKS, MARKS + 1, MARKS + 2, MARKS + 2 + DEBTORS
BOARD_BYTES: Final = 8 * (ID + 1)
"""The marks, the one of all, the latest debt, the debts, and the id of the board."""

OWED: Final = 3_000_000_000
"""Nanoseconds for which a debt is believed without being told again: its debtor may be no more."""

MOST_BYTES: Final = 48_000_000
"""Bytes of copies that one process keeps: some 10,000 people of 4 kB."""

SECONDS: Final = 60.0
"""How long a copy is kept. What ends it is its mark; this bounds what only the server knows, such as its expiry."""

TRUSTED: Final = 0.1
"""Seconds without a word from the server after which it is asked again: a dead one must not go unnoticed."""


Mark: TypeAlias = tuple[int, int]
"""The number of a key on a board, and the number of all."""


class Board:
    """One number for every key (many share one) and one for all, in memory that all processes of a host share.

    Who changes a copy changes its number to one that was never there before it tells anybody of the change. So a copy
    that was read after its number was looked up holds for as long as that number stays.
    """

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            memory = mmap.mmap(file.fileno(), BOARD_BYTES)
        # Aligned words of eight bytes are written and read whole.
        self._marks = memoryview(memory).cast("Q")
        self.id = b"%x" % self._marks[ID]
        """Tells this board from every other that was ever put up."""
        self._place = FIRST + secrets.randbelow(DEBTORS)
        self._debt = 0

    @staticmethod
    def put_up(path: Path) -> None:
        """Make the file of a board, or leave the one that others look at. On a full disk there is none."""
        try:
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name) as file:
                # Real blocks: a hole in the file that finds no room later would end the process that writes there.
                os.posix_fallocate(file.fileno(), 0, BOARD_BYTES)
                file.seek(BOARD_BYTES - 8)
                file.write(secrets.token_bytes(8))
                file.flush()
                path.hardlink_to(file.name)
        except FileExistsError:
            return  # whole from its first moment, and the one that others look at
        except OSError as error:
            log.warning("copies are not kept in processes: no board at %s (%s)", path, error)

    @classmethod
    def beside(cls, url: str) -> Board | None:
        """The board of the server behind this URL. Only a server that nobody can reach past its socket has one."""
        parts = urlsplit(url)
        if parts.scheme != "unix":
            return None
        try:
            return cls(board_path(Path(unquote(parts.path))))
        except (OSError, ValueError):  # not there, not ours to write, or not whole
            return None

    def mark(self, key: str) -> Mark:
        """The number of this key, and that of all."""
        marks = self._marks
        return marks[zlib.crc32(key.encode()) % MARKS], marks[ALL]

    def change(self, keys: Iterable[str]) -> None:
        """Let no process use its copies of these any more."""
        for key in keys:
            self._marks[zlib.crc32(key.encode()) % MARKS] = secrets.randbits(64)

    def change_all(self) -> None:
        """Let no process use any copy any more."""
        self._marks[ALL] = secrets.randbits(64)

    def owe(self) -> None:
        """Let nobody trust the server for now: it holds what is older than we have told. To be said again until it is
        made good."""
        now = time.monotonic_ns()  # the same clock in all processes of a host
        self._debt = self._marks[self._place] = now + OWED
        if not _holds(self._marks[LATEST], now) or self._marks[LATEST] < self._debt:
            self._marks[LATEST] = self._debt

    def paid(self) -> None:
        """What we owed is made good."""
        # Another may have come to the same place: that debt is not ours to settle.
        if self._marks[self._place] == self._debt:
            self._marks[self._place] = 0

    @property
    def trusted(self) -> bool:
        """Whether nobody owes the server anything."""
        now = time.monotonic_ns()
        if not _holds(self._marks[LATEST], now):
            return True
        return not any(_holds(debt, now) for debt in self._marks[FIRST : FIRST + DEBTORS])


def _holds(debt: int, now: int) -> bool:
    # One from before the host was started may lie far ahead.
    return now < debt <= now + OWED


def board_path(socket: Path) -> Path:
    """Where the board of the server at this socket is. Boards of another form have another name: none is ever cut."""
    return socket.with_suffix(f".marks-{MARKS}-{DEBTORS}")


class Kept(NamedTuple):
    """A copy, the mark that it was read under, and until when it is used."""

    mark: Mark
    until: float
    body: bytes


class Near:
    """Copies kept in this process for as long as the board says that they are still those of the server."""

    def __init__(self, board: Board, *, most_bytes: int = MOST_BYTES) -> None:
        self.board = board
        self._most = most_bytes
        self._kept: dict[str, Kept] = {}
        self._bytes = 0
        self._heard = -TRUSTED
        self._turn = threading.Lock()

    def get(self, key: str, mark: Mark) -> bytes | None:
        """The copy, if it is here and holds. `mark` is the key's at this moment."""
        kept = self._kept.get(key)
        if kept is None or kept.mark != mark:
            return None
        now = time.monotonic()
        return kept.body if now < kept.until and now - self._heard < TRUSTED else None

    def keep(self, key: str, mark: Mark, body: bytes | None) -> None:
        """The server has just told this; `mark` was the key's before it was asked."""
        now = self._heard = time.monotonic()
        with self._turn:
            old = self._kept.pop(key, None)
            self._bytes -= len(old.body) if old else 0
            if body:
                self._kept[key] = Kept(mark, now + SECONDS, body)
                self._bytes += len(body)
            while self._bytes > self._most:
                self._bytes -= len(self._kept.pop(next(iter(self._kept))).body)
