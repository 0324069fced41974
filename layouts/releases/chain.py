"""The chain of published states: each writes only what differs from the one before it.

A span says from which state on and until before which one a name stood for a digest. Reading one state takes the spans
around it; what lies between two states takes only the spans that begin or end between them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, insert, or_, select, update

from layouts.manifest import Changes, Manifest, Name
from layouts.tables import manifest_spans, releases

BATCH: Final = 400
"""Names in one SQL statement: SQLite counts variables, two a name."""

span = manifest_spans.c


def last(connection: Connection) -> int:
    """The number of the last state of the chain; 0, which holds nothing, before the first."""
    number: int = connection.execute(select(func.coalesce(func.max(releases.c.state), 0))).scalar_one()
    return number


def manifest_at(connection: Connection, state: int) -> Manifest:
    """All that a state holds, in the order of the names."""
    rows = connection.execute(select(span.kind, span.key, span.digest).where(_around(state)))
    return {(kind, key): digest for kind, key, digest in sorted(tuple(row) for row in rows)}


def held(connection: Connection, state: int, names: Collection[Name]) -> Manifest:
    """What a state holds under these names; names of which it holds nothing are left out."""
    found: dict[Name, str] = {}
    for batch in _batches(names):
        rows = connection.execute(select(span.kind, span.key, span.digest).where(_named(batch), _around(state)))
        found |= {(kind, key): digest for kind, key, digest in rows}
    return found


def ever(connection: Connection, name: Name) -> tuple[str, ...]:
    """Every digest that any state holds under this name, the newest first."""
    of_name = select(span.digest).where(span.kind == name[0], span.key == name[1]).order_by(span.since.desc())
    return tuple(dict.fromkeys(connection.execute(of_name).scalars()))


def changes_between(connection: Connection, start: int, end: int) -> Changes:
    """What going from the state `start` to `end` changes. The work is in proportion to what changed on the way."""
    low, high = sorted((start, end))
    touched = or_(and_(span.since > low, span.since <= high), and_(span.until > low, span.until <= high))
    old: dict[Name, str] = {}
    new: dict[Name, str] = {}
    for kind, key, digest, since, until in connection.execute(
        select(span.kind, span.key, span.digest, span.since, span.until).where(touched)
    ):
        if since <= low:
            old[(kind, key)] = digest
        if until is None or until > high:
            new[(kind, key)] = digest
    if start > end:
        old, new = new, old
    return {n: (old.get(n), new.get(n)) for n in sorted({*old, *new}) if old.get(n) != new.get(n)}


def extend(connection: Connection, served: int, wanted: Mapping[Name, str | None]) -> tuple[int, Changes]:
    """Add a state that holds what `served` holds, but under each name of `wanted` that digest (None: nothing).

    Gives its number, and what it changes against `served`. What is written is what differs from the last state: after
    a rollback that is also what was rolled back over.
    """
    end = last(connection)
    before = held(connection, served, wanted)
    changes = {name: (before.get(name), after) for name, after in wanted.items() if before.get(name) != after}
    away = changes_between(connection, end, served)
    _write(connection, end + 1, _joined(away, changes))
    return end + 1, changes


def _joined(first: Changes, then: Changes) -> Changes:
    """Two changes, one after the other, as one."""
    both = {
        name: (first[name][0] if name in first else then[name][0], then[name][1] if name in then else first[name][1])
        for name in {**first, **then}
    }
    return {name: (before, after) for name, (before, after) in both.items() if before != after}


def _write(connection: Connection, state: int, changes: Changes) -> None:
    ended = [{"of_kind": n[0], "of_key": n[1]} for n, (before, _) in changes.items() if before is not None]
    if ended:
        here = and_(span.kind == bindparam("of_kind"), span.key == bindparam("of_key"), span.until.is_(None))
        connection.execute(update(manifest_spans).where(here).values(until=state), ended)
    begun = [
        {"kind": n[0], "key": n[1], "since": state, "digest": after}
        for n, (_, after) in changes.items()
        if after is not None
    ]
    if begun:
        connection.execute(insert(manifest_spans), begun)


def _named(names: Iterable[Name]) -> ColumnElement[bool]:
    # Kind by kind: of pairs in a list SQLite makes no use of an index, and reads the whole table.
    by_kind: dict[str, list[str]] = {}
    for kind, key in names:
        by_kind.setdefault(kind, []).append(key)
    return or_(*(and_(span.kind == kind, span.key.in_(keys)) for kind, keys in by_kind.items()))


def _around(state: int) -> ColumnElement[bool]:
    return and_(span.since <= state, or_(span.until.is_(None), span.until > state))


def _batches(names: Iterable[Name]) -> Iterator[list[Name]]:
    left = iter(names)
    while batch := list(islice(left, BATCH)):
        yield batch
