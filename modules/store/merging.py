"""Two editors' changes of the same body brought together. Nothing is lost silently: what clashes is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from modules.errors import step
from modules.store.changes import ABSENT, MOST_COMPARED, Absent, regions
from modules.store.likeness import ORDERED, names_of, same
from rules import Json

Value: TypeAlias = "Json | Absent"
Members: TypeAlias = "Mapping[str, Json]"
Region: TypeAlias = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that both changed, each in another way. `pointer` leads into the merged body.

    Of an `order` that both changed, the three sides are the names in their orders.
    """

    pointer: str
    base: Value
    mine: Value
    theirs: Value
    order: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged value; where it clashes it holds theirs, or whichever side did not take the value away."""

    body: Value
    clashes: tuple[Clash, ...] = ()


def merge(base: Value, mine: Value, theirs: Value, name: str = "") -> Merged:
    """What mine and theirs, both made of `base`, come to together; `name` is that of the member which they are."""
    if _alike(mine, theirs, name) or _alike(base, mine, name):
        return Merged(theirs)
    if _alike(base, theirs, name):
        return Merged(mine)
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return _objects(base if isinstance(base, dict) else {}, mine, theirs, name in ORDERED)
    if isinstance(mine, list) and isinstance(theirs, list):
        return _lists(base if isinstance(base, list) else [], mine, theirs)
    return _clash(base, mine, theirs)


def _clash(base: Value, mine: Value, theirs: Value) -> Merged:
    return Merged(mine if isinstance(theirs, Absent) else theirs, (Clash("", base, mine, theirs),))


def _alike(one: Value, other: Value, name: str) -> bool:
    if isinstance(one, Absent) or isinstance(other, Absent):
        return one is other
    return same({name: one}, {name: other})


def _objects(base: Members, mine: Members, theirs: Members, ordered: bool) -> Merged:
    made = _each(base, mine, theirs)
    order, clash = _order(list(base), list(mine), list(theirs), made)
    clashes = [one for name in order for one in _below(made[name].clashes, step(name))]
    return Merged({name: _there(made[name]) for name in order}, (*clashes, *(clash if ordered else ())))


def _lists(base: Sequence[Json], mine: Sequence[Json], theirs: Sequence[Json]) -> Merged:
    named = names_of(base, mine, theirs)
    if named is None:
        return _places(base, mine, theirs)
    sides = zip(named, (base, mine, theirs), strict=True)
    made = _each(*(dict(zip(names, side, strict=True)) for names, side in sides))
    order, clash = _order(named[0], named[1], named[2], made)
    clashes = [one for place, name in enumerate(order) for one in _below(made[name].clashes, str(place))]
    return Merged([_there(made[name]) for name in order], (*clashes, *clash))


def _each(base: Members, mine: Members, theirs: Members) -> dict[str, Merged]:
    """The merged value under each name, where there is one."""
    names = dict.fromkeys([*base, *mine, *theirs])
    made = {n: merge(base.get(n, ABSENT), mine.get(n, ABSENT), theirs.get(n, ABSENT), n) for n in names}
    return {name: one for name, one in made.items() if one.body is not ABSENT}


def _order(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str], kept: Mapping[str, Merged]
) -> tuple[list[str], list[Clash]]:
    """The names that are kept, in the order of whoever changed it; those that only the other has, behind the same."""
    common = set(base) & set(mine) & set(theirs) & kept.keys()
    before, my, their = ([name for name in side if name in common] for side in (base, mine, theirs))
    first, second = (mine, theirs) if their == before != my else (theirs, mine)
    order, place = [name for name in first if name in kept], 0
    for name in second:
        if name in kept:
            if name not in order:
                order.insert(place, name)
            place = order.index(name) + 1
    agreed = before in (my, their) or my == their
    return order, [] if agreed else [Clash("", list(base), list(mine), list(theirs), order=True)]


def _places(base: Sequence[Json], mine: Sequence[Json], theirs: Sequence[Json]) -> Merged:
    """Lists whose entries have no names: changes in different parts of them come together."""
    if max(len(mine), len(theirs)) * len(base) > MOST_COMPARED:
        return _clash(list(base), list(mine), list(theirs))
    my, their = regions(base, mine), regions(base, theirs)
    if not any(_touch(one, other) for one in my for other in their):
        return Merged(_spliced(base, [*((r, mine) for r in my), *((r, theirs) for r in their)]))
    if len(base) == len(mine) == len(theirs):
        made = [merge(*sides) for sides in zip(base, mine, theirs, strict=True)]
        clashes = (clash for place, one in enumerate(made) for clash in _below(one.clashes, str(place)))
        return Merged([_there(one) for one in made], tuple(clashes))
    return _clash(list(base), list(mine), list(theirs))


def _touch(one: Region, other: Region) -> bool:
    """Whether two changed parts of a list share an entry, or one puts something in where the other begins or ends."""
    low, high, start, end = one[0], one[1], other[0], other[1]
    inserts = low == high or start == end
    return low <= end and start <= high if inserts else low < end and start < high


def _spliced(base: Sequence[Json], parts: Iterable[tuple[Region, Sequence[Json]]]) -> list[Json]:
    made = list(base)
    for (low, high, start, end), side in sorted(parts, key=lambda part: part[0][:2], reverse=True):
        made[low:high] = side[start:end]
    return made


def _below(clashes: Iterable[Clash], at: str) -> Iterator[Clash]:
    return (replace(clash, pointer=f"/{at}{clash.pointer}") for clash in clashes)


def _there(merged: Merged) -> Json:
    if isinstance(merged.body, Absent):
        raise AssertionError("what is absent has no place")
    return merged.body
