"""One service to a data folder: a lock that the kernel frees, however its holder ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUse(Exception):
    """A service is running on this data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"a service is running on {folder} already; stop it first")


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder for as long as this is entered. Raises `InUse`."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "running.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InUse(folder) from None
        yield
    finally:
        os.close(lock)
