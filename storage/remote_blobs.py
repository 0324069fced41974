"""Blobs in an S3-compatible store, and copies of them near at hand."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from storage.blobs import BlobError, Blobs, BlobsAway, BlobStore, missing, place_of, verified
from storage.bounded import BoundedFolder

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

S3: Final = "s3://"
YOUNG: Final = 43_200.0
"""Seconds for which a blob is not sent again. Whoever collects old blobs must wait for longer."""
PATIENCE: Final = {"connect_timeout": 3, "read_timeout": 15, "retries": {"max_attempts": 2, "mode": "standard"}}
"""How long one call to the store may take: an editor waits for it."""


class BlobPlaceError(ValueError):
    """A place for blobs that cannot be: what is wrong with it, and what would be right."""

    def __init__(self, place: str, message: str, remedy: str) -> None:
        super().__init__(f"{place!r}: {message}; {remedy}")


class RemoteBlobs:
    """A `BlobStore` over a file system that writes a file whole or not at all, as object stores do."""

    def __init__(self, files: AbstractFileSystem, place: str) -> None:
        self._files = files
        self._place = place.rstrip("/")

    def put(self, content: bytes) -> str:
        """Keep `content` for good and return its digest; what is there is sent again once a day, and young again."""
        digest = hashlib.sha256(content).hexdigest()
        there = self._info(digest)
        if there is None or there.get("size") != len(content) or _moment(there) < time.time() - YOUNG:
            with _told(digest):
                self._files.pipe_file(self._path(digest), content)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes that were put, verified; raises `BlobError` when they are missing or damaged."""
        with _told(digest):
            return verified(digest, self._files.cat_file(self._path(digest)))

    def has(self, digest: str) -> bool:
        """Whether there is a blob of this digest."""
        return self._info(digest) is not None

    def ages(self) -> Iterator[tuple[str, float]]:
        """Every digest, and when its blob was put last, in seconds since 1970."""
        with _told("0" * 64):
            found = self._files.find(self._place, detail=True)
        for path, told in found.items():
            name = path.rpartition("/")[2]
            if len(name) == 64:
                yield name, _moment(told)

    def remove(self, digest: str, before: float) -> bool:
        """Take a blob away that nothing refers to and that was put last before this moment; whether it was."""
        told = self._info(digest)
        if told is None or _moment(told) >= before:
            return False
        with _told(digest):
            self._files.rm_file(self._path(digest))
        return True

    def _info(self, digest: str) -> dict[str, Any] | None:
        with _told(digest):
            try:
                found: dict[str, Any] = self._files.info(self._path(digest))
            except FileNotFoundError:
                return None
        return found

    def _path(self, digest: str) -> str:
        return f"{self._place}/{place_of(digest)}"


class NearBlobs:
    """A `BlobStore` far away with copies of what was used last on the local disk: they serve on while it is away."""

    def __init__(self, far: BlobStore, near: BoundedFolder) -> None:
        self.far = far
        self.near = near

    def put(self, content: bytes) -> str:
        """Keep `content` for good, far away and near."""
        digest = self.far.put(content)
        self.near.put(digest, content)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes that were put, from the copy where there is one."""
        place_of(digest)
        content = self.near.get(digest)
        if content is None:
            content = self.far.get(digest)
            self.near.put(digest, content)
        return content

    def has(self, digest: str) -> bool:
        """Whether there is a blob of this digest far away."""
        return self.far.has(digest)

    def ages(self) -> Iterator[tuple[str, float]]:
        """Every digest far away, and when its blob was put last."""
        return self.far.ages()

    def remove(self, digest: str, before: float) -> bool:
        """Take a blob away; its copy goes when it is not used."""
        return self.far.remove(digest, before)


def open_blobs(place: str, folder: Path, near: Callable[[], BoundedFolder], endpoint: str = "") -> BlobStore:
    """The blobs of this place: empty for those in `folder`, a path of another folder, or `s3://bucket/prefix`.

    Raises `BlobPlaceError` for a bucket that is not there or not ours. One that does not answer now may do so later:
    then there is no error before something is asked of it.
    """
    if not place.startswith(S3):
        if "://" in place:
            raise BlobPlaceError(place, "is no place for blobs", "name a folder, or s3://bucket/prefix")
        return Blobs(Path(place).expanduser() if place else folder)
    bucket, _, prefix = place.removeprefix(S3).partition("/")
    files = _s3(endpoint)
    _check_bucket(files, place, bucket)
    return NearBlobs(RemoteBlobs(files, f"{bucket}/{prefix}"), near())


def _s3(endpoint: str) -> Any:
    try:
        from s3fs import S3FileSystem
    except ImportError:
        raise BlobPlaceError(S3, "needs the package s3fs", "install Intarsia with the extra s3") from None
    files = S3FileSystem(
        endpoint_url=endpoint or None, config_kwargs=PATIENCE, skip_instance_cache=True, use_listings_cache=False
    )
    files.retries = 2
    return files


def _check_bucket(files: Any, place: str, bucket: str) -> None:
    if not bucket:
        raise BlobPlaceError(place, "names no bucket", "write s3://bucket or s3://bucket/prefix")
    try:
        files.call_s3("head_bucket", Bucket=bucket)
    except FileNotFoundError:
        raise BlobPlaceError(place, f"there is no bucket {bucket!r}", "make it, or name another") from None
    except PermissionError:
        raise BlobPlaceError(
            place, f"the bucket {bucket!r} may not be used", "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        ) from None
    except Exception as error:  # noqa: BLE001 -- its client raises errors of many families
        if _is_no_key(error):
            raise BlobPlaceError(
                place, "there is no key for it", "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            ) from None


def _is_no_key(error: Exception) -> bool:
    return type(error).__name__ in {"NoCredentialsError", "PartialCredentialsError"}


@contextmanager
def _told(digest: str) -> Iterator[None]:
    """Whatever the client of the store raises, as an error of ours."""
    try:
        yield
    except BlobError:
        raise
    except FileNotFoundError:
        raise missing(digest) from None
    except Exception as error:
        raise BlobsAway(
            digest, f"the blob store does not answer ({type(error).__name__})", "check INTARSIA_BLOBS, and try again"
        ) from error


def _moment(told: dict[str, Any]) -> float:
    moment = told.get("LastModified") or told.get("created")
    return moment.timestamp() if isinstance(moment, datetime) else 0.0
