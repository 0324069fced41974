"""Content-addressed files: the name of a blob is the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


class BlobError(LookupError):
    """A blob is missing, or its bytes are not those that were put."""

    def __init__(self, digest: str, message: str, remedy: str) -> None:
        super().__init__(f"blob {digest[:12]}: {message}; {remedy}")
        self.digest = digest
        self.message = message
        self.remedy = remedy


class Blobs:
    """A folder of immutable files. A blob is there wholly or not at all, whatever happens while it is put."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep `content` for good and return its digest; the same bytes are kept once."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, content)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes that were put, verified; raises `BlobError` when they are missing or damaged."""
        try:
            content = self.path(digest).read_bytes()
        except FileNotFoundError:
            raise BlobError(digest, "is not in the store", "put it again, or restore the folder") from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise BlobError(digest, "is damaged", "remove the file and put the blob again")
        return content

    def path(self, digest: str) -> Path:
        """Where the blob of this digest is, or would be."""
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise BlobError(digest, "is not a SHA-256 digest", "a digest has 64 characters of 0-9 and a-f")
        return self.folder / digest[:2] / digest


def _write_whole(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    # The rename itself is durable only once the folder is.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
