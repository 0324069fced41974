"""Blobs: what is put is got, or an error says why not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from storage import BlobError, Blobs


def test_a_blob_is_found_by_the_digest_of_its_bytes(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    digest = blobs.put(b"weights")
    assert digest == hashlib.sha256(b"weights").hexdigest()
    assert blobs.get(digest) == b"weights"
    assert blobs.path(digest).read_bytes() == b"weights"


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    assert blobs.put(b"same") == blobs.put(b"same")
    assert [path.is_file() for path in tmp_path.glob("*/*")] == [True]


def test_damaged_bytes_are_never_returned(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    digest = blobs.put(b"weights")
    blobs.path(digest).write_bytes(b"weight!")
    with pytest.raises(BlobError, match="damaged"):
        blobs.get(digest)


def test_a_missing_blob_says_so(tmp_path: Path) -> None:
    with pytest.raises(BlobError, match="not in the store") as caught:
        Blobs(tmp_path).get("0" * 64)
    assert caught.value.digest == "0" * 64


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "0" * 63, "G" * 64])
def test_only_digests_name_blobs(tmp_path: Path, digest: str) -> None:
    with pytest.raises(BlobError, match="not a SHA-256 digest"):
        Blobs(tmp_path).path(digest)


def test_a_put_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        Blobs(tmp_path).put(b"weights")
    assert list(tmp_path.glob("*/*")) == []
