"""Reading and writing who is who in an open transaction: names, links, and what was decided about them.

Tables know names by their marks alone (`Vault.mark`); people and events have them in plain.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, or_, select

from profiles import records, tables
from profiles.events import Event, people_of
from profiles.identity import rows
from profiles.identity.crowd import Crowd, Outcome, Pair
from profiles.identity.kinds import kind_of, pair_of
from profiles.identity.tables import decisions, links
from profiles.judging import Id, id_of
from profiles.profile import Profile
from rules import Instant
from storage import listed, upsert_rows, vault_of

MERGE, CUT = "merge", "cut"
"""What may be decided: two people are one; a link is wrong."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about two names, by their marks; a merge holds from its place in the log on, a cut
    always."""

    id: int
    act: str
    left: str
    right: str
    seq: int
    at: Instant
    author: str
    reason: str
    ended_at: Instant | None
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class Cuts(Collection[Pair]):
    """Pairs of names, known by their marks."""

    mark: Callable[[str], str]
    marks: frozenset[Pair]

    def __contains__(self, pair: object) -> bool:
        return bool(self.marks) and isinstance(pair, tuple) and (self.mark(pair[0]), self.mark(pair[1])) in self.marks

    def __iter__(self) -> Iterator[Pair]:
        return iter(self.marks)

    def __len__(self) -> int:
        return len(self.marks)


def crowd_of(
    connection: Connection,
    events: Sequence[Event],
    owners: dict[str, str],
    profiles: dict[str, Profile],
    *,
    alone: bool,
) -> Crowd:
    """The people of these events, with all that is known of links between them.

    `owners` and `profiles` are those whom the events name. Costs nothing more where everybody is known by all names.
    """
    crowd = Crowd(owners, profiles, alone)
    moving = [event for event in events if _moves(event, owners)]
    if not moving:
        return crowd
    names = people_of(moving)
    concerned = {owners[name] for name in names if name in owners}
    told = [e for e in events if len(e.aliases) > 1 and (_moves(e, owners) or owners[e.aliases[0]] in concerned)]
    pairs = {pair_of(event.aliases[0], other) for event in told for other in event.aliases[1:]}
    crowd.cuts = cuts_among(connection, pairs)
    crowd.apart = apart_among(connection, (name for name in people_of(told) if name in owners))
    known = [pair for pair in pairs if pair[0] in owners or pair[1] in owners]
    crowd.links = outcomes(connection, known)
    return crowd


def _moves(event: Event, owners: Mapping[str, str]) -> bool:
    first, *others = event.aliases
    owner = owners.get(first)
    return owner is None or any(owners.get(other) != owner for other in others)


def cuts_among(connection: Connection, pairs: Iterable[Pair]) -> Cuts:
    """The cuts in force among these links, and maybe others of the same names."""
    columns, mark = decisions.c, vault_of(connection).mark
    query = select(columns.name, columns.other).where(columns.act == CUT, columns.ended_at.is_(None))
    told = query.where(listed(connection, columns.name, sorted({mark(left) for left, _ in pairs})))
    return Cuts(mark, frozenset((row.name, row.other) for row in connection.execute(told)))


def apart_among(connection: Connection, names: Iterable[str]) -> set[str]:
    """Which of these names join nobody."""
    columns, mark = tables.aliases.c, vault_of(connection).mark
    marks = {mark(name): name for name in names}
    query = select(columns.alias).where(listed(connection, columns.alias, list(marks)), columns.apart)
    return {marks[alias] for alias in connection.scalars(query)}


def outcomes(connection: Connection, pairs: Iterable[Pair]) -> dict[Pair, Outcome]:
    """What came of those of these pairs that were told together before."""
    columns, mark = links.c, vault_of(connection).mark
    marks = {(mark(left), mark(right)): (left, right) for left, right in pairs}
    query = select(columns.name, columns.other, columns.outcome)
    told = connection.execute(query.where(listed(connection, columns.name, sorted({left for left, _ in marks}))))
    return {marks[row.name, row.other]: Outcome(row.outcome) for row in told if (row.name, row.other) in marks}


def keep(connection: Connection, crowd: Crowd, seqs: Mapping[Id, int] | None = None) -> None:
    """Write who is who now; `seqs` are the places in the log of events that the crowd was not told one of."""
    records.point(connection, crowd.pointed)
    if crowd.parted:
        rows.part(connection, crowd.parted)
    mark, made = vault_of(connection).mark, []
    for (name, other), one in crowd.found.items():
        seq = (seqs or {})[id_of(one.event)] if one.seq is None else one.seq
        made.append((mark(name), mark(other), kind_between(name, other), str(one.outcome), seq, one.event.at))
    # The first evidence stays the evidence; what came of it is the latest.
    upsert_rows(connection, links, ("name", "other", "kind", "outcome", "seq", "at"), made, changed=("outcome",))


def kind_between(name: str, other: str) -> str:
    """The kind of a link, by those of its names: `user-email`."""
    return f"{kind_of(name).name}-{kind_of(other).name}"


def last_place(connection: Connection) -> int:
    """The place in the log of the newest event."""
    return connection.scalar(select(func.max(tables.events.c.seq))) or 0


def decided(connection: Connection, marks: Iterable[str] | None = None) -> list[Decision]:
    """All decisions about these names (None: about any), in their order, those that were ended too."""
    columns = decisions.c
    query = select(decisions).order_by(columns.id)
    if marks is not None:
        some = list(marks)
        query = query.where(or_(listed(connection, columns.name, some), listed(connection, columns.other, some)))
    return [Decision(*row) for row in connection.execute(query)]


def around(connection: Connection, marks: Iterable[str], most: int) -> set[str]:
    """All names that can be reached from these by links and merges by hand; more than `most` are not looked for."""
    seen: set[str] = set()
    edge = set(marks)
    while edge and len(seen) <= most:
        seen |= edge
        edge = _beside(connection, edge) - seen
    return seen


def _beside(connection: Connection, marks: Iterable[str]) -> set[str]:
    some, beside = list(marks), set[str]()
    for table in (links, decisions):
        for here, there in ((table.c.name, table.c.other), (table.c.other, table.c.name)):
            beside.update(connection.scalars(select(there).where(listed(connection, here, some))))
    # Names of one person need no link between them where each has one to a third that was cut since.
    owners, columns = sorted(set(rows.owners_of(connection, some).values())), tables.aliases.c
    beside.update(connection.scalars(select(columns.alias).where(listed(connection, columns.profile_id, owners))))
    return beside


def forget(connection: Connection, marks: Iterable[str]) -> None:
    """Let no link lead from or to these names."""
    some = list(marks)
    for column in (links.c.name, links.c.other):
        connection.execute(delete(links).where(listed(connection, column, some)))
