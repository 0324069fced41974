"""Every blob store sits the same exam: what is put is got, whole and unharmed, or an error says why not."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage import BlobError, BlobPlaceError, Blobs, BlobsAway, BlobStore, BoundedFolder, open_blobs

from .buckets import Buckets, s3_server

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

ABSENT = "0" * 64


@dataclass
class Place:
    """A store, and how to harm what is in it from outside."""

    store: BlobStore
    damage: Callable[[str, bytes], object]


@pytest.fixture
def buckets(monkeypatch: pytest.MonkeyPatch) -> Iterator[Buckets]:
    with s3_server(monkeypatch) as running:
        yield running


def near(folder: Path, most: int = 1_000_000) -> Callable[[], BoundedFolder]:
    return lambda: BoundedFolder(folder / "near", most)


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "folder":
        folder = Blobs(tmp_path / "blobs")
        return Place(folder, lambda digest, content: folder.path(digest).write_bytes(content))
    running: Buckets = request.getfixturevalue("buckets")
    bucket = running.make()
    # Of the copies near at hand none is kept: what is asked is the bucket.
    store = open_blobs(f"s3://{bucket}/shop/", tmp_path, near(tmp_path, 0), running.endpoint)

    def damage(digest: str, content: bytes) -> None:
        running.client().put_object(Bucket=bucket, Key=f"shop/{digest[:2]}/{digest}", Body=content)

    return Place(store, damage)


def test_a_blob_is_found_by_the_digest_of_its_bytes(place: Place) -> None:
    for content in (b"weights", b"", bytes(range(256)) * 4_000):
        digest = place.store.put(content)
        assert digest == hashlib.sha256(content).hexdigest()
        assert place.store.get(digest) == content
        assert place.store.has(digest)


def test_the_same_bytes_are_kept_once_and_are_young_again(place: Place) -> None:
    before = time.time() - 2
    one = place.store.put(b"same")
    assert place.store.put(b"same") == one
    ((digest, age),) = place.store.ages()
    assert digest == one and before < age < time.time() + 2


def test_damaged_bytes_are_never_returned(place: Place) -> None:
    digest = place.store.put(b"weights")
    place.damage(digest, b"weight!")
    with pytest.raises(BlobError, match="damaged"):
        place.store.get(digest)


def test_a_missing_blob_says_so(place: Place) -> None:
    assert not place.store.has(ABSENT)
    with pytest.raises(BlobError, match="not in the store") as caught:
        place.store.get(ABSENT)
    assert caught.value.digest == ABSENT


def test_what_was_taken_away_is_gone(place: Place) -> None:
    digest = place.store.put(b"weights")
    now = time.time()
    assert not place.store.remove(digest, now - 60), "young"
    assert place.store.remove(digest, now + 60)
    assert not place.store.remove(digest, now + 60)
    assert not place.store.has(digest)
    assert list(place.store.ages()) == []


def test_only_digests_name_blobs(place: Place) -> None:
    for digest in ("", "../../etc/passwd", "0" * 63, "G" * 64):
        for ask in (place.store.get, place.store.has, lambda name: place.store.remove(name, 0)):
            with pytest.raises(BlobError, match="not a SHA-256 digest"):
                ask(digest)


def test_copies_near_at_hand_serve_on_while_the_store_is_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with s3_server(monkeypatch) as running:
        store = open_blobs(f"s3://{running.make()}", tmp_path, near(tmp_path), running.endpoint)
        known = store.put(b"known")
    assert store.get(known) == b"known"
    for ask in (lambda: store.get(ABSENT), lambda: store.put(b"new"), lambda: store.has(known)):
        with pytest.raises(BlobsAway, match="does not answer"):
            ask()


def test_a_copy_that_was_harmed_is_fetched_again(buckets: Buckets, tmp_path: Path) -> None:
    store = open_blobs(f"s3://{buckets.make()}", tmp_path, near(tmp_path), buckets.endpoint)
    digest = store.put(b"weights")
    (copy,) = (path for path in (tmp_path / "near").glob("*/*") if path.is_file())
    copy.write_bytes(copy.read_bytes()[:-1] + b"!")
    assert store.get(digest) == b"weights"


def test_a_bucket_that_is_not_there_is_named_at_the_start(buckets: Buckets, tmp_path: Path) -> None:
    with pytest.raises(BlobPlaceError, match="there is no bucket 'nowhere'; make it"):
        open_blobs("s3://nowhere/shop", tmp_path, near(tmp_path), buckets.endpoint)


def test_a_store_that_is_away_at_the_start_may_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with s3_server(monkeypatch) as running:
        endpoint = running.endpoint
    store = open_blobs("s3://shop", tmp_path, near(tmp_path), endpoint)
    with pytest.raises(BlobsAway):
        store.put(b"weights")


@pytest.mark.parametrize(("place", "words"), [("ftp://x/y", "no place for blobs"), ("s3://", "names no bucket")])
def test_what_is_no_place_is_refused(place: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(BlobPlaceError, match=words):
        open_blobs(place, tmp_path, near(tmp_path))


def test_a_store_without_a_key_is_refused_at_the_start(
    buckets: Buckets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(BlobPlaceError, match="set AWS_ACCESS_KEY_ID"):
        open_blobs(f"s3://{buckets.make()}", tmp_path, near(tmp_path), buckets.endpoint)


def test_another_folder_may_be_named(tmp_path: Path) -> None:
    store = open_blobs(str(tmp_path / "elsewhere"), tmp_path / "here", near(tmp_path))
    digest = store.put(b"weights")
    assert (tmp_path / "elsewhere" / digest[:2] / digest).is_file()
