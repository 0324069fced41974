"""Content-addressed files: the name of a blob is the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class BlobError(LookupError):
    """A blob is missing, or its bytes are not those that were put."""

    def __init__(self, digest: str, message: str, remedy: str) -> None:
        super().__init__(f"blob {digest[:12]}: {message}; {remedy}")
        self.digest = digest
        self.message = message
        self.remedy = remedy


class BlobsAway(BlobError):
    """The place where blobs are kept does not answer, or not to us: nothing can be said of the blob."""


class BlobStore(Protocol):
    """A place of immutable blobs. Each is there wholly or not at all, whatever happens while it is put."""

    def put(self, content: bytes) -> str:
        """Keep `content` for good and return its digest; the same bytes are kept once. Raises `BlobsAway`."""
        ...

    def get(self, digest: str) -> bytes:
        """The bytes that were put, verified; raises `BlobError` when they are missing or damaged."""
        ...

    def has(self, digest: str) -> bool:
        """Whether there is a blob of this digest. Raises `BlobsAway`."""
        ...

    def ages(self) -> Iterator[tuple[str, float]]:
        """Every digest, and when its blob was put last, in seconds since 1970."""
        ...

    def remove(self, digest: str, before: float) -> bool:
        """Take a blob away that nothing refers to and that was put last before this moment; whether it was."""
        ...


class Blobs:
    """A `BlobStore` in a folder of immutable files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep `content` for good and return its digest; the same bytes are kept once."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        try:
            # Who puts it again relies on it from now on: it must look young to whoever collects old ones.
            os.utime(path)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes that were put, verified; raises `BlobError` when they are missing or damaged."""
        try:
            content = self.path(digest).read_bytes()
        except FileNotFoundError:
            raise missing(digest) from None
        return verified(digest, content)

    def has(self, digest: str) -> bool:
        """Whether there is a blob of this digest."""
        return self.path(digest).is_file()

    def ages(self) -> Iterator[tuple[str, float]]:
        """Every digest, and when its blob was put last, in seconds since 1970."""
        for path in self.folder.glob("??/*"):
            if is_digest(path.name):
                yield path.name, path.stat().st_mtime

    def remove(self, digest: str, before: float) -> bool:
        """Take a blob away that nothing refers to and that was put last before this moment; whether it was."""
        path = self.path(digest)
        try:
            if path.stat().st_mtime >= before:
                return False
            path.unlink()
        except FileNotFoundError:
            return False
        return True

    def path(self, digest: str) -> Path:
        """Where the blob of this digest is, or would be."""
        return self.folder / place_of(digest)


def place_of(digest: str) -> str:
    """The path of a blob inside of the place where blobs are kept. Raises `BlobError` for what is no digest."""
    if not is_digest(digest):
        raise BlobError(digest, "is not a SHA-256 digest", "a digest has 64 characters of 0-9 and a-f")
    return f"{digest[:2]}/{digest}"


def is_digest(name: str) -> bool:
    """Whether this can name a blob."""
    return len(name) == 64 and set(name) <= set("0123456789abcdef")


def verified(digest: str, content: bytes) -> bytes:
    """The content, if it is that of this digest; else a `BlobError`."""
    if hashlib.sha256(content).hexdigest() != digest:
        raise BlobError(digest, "is damaged", "remove the file and put the blob again")
    return content


def missing(digest: str) -> BlobError:
    """What is said of a blob that is not there."""
    return BlobError(digest, "is not in the store", "put it again, or restore the folder")


def write_whole(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file that others see whole or not at all; a `durable` one is there after a loss of power too."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if durable:
        _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    # The rename itself is durable only once the folder is.
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
