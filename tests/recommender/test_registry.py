from __future__ import annotations

from pathlib import Path

import pytest

from recommender import Bundle, BundleError, ModelStore, UnknownChoiceError, train
from storage import Blobs, Database, read_log
from tests.recommender.worlds import NOW, SMALL, checkerboard, history_of, ids, shelf, shop


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@pytest.fixture
def models(database: Database, blobs: Blobs) -> ModelStore:
    return ModelStore(database, blobs)


def bundle(now: float = NOW) -> Bundle:
    return train(checkerboard(), shop(), SMALL, now)


def test_what_is_put_serves_and_is_loaded_ready_to_answer(models: ModelStore) -> None:
    assert models.current() is None
    trained = models.put(bundle(), NOW)
    assert models.current() == trained.version == bundle().version
    loaded = models.load(trained.version)
    answer = shelf(model=loaded).recommend(model="for-you", count=1, history=history_of(0, checkerboard()))
    assert ids(answer) == ["black-00"]


def test_a_model_may_be_kept_without_serving(models: ModelStore) -> None:
    first = models.put(bundle(), NOW)
    second = models.put(bundle(NOW + 1), NOW + 1, current=False)
    assert models.current() == first.version
    models.make_current(second.version, NOW + 2)
    assert models.current() == second.version
    models.make_current(first.version, NOW + 3)
    assert models.current() == first.version


def test_history_tells_what_is_known_of_each_newest_first(models: ModelStore) -> None:
    old, new = models.put(bundle(), NOW), models.put(bundle(NOW + 1), NOW + 1)
    assert models.history() == (new, old)
    assert old.created_at == NOW
    assert old.metrics.keys() == {"als", "popular", "again"}
    assert old.manifest["data"]["people"] == 20
    assert "arrays" not in old.manifest


def test_the_same_bundle_is_kept_once_with_the_time_of_the_first(models: ModelStore) -> None:
    first = models.put(bundle(), NOW)
    assert models.put(bundle(), NOW + 99) == first
    assert models.history() == (first,)


def test_a_version_that_is_not_there_is_refused_and_the_current_one_stays(models: ModelStore) -> None:
    kept = models.put(bundle(), NOW)
    for ask in (models.load, lambda version: models.make_current(version, NOW)):
        with pytest.raises(UnknownChoiceError, match=f"no trained model.*{kept.version}"):
            ask("f" * 12)
    assert models.current() == kept.version


def test_bytes_of_another_model_are_refused(models: ModelStore, database: Database, tmp_path: Path) -> None:
    """A store that gives other bytes than it was given is caught by the version."""

    class Swapped:
        def put(self, content: bytes, /) -> str:
            return "digest"

        def get(self, digest: str, /) -> bytes:
            return bundle(NOW + 1).save()

    swapped = ModelStore(database, Swapped())
    trained = swapped.put(bundle(), NOW)
    with pytest.raises(BundleError, match="not " + trained.version):
        swapped.load(trained.version)


def test_keeping_and_serving_a_model_are_acts_and_the_same_again_is_none(
    models: ModelStore, database: Database
) -> None:
    first = models.put(bundle(), NOW, author="ann")
    second = models.put(bundle(NOW + 1), NOW + 1, author="ann", current=False)
    models.make_current(second.version, NOW + 2, author="bob")
    models.put(bundle(NOW + 1), NOW + 3, author="cid")
    with database.read() as connection:
        acts = [(row.who, row.action, row.what, row.before, row.after) for row in read_log(connection, oldest=True)]
    one, two = f"models/{first.version}", f"models/{second.version}"
    assert acts == [
        ("ann", "model.keep", one, "", first.digest),
        ("ann", "model.serve", one, "", first.digest),
        ("ann", "model.keep", two, "", second.digest),
        ("bob", "model.serve", two, first.digest, second.digest),
    ]
