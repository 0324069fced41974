"""The ledger of erasures: a file apart from the database, so that an older backup does not bring anybody back."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson


@dataclass(frozen=True, slots=True)
class Entry:
    """That somebody was forgotten (`erase`), or may come again (`lift`): their names as marks, nothing else."""

    id: str
    at: float
    act: str
    marks: tuple[str, ...]


class Ledger:
    """Lines of JSON that are only ever added to; any number of processes may do so at once. It can be copied to where
    the database is not, and back."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def new(self, act: str, marks: Collection[str], at: float) -> Entry:
        """An entry that is not written down yet."""
        return Entry(os.urandom(12).hex(), at, act, tuple(sorted(marks)))

    def add(self, *entries: Entry) -> None:
        """Write these down; when this returns they are on the disk."""
        if not entries:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines = b"".join(orjson.dumps(asdict(one), option=orjson.OPT_APPEND_NEWLINE) for one in entries)
        descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # A line that a crash cut off must not swallow the next one.
            torn = file.seek(0, os.SEEK_END) > 0 and os.pread(descriptor, 1, file.tell() - 1) != b"\n"
            os.write(descriptor, b"\n" * torn + lines)
            os.fsync(descriptor)

    def read(self) -> Iterator[Entry]:
        """Every entry, in the order in which they were written; a torn line is none."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for line in file:
                try:
                    told = orjson.loads(line)
                    yield Entry(told["id"], told["at"], told["act"], tuple(told["marks"]))
                except (orjson.JSONDecodeError, KeyError, TypeError):
                    continue
