"""Merging and splitting people: what joined them, what somebody says about it, and all that follows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import Connection, insert, or_, select, update

from profiles import records
from profiles.errors import NotTheirLink, OnePerson
from profiles.identity import links as evidence
from profiles.identity import rows
from profiles.identity.crowd import Outcome, Pair
from profiles.identity.kinds import RANK, kind_of
from profiles.identity.links import CUT, MERGE, Decision
from profiles.identity.resettling import resettle
from profiles.identity.tables import decisions, links
from profiles.intake import LOCK, Told, tell_nobody
from profiles.profile import Profile
from profiles.segments import Segments
from rules import Instant, Vocabulary
from storage import Act, Copy, Database, HotCopies, listed, lock_out, record, vault_of

BY_HAND: Final = "hand"
"""The kind of a link that somebody made, where those of events are called by their surest kinds: `user-email`."""


@dataclass(frozen=True, slots=True)
class Link:
    """What says that two names are one person's."""

    id: str
    kind: str
    left: str
    right: str
    outcome: Outcome
    at: Instant
    """When the first event said so, or somebody."""
    cut_at: Instant | None = None
    author: str = ""
    """Who joined by hand, or cut it."""
    reason: str = ""
    marks: Pair = ("", "")
    """What the tables know its names by."""


class Identities:
    """What management does about who is who; each act is in the audit log, in one transaction with all that follows."""

    def __init__(
        self,
        database: Database,
        segments: Callable[[], Segments],
        vocabulary: Callable[[], Vocabulary],
        hot: HotCopies,
        *,
        on_changes: Told = tell_nobody,
    ) -> None:
        self._database = database
        self._segments = segments
        self._vocabulary = vocabulary
        self._hot = hot
        self._on_changes = on_changes

    def links(self, profile_id: str) -> list[Link]:
        """All that joined this person's names, or was to: the oldest first, cut ones too. Raises `UnknownPerson`."""
        with self._database.read() as connection:
            return _links_of(connection, rows.person(connection, profile_id))

    def merge(self, profile_id: str, other: str, *, author: str, reason: str, now: Instant) -> list[str]:
        """Make `other` part of this person, whatever speaks against it; the profile that there is then.

        Raises `UnknownPerson`, `OnePerson` where they are one already.
        """
        with self._database.write() as connection:
            lock_out(connection, LOCK)
            if profile_id == other:
                raise OnePerson
            marks = [_surest(connection, rows.person(connection, one)) for one in (profile_id, other)]
            made = {"act": MERGE, "name": marks[0], "other": marks[1], "author": author, "reason": reason, "at": now}
            connection.execute(insert(decisions).values(**made, seq=evidence.last_place(connection)))
            copies, ids = self._resettled(connection, marks, now, "merged")
            record(connection, Act(author, "profile.merge", f"people/{profile_id}", now, note=f"joined {other}"))
        self._hot.put(copies)
        return ids

    def split(self, profile_id: str, ids: Collection[str], *, author: str, reason: str, now: Instant) -> list[str]:
        """Cut these links of a person: everybody concerned is who they had been without them. Their profiles.

        What was cut stays cut, however often the same is told again. Raises `UnknownPerson`, `NotTheirLink`.
        """
        with self._database.write() as connection:
            lock_out(connection, LOCK)
            chosen = _chosen(_links_of(connection, rows.person(connection, profile_id)), ids)
            for link in chosen:
                _cut(connection, link, author, reason, now)
            marks = [mark for link in chosen for mark in link.marks]
            copies, people = self._resettled(connection, marks, now, "split")
            record(connection, Act(author, "profile.split", f"people/{profile_id}", now, note=" ".join(sorted(ids))))
        self._hot.put(copies)
        return people

    def lift(self, profile_id: str, ids: Collection[str], *, author: str, now: Instant) -> list[str]:
        """Let these links hold again that were cut. The profiles of those concerned."""
        with self._database.write() as connection:
            lock_out(connection, LOCK)
            chosen = _chosen(_links_of(connection, rows.person(connection, profile_id)), ids)
            for link in chosen:
                _lift(connection, link, author, now)
            marks = [mark for link in chosen for mark in link.marks]
            copies, people = self._resettled(connection, marks, now, "merged")
            record(connection, Act(author, "profile.rejoin", f"people/{profile_id}", now, note=" ".join(sorted(ids))))
        self._hot.put(copies)
        return people

    def _resettled(
        self, connection: Connection, marks: Sequence[str], now: Instant, cause: str
    ) -> tuple[dict[str, Copy], list[str]]:
        """Everybody told anew who can be reached from these names; hot copies, and whose the names are now."""
        rules = self._segments(), self._vocabulary()
        copies = resettle(connection, marks, rules, now, cause, self._on_changes)
        owners = rows.owners_of(connection, marks)
        return copies, list(dict.fromkeys(owners[mark] for mark in marks if mark in owners))


def _links_of(connection: Connection, person: Profile) -> list[Link]:
    mark, columns = vault_of(connection).mark, links.c
    marks = [mark(name) for name in person.aliases]
    told = evidence.decided(connection, marks)
    cuts = {(one.left, one.right): one for one in told if one.act == CUT and one.ended_at is None}
    theirs = or_(listed(connection, columns.name, marks), listed(connection, columns.other, marks))
    found = connection.execute(select(links).where(theirs)).all()
    by_hand = [one for one in told if one.act == MERGE]
    others = {m for row in found for m in (row.name, row.other)} | {m for one in by_hand for m in (one.left, one.right)}
    known = records.people(connection, rows.owners_of(connection, others).values())
    names = {mark(name): name for one in (person, *known.values()) for name in one.aliases}
    made = [_told(row, names, cuts.get((row.name, row.other))) for row in found]
    return sorted([*made, *(_by_hand(one, names) for one in by_hand)], key=lambda link: (link.at, link.id))


def _told(row: Any, names: Mapping[str, str], cut: Decision | None) -> Link:
    number = blake2b(f"{row.name}\n{row.other}".encode(), digest_size=10).hexdigest()
    kinds = row.kind.split("-")
    left, right = (names.get(mark, f"{kind}:") for mark, kind in zip((row.name, row.other), kinds, strict=True))
    link = Link(number, row.kind, left, right, Outcome(row.outcome), row.at, marks=(row.name, row.other))
    if cut is None:
        return link
    return replace(link, outcome=Outcome.CUT, cut_at=cut.at, author=cut.author, reason=cut.reason)


def _by_hand(one: Decision, names: Mapping[str, str]) -> Link:
    outcome = Outcome.JOINED if one.ended_at is None else Outcome.CUT
    number, marks = f"{BY_HAND}-{one.id}", (one.left, one.right)
    left, right = (names.get(mark, "") for mark in marks)
    return Link(number, BY_HAND, left, right, outcome, one.at, one.ended_at, one.author, one.reason, marks)


def _chosen(of_person: Sequence[Link], ids: Collection[str]) -> list[Link]:
    by_id = {link.id: link for link in of_person}
    for wanted in ids:
        if wanted not in by_id:
            raise NotTheirLink(wanted)
    return [by_id[wanted] for wanted in dict.fromkeys(ids)]


def _cut(connection: Connection, link: Link, author: str, reason: str, now: Instant) -> None:
    if link.cut_at is not None:
        return
    if link.kind == BY_HAND:
        _end(connection, MERGE, link, author, now)
        return
    made = {"act": CUT, "name": link.marks[0], "other": link.marks[1], "author": author, "reason": reason, "at": now}
    connection.execute(insert(decisions).values(**made, seq=evidence.last_place(connection)))


def _lift(connection: Connection, link: Link, author: str, now: Instant) -> None:
    if link.kind == BY_HAND:
        raise NotTheirLink(link.id)  # who wants them joined again joins them again, from now on
    _end(connection, CUT, link, author, now)


def _end(connection: Connection, act: str, link: Link, author: str, now: Instant) -> None:
    columns = decisions.c
    standing = update(decisions).where(columns.act == act, columns.ended_at.is_(None))
    if link.kind == BY_HAND:
        standing = standing.where(columns.id == int(link.id.removeprefix(f"{BY_HAND}-")))
    else:
        standing = standing.where(columns.name == link.marks[0], columns.other == link.marks[1])
    connection.execute(standing.values(ended_at=now, ended_by=author))


def _surest(connection: Connection, person: Profile) -> str:
    names = person.aliases
    return vault_of(connection).mark(min(names, key=lambda name: (RANK[kind_of(name).name], names.index(name))))
