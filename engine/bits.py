"""Sets of numbers as the bits of one whole number."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def numbers_of(mask: int) -> list[int]:
    """The numbers of the bits that are set, ascending."""
    if mask.bit_length() <= 512:
        found = []
        while mask:
            low = mask & -mask
            found.append(low.bit_length() - 1)
            mask ^= low
        return found
    return rows_of(mask).tolist()  # type: ignore[no-any-return]


def rows_of(mask: int) -> NDArray[np.intp]:
    """The same, of very many."""
    written = mask.to_bytes((mask.bit_length() + 7) // 8, "little")
    return np.flatnonzero(np.unpackbits(np.frombuffer(written, dtype=np.uint8), bitorder="little"))


def bits_of(which: NDArray[np.bool_]) -> int:
    """The bits of those that are true."""
    return int.from_bytes(np.packbits(which, bitorder="little").tobytes(), "little")


def mask_of(numbers: Iterable[int]) -> int:
    """The bits of these together. One by one into bytes: of very many, adding up whole numbers would take minutes."""
    given = list(numbers)
    bits = bytearray(max(given, default=0) // 8 + 1)
    for number in given:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")
