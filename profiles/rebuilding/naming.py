"""Who is who by the whole log, beside what is kept of it: what differs, and how that is put right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import Connection, delete, func, select

from profiles import records, tables
from profiles.events import Event
from profiles.identity import Pair, rows
from profiles.identity import links as evidence
from profiles.identity.replay import Replay
from profiles.identity.tables import links
from profiles.privacy.retention import PURGED_TO
from profiles.privacy.sweeping import place_of
from profiles.privacy.tables import erasures
from profiles.rebuilding.reading import everybody
from storage import listed, upsert_rows, vault_of

LinkRow = tuple[str, str, int, float]
"""Kind, outcome, place in the log and moment of a link."""

Counted = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a replay of the log rests on beside the log: where it is another one, so is who is who."""

    decisions: tuple[evidence.Decision, ...]
    whole: bool
    """Whether all that ever came in is in the log. Where somebody was erased, or retention let events go, nobody can
    tell any more what these joined: who is who is then what is kept."""

    @classmethod
    def of(cls, connection: Connection) -> Basis:
        """What holds now."""
        erased = connection.scalar(select(erasures.c.id).limit(1))
        whole = erased is None and place_of(connection, PURGED_TO) is None
        return cls(tuple(evidence.decided(connection)), whole)


@dataclass(slots=True)
class Naming:
    """The log led to its people as far as `place`; nothing is read where it is not whole."""

    basis: Basis
    replay: Replay
    place: int = 0

    @classmethod
    def of(cls, connection: Connection) -> Naming:
        """One that has read nothing yet."""
        basis = Basis.of(connection)
        return cls(basis, Replay.of(basis.decisions, vault_of(connection).mark))

    def read(self, connection: Connection, until: int, counted: Counted) -> None:
        """Go on to this place of the log."""
        told = ((seq, _bare(event)) for seq, _, event in rows.whole_log(connection, self.place, until))
        while self.basis.whole and (some := list(islice(told, records.CHUNK))):
            self.replay.take(some)
            counted(some[-1][0])
        self.place = until


def _bare(event: Event) -> Event:
    """Its names and its moment: what is kept in memory as the evidence of links."""
    user, anonymous, previous = event.user_id, event.anonymous_id, event.previous_id
    told = event.message_id, event.source, event.kind, event.name, event.at, event.received_at
    return Event(*told, user_id=user, anonymous_id=anonymous, previous_id=previous, marks=event.marks)


@dataclass(slots=True)
class Corrections:
    """What is kept of who is who and should be otherwise."""

    moved: dict[int, str] = field(default_factory=dict)
    """Place in the log -> whose the event is."""
    names: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Mark of a name -> profile id, and whether it joins nobody."""
    unnamed: set[str] = field(default_factory=set)
    links: dict[Pair, LinkRow] = field(default_factory=dict)
    unlinked: set[Pair] = field(default_factory=set)
    made: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Profile id -> names, of people of whom there is no profile."""
    renamed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    """Profiles of whom nothing is left."""
    concerned: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Profile id -> what of them is otherwise: `events`, `names`, `links`, `profile`."""


def corrections(connection: Connection, naming: Naming) -> Corrections:
    """Compare what is kept with what the log says. Hold the lock of people, or it is otherwise in a moment."""
    found = Corrections()
    people = naming.replay.people() if naming.basis.whole else _people_kept(connection)
    losers = _compare_events(connection, naming, found) if naming.basis.whole else set[str]()
    _compare_profiles(connection, people, found)
    found.gone = losers - people.keys()
    apart = {naming.replay.mark(name) for name in naming.replay.crowd.apart} if naming.basis.whole else None
    _compare_names(connection, people, apart, found)
    if naming.basis.whole:
        _compare_links(connection, naming, found)
    return found


def _compare_events(connection: Connection, naming: Naming, found: Corrections) -> set[str]:
    """Note whose events are not whose they should be; who loses some."""
    columns, losers = tables.events.c, set[str]()
    query = select(columns.seq, columns.profile_id).execution_options(yield_per=10_000)
    for seq, owner in connection.execute(query):
        new = naming.replay.owner_of(seq) if seq in naming.replay.owners else owner
        if new != owner:
            found.moved[seq] = new
            losers.add(owner)
            for one in (owner, new):
                found.concerned[one].add("events")
    return losers


def _people_kept(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Profile id -> names, where the log cannot tell it any more: as their profiles say, else as their events do."""
    people = {profile.id: profile.aliases for _, profile in everybody(connection) if profile is not None}
    columns = tables.events.c
    missing = set(connection.scalars(select(columns.profile_id).distinct())) - people.keys()
    if missing:
        taken = {name for names in people.values() for name in names}
        told: dict[str, dict[str, None]] = defaultdict(dict)
        for _, owner, event in rows.log_of(connection, missing):
            told[owner].update(dict.fromkeys(name for name in event.aliases if name not in taken))
        people |= {one: tuple(names) for one, names in told.items()}
    return people


def _compare_profiles(connection: Connection, people: Mapping[str, tuple[str, ...]], found: Corrections) -> None:
    # Names alone: all profiles at once are more than memory may hold.
    there = {one: None if profile is None else profile.aliases for one, profile in everybody(connection)}
    for one, names in people.items():
        known = there.get(one)
        if known is None:
            found.made[one] = names
            found.concerned[one].add("profile")
        elif known != names:
            found.renamed[one] = names
            found.concerned[one].add("names")


def _compare_names(
    connection: Connection,
    people: Mapping[str, tuple[str, ...]],
    apart: Collection[str] | None,
    found: Corrections,
) -> None:
    mark = vault_of(connection).mark
    there = {row.alias: (row.profile_id, bool(row.apart)) for row in connection.execute(select(tables.aliases))}
    for one, names in people.items():
        for name in map(mark, names):
            known = there.get(name, ("", False))
            wanted = one, known[1] if apart is None else name in apart
            if known != wanted:
                found.names[name] = wanted
                found.concerned[one].add("names")
    wanted_names = {mark(name) for names in people.values() for name in names}
    # Names of people who have no event (any more) stay theirs.
    without = set(connection.scalars(select(tables.profiles.c.id))) - people.keys() - found.gone
    for name in there.keys() - wanted_names:
        if there[name][0] not in without:
            found.unnamed.add(name)
            found.concerned[there[name][0]].add("names")


def _compare_links(connection: Connection, naming: Naming, found: Corrections) -> None:
    mark, owners = naming.replay.mark, naming.replay.crowd.owners
    wanted: dict[Pair, LinkRow] = {}
    whose: dict[Pair, str] = {}
    for (name, other), one in naming.replay.crowd.found.items():
        pair = mark(name), mark(other)
        kind = evidence.kind_between(name, other)
        wanted[pair] = kind, str(one.outcome), one.seq or 0, one.event.at
        whose[pair] = owners[name] if name in owners else owners[other]
    kept = {
        (row.name, row.other): (row.kind, row.outcome, row.seq, row.at) for row in connection.execute(select(links))
    }
    found.links = {pair: row for pair, row in wanted.items() if kept.get(pair) != row}
    found.unlinked = kept.keys() - wanted.keys()
    for pair in found.links:
        found.concerned[whose[pair]].add("links")
    lost = rows.owners_of(connection, {name for name, _ in found.unlinked})
    for owner in lost.values():
        found.concerned[owner].add("links")


def put_right(connection: Connection, found: Corrections) -> None:
    """Write whose events and names are whose, and by which links."""
    by_owner: defaultdict[str, list[int]] = defaultdict(list)
    for seq, owner in found.moved.items():
        by_owner[owner].append(seq)
    for owner, seqs in sorted(by_owner.items()):
        rows.hand_over(connection, seqs, owner)
    rows.unname(connection, sorted(found.unnamed))
    named_now = [(name, owner, apart) for name, (owner, apart) in sorted(found.names.items())]
    upsert_rows(connection, tables.aliases, ("alias", "profile_id", "apart"), named_now)
    for name, other in sorted(found.unlinked):
        connection.execute(delete(links).where(links.c.name == name, links.c.other == other))
    told = [(*pair, *row) for pair, row in sorted(found.links.items())]
    upsert_rows(connection, links, ("name", "other", "kind", "outcome", "seq", "at"), told)


def events_and_moves(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    """For each of these, how many events and changes of segments there are: a version that they have surely reached."""
    counts: defaultdict[str, int] = defaultdict(int)
    for table in (tables.events, tables.segment_changes):
        column = table.c.profile_id
        query = select(column, func.count()).where(listed(connection, column, sorted(ids))).group_by(column)
        for one, many in connection.execute(query):
            counts[one] += many
    return counts
