"""A folder of files that can be made again: what was asked for least recently goes when it is full."""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from storage.blobs import is_digest, write_whole

ROOM: Final = 0.9
"""How full the folder is after it was cleared."""
STRAY: Final = 3_600.0
"""Seconds after which a file that was never finished belongs to nobody."""
TOUCHED: Final = 60.0
"""Seconds within which a file is not said to be used twice."""
DIGEST: Final = 32


class BoundedFolder:
    """Files by name, a digest, in at most so many bytes; shared by the processes of a machine.

    What is got is what was put: each file begins with the digest of the rest, and a damaged one counts as gone.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self.folder = folder
        self.most_bytes = most_bytes
        # Looking at all files costs time: only after as much as a twentieth of the room was put by this process.
        self._unseen = most_bytes

    def get(self, name: str) -> bytes | None:
        """What was put under this name, None where it is gone."""
        path = self._path(name)
        try:
            held = path.read_bytes()
            if path.stat().st_mtime < time.time() - TOUCHED:
                os.utime(path)
        except FileNotFoundError:
            return None
        content = held[DIGEST:]
        if hashlib.sha256(content).digest() != held[:DIGEST]:
            path.unlink(missing_ok=True)
            return None
        return content

    def put(self, name: str, content: bytes) -> None:
        """Keep this for a while."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, hashlib.sha256(content).digest() + content, durable=False)
        self._unseen += len(content)
        if self._unseen >= self.most_bytes // 20:
            self._unseen = 0
            self.clear()

    def clear(self) -> None:
        """Take away what was used least recently until there is room; nothing while another process does it."""
        with (self.folder / ".clearing").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            self._clear(time.time())

    def _clear(self, now: float) -> None:
        files = []
        for path in self.folder.glob("??/*"):
            with suppress(FileNotFoundError):
                seen = path.stat()
                if is_digest(path.name):
                    files.append((seen.st_mtime, seen.st_size, path))
                elif seen.st_mtime < now - STRAY:
                    path.unlink()
        total = sum(size for _, size, _ in files)
        if total <= self.most_bytes:
            return
        for _, size, path in sorted(files):
            path.unlink(missing_ok=True)
            total -= size
            if total <= self.most_bytes * ROOM:
                break

    def _path(self, name: str) -> Path:
        if not is_digest(name):
            raise ValueError(f"{name[:80]!r} is not a digest")
        return self.folder / name[:2] / name
