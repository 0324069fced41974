from __future__ import annotations

import io
import zipfile

import numpy as np
import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recommender import Bundle, BundleError, Model
from tests.recommender.worlds import checkerboard, history_of, ids, shelf, trained

BLOB = trained().bundle().save()


def test_a_loaded_model_answers_as_the_saved_one() -> None:
    history = history_of(2, checkerboard())
    before = shelf(model=trained()).recommend(model="for-you", count=5, history=history)
    after = shelf(model=Model.load(BLOB)).recommend(model="for-you", count=5, history=history)
    assert ids(before)
    assert before == after
    assert Model.load(BLOB).interest(history) == trained().interest(history)


def test_a_loaded_bundle_is_saved_as_the_same_bytes() -> None:
    bundle = Bundle.load(BLOB)
    assert bundle.save() == BLOB == Model.of(bundle).bundle().save()
    assert len(bundle.version) == 12


def test_no_array_needs_pickle() -> None:
    with np.load(io.BytesIO(BLOB), allow_pickle=False) as file:
        assert {file[name].dtype.kind for name in file.files} <= set("fiuU")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_bundle_is_refused(share: float) -> None:
    with pytest.raises(BundleError):
        Bundle.load(BLOB[: int(len(BLOB) * share)])


@settings(max_examples=300)
@given(at=st.integers(0, len(BLOB) - 1), bit=st.integers(0, 7))
@example(at=BLOB.rindex(b"PK\x01\x02") + 8, bit=0)  # as if it were encrypted
def test_a_flipped_bit_is_refused_or_lies_where_nothing_is_read(at: int, bit: int) -> None:
    flipped = bytearray(BLOB)
    flipped[at] ^= 1 << bit
    try:
        loaded = Bundle.load(bytes(flipped))
    except BundleError:
        return
    sound = Bundle.load(BLOB)
    assert loaded.manifest == sound.manifest
    assert {name: a.tobytes() for name, a in loaded.arrays.items()} == {
        name: a.tobytes() for name, a in sound.arrays.items()
    }


def rewritten(**changes: bytes) -> bytes:
    """The bundle with the bytes of some of its files replaced, in a zip that is whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BLOB)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name.removesuffix(".npy"), old.read(name)))
    return out.getvalue()


def npy(array: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, array, allow_pickle=False)
    return out.getvalue()


def test_another_array_in_a_whole_zip_is_refused() -> None:
    arrays = Bundle.load(BLOB).arrays
    forged = rewritten(**{"popular.values": npy(arrays["popular.values"] + 1)})
    with pytest.raises(BundleError, match="not those of its manifest"):
        Bundle.load(forged)


def test_another_manifest_is_refused() -> None:
    manifest = dict(Bundle.load(BLOB).manifest, trained_at=0.0)
    forged = rewritten(manifest=npy(np.frombuffer(orjson.dumps(manifest), dtype=np.uint8)))
    with pytest.raises(BundleError, match="manifest was altered"):
        Bundle.load(forged)


def test_another_schema_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        later.setattr("recommender.bundle.SCHEMA", "intarsia-recommender/99")
        newer = trained().bundle().save()
    with pytest.raises(BundleError, match="schema is 'intarsia-recommender/99'"):
        Bundle.load(newer)


def test_a_bundle_of_something_else_is_refused() -> None:
    with pytest.raises(BundleError, match="lacks"):
        Model.of(Bundle.of({"recommenders": ["popular"]}, {"other": np.zeros(3)}))
    out = io.BytesIO()
    np.savez(out, values=np.zeros(3))
    with pytest.raises(BundleError, match="no manifest"):
        Bundle.load(out.getvalue())


def test_pickled_objects_are_refused() -> None:
    out = io.BytesIO()
    np.savez(out, values=np.array([{"a": 1}], dtype=object))
    with pytest.raises(BundleError):
        Bundle.load(out.getvalue())
