"""Which static lists people are on, by any of their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, select

from profiles.membership.tables import list_people
from profiles.profile import Profile
from rules import Instant
from storage import vault_of

CHUNK: Final = 500
"""Names that are read or written at once: nobody waits long for it."""


def lists_of(connection: Connection, people: Iterable[Profile]) -> dict[str, dict[str, Instant]]:
    """Profile id -> the lists that this person is on by any of their names, and since when. Who is on none is left
    out."""
    mark = vault_of(connection).mark
    owners = {mark(alias): person.id for person in people for alias in person.aliases}
    found: defaultdict[str, dict[str, Instant]] = defaultdict(dict)
    columns = list_people.c
    for some in portions(sorted(owners)):
        for row in connection.execute(select(list_people).where(columns.name.in_(some))):
            on = found[owners[row.name]]
            on[row.list] = min(row.at, on.get(row.list, row.at))
    return dict(found)


def portions(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """The same names, some at a time."""
    for start in range(0, len(names), CHUNK):
        yield names[start : start + CHUNK]
