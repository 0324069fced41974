"""The first of very many rows in the order of several columns, without putting all of them in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Rows: TypeAlias = NDArray[np.intp]

Column: TypeAlias = Callable[[Rows], NDArray[Any]]
"""The values of these rows."""


def leading(rows: Rows, columns: Sequence[Column], count: int) -> Rows:
    """The first so many of these rows, in order: by the first column, equal ones by the second, and so on.

    Each column is only looked at for the rows that those before it left equal around the last place.
    """
    chosen, left, wanted = [], rows, count
    for column in columns:
        if wanted <= 0 or len(left) <= wanted:
            break
        values = column(left)
        edge = np.partition(values, wanted - 1)[wanted - 1]
        sure = left[values < edge]
        chosen.append(sure)
        left, wanted = left[values == edge], wanted - len(sure)
    chosen.append(left[: max(wanted, 0)])
    return ordered(np.concatenate(chosen), columns)


def ordered(rows: Rows, columns: Sequence[Column]) -> Rows:
    """All of these rows, in order."""
    keys: tuple[Any, ...] = tuple(column(rows) for column in columns)
    return rows[np.lexsort(keys[::-1])]
