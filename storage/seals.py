"""Keyed marks that only who has the key can make: how a change by somebody who can write to the database is found."""

from __future__ import annotations

import os
from hashlib import blake2b, sha512
from pathlib import Path
from typing import Final

LENGTH: Final = 32
"""Bytes of a key that we make ourselves."""


def _mark(key: bytes, words: str) -> str:
    # Keyed BLAKE2b (RFC 7693): a MAC in a third of the time of HMAC-SHA256, which counts over a million rows.
    return blake2b(words.encode(), key=key, digest_size=32).hexdigest()


def _name(key: bytes) -> str:
    return _mark(key, "name")[:8]


class Seals:
    """The first key seals, every one of them proves: that is how a key is changed without losing what it sealed."""

    def __init__(self, *keys: bytes) -> None:
        # A key of any length is welcome; BLAKE2b takes up to 64 bytes.
        fitting = [key if len(key) <= blake2b.MAX_KEY_SIZE else sha512(key).digest() for key in keys]
        self._keys = {_name(key): key for key in fitting or [b""]}
        self.newest = next(iter(self._keys))

    def mark(self, words: str) -> str:
        """The mark of these words under the newest key, 64 hexadecimal digits."""
        return _mark(self._keys[self.newest], words)

    def knows(self, name: str) -> bool:
        """Whether one of our keys has this name."""
        return name in self._keys

    def proves(self, name: str, words: str, mark: str) -> bool:
        """Whether the key of this name is ours and made this mark of these words."""
        key = self._keys.get(name)
        return key is not None and _mark(key, words) == mark


OPEN: Final = Seals()
"""A seal that everybody can make: the empty key. For tools and tests that have no data folder."""


def kept_secret(folder: Path, name: str) -> bytes:
    """The secret of this name in a folder, a line of hexadecimal digits: made on the first call, the same ever after.

    Its file is for the owner's eyes only.
    """
    path = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    return path.read_bytes().strip()


def _make(path: Path) -> None:
    # Written beside and linked: of two processes that start at once one wins, and nobody reads half a secret.
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{os.urandom(LENGTH).hex()}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
