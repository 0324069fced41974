"""A trained model as one file: an npz of plain arrays with a JSON manifest inside. Never pickle."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import orjson

from recommender.errors import BundleError

SCHEMA = "intarsia-recommender/1"
MANIFEST = "manifest"
SEAL = "manifest_sha256"
UNREADABLE = (ValueError, KeyError, OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, MemoryError)
"""What NumPy and zipfile raise on bytes that are not what they should be; RuntimeError where they seem encrypted."""


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """Arrays by name (`als.factors`), and the manifest that says where they come from and how good they are."""

    manifest: Mapping[str, Any]
    arrays: Mapping[str, npt.NDArray[Any]]
    blob: bytes
    """The whole as bytes: the same training gives the same bytes."""

    @classmethod
    def of(cls, manifest: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> Self:
        """A new bundle, sealed: its manifest holds the digest of every array."""
        plain = {name: np.ascontiguousarray(array) for name, array in sorted(arrays.items())}
        digests = {name: _digest(array) for name, array in plain.items()}
        sealed = {**manifest, "schema": SCHEMA, "arrays": digests}
        text = orjson.dumps(sealed, option=orjson.OPT_SORT_KEYS)
        out = io.BytesIO()
        seal = np.frombuffer(hashlib.sha256(text).digest(), dtype=np.uint8)
        np.savez(out, allow_pickle=False, **{MANIFEST: np.frombuffer(text, dtype=np.uint8), SEAL: seal, **plain})
        return cls(orjson.loads(text), plain, out.getvalue())

    @property
    def version(self) -> str:
        """The first 12 hex digits of the digest of its bytes."""
        return hashlib.sha256(self.blob).hexdigest()[:12]

    def save(self) -> bytes:
        """The bytes that `load` takes."""
        return self.blob

    @classmethod
    def load(cls, blob: bytes) -> Self:
        """The bundle in these bytes; BundleError where they are truncated, altered or of another schema."""
        try:
            with np.load(io.BytesIO(blob), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
        except UNREADABLE as error:
            raise BundleError(f"not a whole npz file ({type(error).__name__})") from error
        return cls(_checked(arrays), arrays, blob)


def _checked(arrays: dict[str, npt.NDArray[Any]]) -> Mapping[str, Any]:
    """Take manifest and seal out of the arrays, and hold the rest against them."""
    text, seal = arrays.pop(MANIFEST, None), arrays.pop(SEAL, None)
    if text is None or seal is None:
        raise BundleError("it has no manifest")
    if hashlib.sha256(text.tobytes()).digest() != seal.tobytes():
        raise BundleError("its manifest was altered")
    manifest: Mapping[str, Any] = orjson.loads(text.tobytes())
    if manifest.get("schema") != SCHEMA:
        raise BundleError(f"its schema is {manifest.get('schema')!r}, this version reads {SCHEMA!r}")
    if {name: _digest(array) for name, array in arrays.items()} != manifest["arrays"]:
        raise BundleError("its arrays are not those of its manifest")
    return manifest


def _digest(array: npt.NDArray[Any]) -> str:
    shape = f"{array.dtype.str}{array.shape}".encode()
    return hashlib.sha256(shape + np.ascontiguousarray(array).tobytes()).hexdigest()
