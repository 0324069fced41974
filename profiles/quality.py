"""How good the data is that comes in: per source and event, how much was accepted and how much was not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

from sqlalchemy import select, tuple_

from profiles.calls import CALLS
from profiles.judging import Status
from profiles.tables import event_figures
from rules import Instant
from storage import Database, insert, is_line

REFUSED: Final = "refused"
"""What is counted of a call that was not taken at all."""
COUNTS: Final[tuple[str, ...]] = (*Status, REFUSED)
"""All that can become of a call."""
MOST_NAMES: Final = 500
"""Event names of one source in one process; anybody can make names up, so the others are counted together."""
OTHERS: Final = "(others)"
TOO_MANY_DIGITS: Final = 7
"""Digits in the name of an event that may be somebody's number."""

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Figures:
    """What came in of one event from one source."""

    source: str
    kind: str
    """One of `CALLS`, or `unknown`."""
    name: str
    accepted: int
    duplicate: int
    refused: int
    quarantined: int
    erased: int
    last_seen: Instant


class Quality:
    """Counts in memory and writes down now and then: figures cost a request nothing, and a process that is killed
    loses the last second of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._counts: defaultdict[Key, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTS, 0))
        self._seen: dict[Key, Instant] = {}
        self._names: defaultdict[str, set[str]] = defaultdict(set)

    def note(self, source: str, told: Iterable[tuple[object, object, str]], now: Instant) -> None:
        """Count some calls of a source: the kind and the name of each as they were told, and what became of it."""
        with self._lock:
            for kind, name, status in told:
                key = (source, kind if isinstance(kind, str) and kind in CALLS else "unknown", self._name(source, name))
                self._counts[key][status] += 1
                self._seen[key] = now

    def flush(self) -> None:
        """Write down what was counted since the last time."""
        with self._lock:
            counts, seen = self._counts, self._seen
            self._counts, self._seen = defaultdict(lambda: dict.fromkeys(COUNTS, 0)), {}
        if not counts:
            return
        # Always in the same order, so that two writers never wait for each other.
        rows = [
            {"source": key[0], "kind": key[1], "name": key[2], **counts[key], "last_seen": seen[key]}
            for key in sorted(counts)
        ]
        with self._database.write() as connection:
            statement = insert(connection, event_figures)
            fresh, old = statement.excluded, event_figures.c
            changed = {name: old[name] + fresh[name] for name in COUNTS} | {"last_seen": fresh.last_seen}
            key_columns = ["source", "kind", "name"]
            connection.execute(statement.on_conflict_do_update(index_elements=key_columns, set_=changed), rows)

    def read(self, *, source: str = "", after: Sequence[str] | None = None, limit: int = 1_000) -> list[Figures]:
        """The figures that were written down, by source, kind and name; those after `after`."""
        columns = event_figures.c
        place = tuple_(columns.source, columns.kind, columns.name)
        query = select(event_figures).order_by(columns.source, columns.kind, columns.name).limit(limit)
        query = query.where(columns.source == source) if source else query
        query = query.where(place > tuple_(*after)) if after is not None else query
        with self._database.read() as connection:
            return [Figures(**row) for row in connection.execute(query).mappings()]

    def _name(self, source: str, name: object) -> str:
        if not isinstance(name, str) or not name.strip() or len(name) > 255 or not is_line(name):
            return ""
        if "@" in name or sum(map(str.isdecimal, name)) >= TOO_MANY_DIGITS:
            return OTHERS  # somebody's address or number, by a sender's mistake
        names = self._names[source]
        if name not in names and len(names) >= MOST_NAMES:
            return OTHERS
        names.add(name)
        return name
