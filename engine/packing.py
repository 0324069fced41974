"""Bodies of modules kept small: of a hundred thousand only some are ever shown, so they wait compressed."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, Final

import orjson

from rules import Json

WINDOW: Final = -12
"""Bits of the window, without a header. Larger ones are no better for texts of one or two thousand characters, and make
a compressor ten times as dear to copy."""
MEMORY: Final = 5
LEVEL: Final = 1


class Packed:
    """One body. It was checked before it was packed, so nothing can be wrong with it when it is unpacked."""

    __slots__ = ("_data", "_example")

    def __init__(self, data: bytes, example: bytes) -> None:
        self._data = data
        self._example = example

    def unpack(self) -> dict[str, Json]:
        """The body, as it was."""
        text = zlib.decompressobj(WINDOW, zdict=self._example).decompress(self._data)
        return orjson.loads(text)  # type: ignore[no-any-return]


class Packer:
    """Packs bodies by their likeness to an earlier one of the same sort: modules of one type share most of their words.

    `examples` are those of earlier packers, by sort.
    """

    def __init__(self, examples: Mapping[str, bytes] | None = None) -> None:
        self.examples: dict[str, bytes] = dict(examples or {})
        self._ready: dict[str, Any] = {}

    def pack(self, sort: str, body: Mapping[str, Json]) -> Packed:
        """A body, made small."""
        text = orjson.dumps(body)
        example = self.examples.setdefault(sort, text[-(1 << -WINDOW) :])
        ready = self._ready.get(sort)
        if ready is None:
            ready = self._ready[sort] = zlib.compressobj(LEVEL, zlib.DEFLATED, WINDOW, MEMORY, zdict=example)
        copy = ready.copy()
        return Packed(copy.compress(text) + copy.flush(), example)
