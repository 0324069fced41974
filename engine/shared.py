"""Mappings that never change, and share with those they were made from all that is the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar, overload

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")

ROOM: Final = 64
"""Entries in one bucket when a mapping is made; with four times as many it is laid out anew."""


class Shared(Mapping[K, V]):
    """A mapping in buckets. Changing a few entries copies the buckets that they are in, and no others: that costs
    the same for a hundred thousand entries as for a thousand. Entries have no order."""

    __slots__ = ("_buckets", "_mask", "_size")

    def __init__(self, entries: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        known = dict(entries)
        self._size = len(known)
        count = 1 << max(0, len(known) // ROOM).bit_length()
        self._mask = count - 1
        self._buckets: list[dict[K, V]] = [{} for _ in range(count)]
        for key, value in known.items():
            self._buckets[hash(key) & self._mask][key] = value

    def changed(self, fresh: Mapping[K, V], gone: Iterable[K] = ()) -> Shared[K, V]:
        """Another mapping with these entries, and without those that are gone."""
        left = [key for key in gone if key not in fresh]
        if not fresh and not left:
            return self
        made: Shared[K, V] = Shared.__new__(Shared)
        made._mask, made._buckets, made._size = self._mask, self._buckets.copy(), self._size
        made._write(fresh, left)
        return Shared(made) if made._size > 4 * ROOM * (made._mask + 1) else made

    def _write(self, fresh: Mapping[K, V], gone: Iterable[K]) -> None:
        copied: dict[int, dict[K, V]] = {}

        def bucket(key: K) -> dict[K, V]:
            at = hash(key) & self._mask
            found = copied.get(at)
            if found is None:
                found = copied[at] = self._buckets[at] = self._buckets[at].copy()
            return found

        for key in gone:
            self._size -= bucket(key).pop(key, None) is not None
        for key, value in fresh.items():
            own = bucket(key)
            self._size += key not in own
            own[key] = value

    def __getitem__(self, key: K) -> V:
        return self._buckets[hash(key) & self._mask][key]

    @overload
    def get(self, key: K, /) -> V | None: ...

    @overload
    def get(self, key: K, /, default: V | D) -> V | D: ...

    def get(self, key: K, /, default: V | D | None = None) -> V | D | None:
        """The value under a key, else the default."""
        return self._buckets[hash(key) & self._mask].get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self._buckets[hash(key) & self._mask]

    def __iter__(self) -> Iterator[K]:
        for bucket in self._buckets:
            yield from bucket

    def __len__(self) -> int:
        return self._size

    def each(self) -> Iterator[V]:
        """Every value, quickly."""
        for bucket in self._buckets:
            yield from bucket.values()

    def pairs(self) -> Iterator[tuple[K, V]]:
        """Every key and its value, quickly."""
        for bucket in self._buckets:
            yield from bucket.items()
