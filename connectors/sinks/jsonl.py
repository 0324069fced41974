"""A sink that is a file: one message a line, in the order in which they came."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class JsonLines:
    """Files `NAME.jsonl` in a folder, only ever added to. Whoever reads them forgets an `id` that it has seen."""

    folder: Path

    def put(self, name: str, body: bytes) -> None:
        """Add a line, on the disk when this returns. Several processes may write at once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.jsonl").open("ab+") as file:
            os.fchmod(file.fileno(), 0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(self._gap(file.fileno()) + body.replace(b"\n", b" ") + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _gap(self, descriptor: int) -> bytes:
        """What ends a line that somebody who died left unfinished."""
        size = os.fstat(descriptor).st_size
        return b"\n" if size and os.pread(descriptor, 1, size - 1) != b"\n" else b""
