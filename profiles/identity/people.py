"""Merging and splitting people: what joined them, what somebody says about it, and all that follows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from sqlalchemy import Connection, insert, or_, select, update

from profiles import records
from profiles.errors import NotTheirLink, OnePerson
from profiles.identity import links as evidence
from profiles.identity import rows
from profiles.identity.crowd import Outcome
from profiles.identity.kinds import RANK, pair_of
from profiles.identity.links import CUT, MERGE, Decision
from profiles.identity.resettling import resettle
from profiles.identity.tables import decisions, links
from profiles.intake import LOCK, Told, tell_nobody
from profiles.segments import Segments
from rules import Instant, Vocabulary
from storage import Act, Copy, Database, HotCopies, listed, lock_out, record

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
            return _links_of(connection, rows.names_of(connection, profile_id))

    def merge(self, profile_id: str, other: str, *, author: str, reason: str, now: Instant) -> list[str]:
        """Make `other` part of this person, whatever speaks against it; the profile that there is then.

        Raises `UnknownPerson`, `OnePerson` where they are one already.
        """
        with self._database.write() as connection:
            lock_out(connection, LOCK)
            if profile_id == other:
                raise OnePerson
            left, right = (_surest(rows.names_of(connection, one)) for one in (profile_id, other))
            made = {"act": MERGE, "name": left, "other": right, "author": author, "reason": reason, "at": now}
            connection.execute(insert(decisions).values(**made, seq=evidence.last_place(connection)))
            copies, ids = self._resettled(connection, [left, right], now, "merged")
            record(connection, Act(author, "profile.merge", f"people/{profile_id}", now, note=f"joined {other}"))
        self._hot.put(copies)
        return ids

    def split(self, profile_id: str, ids: Collection[str], *, author: str, reason: str, now: Instant) -> list[str]:
        """Cut these links of a person: everybody concerned is who they had been without them. Their profiles.

        What was cut stays cut, however often the same is told again. Raises `UnknownPerson`, `NotTheirLink`.
        """
        with self._database.write() as connection:
            lock_out(connection, LOCK)
            chosen = _chosen(_links_of(connection, rows.names_of(connection, profile_id)), ids)
            for link in chosen:
                _cut(connection, link, author, reason, now)
            names = [name for link in chosen for name in (link.left, link.right)]
            copies, people = self._resettled(connection, names, now, "split")
            record(connection, Act(author, "profile.split", f"people/{profile_id}", now, note=" ".join(sorted(ids))))
        self._hot.put(copies)
        return people

    def lift(self, profile_id: str, ids: Collection[str], *, author: str, now: Instant) -> list[str]:
        """Let these links hold again that were cut. The profiles of those concerned."""
        with self._database.write() as connection:
            lock_out(connection, LOCK)
            chosen = _chosen(_links_of(connection, rows.names_of(connection, profile_id)), ids)
            for link in chosen:
                _lift(connection, link, author, now)
            names = [name for link in chosen for name in (link.left, link.right)]
            copies, people = self._resettled(connection, names, now, "merged")
            record(connection, Act(author, "profile.rejoin", f"people/{profile_id}", now, note=" ".join(sorted(ids))))
        self._hot.put(copies)
        return people

    def _resettled(
        self, connection: Connection, names: Sequence[str], now: Instant, cause: str
    ) -> tuple[dict[str, Copy], list[str]]:
        """Everybody told anew who can be reached from these names; hot copies, and whose the names are now."""
        rules = self._segments(), self._vocabulary()
        copies = resettle(connection, names, rules, now, cause, self._on_changes)
        owners = records.find(connection, names)
        return copies, list(dict.fromkeys(owners[name] for name in names if name in owners))


def _links_of(connection: Connection, names: Sequence[str]) -> list[Link]:
    told = evidence.decided(connection, names)
    cuts = {pair_of(one.left, one.right): one for one in told if one.act == CUT and one.ended_at is None}
    columns, found = links.c, dict[tuple[str, str], Link]()
    theirs = or_(listed(connection, columns.name, names), listed(connection, columns.other, names))
    for row in connection.execute(select(links).where(theirs)):
        pair = row.name, row.other
        found[pair] = _told(*pair, row.outcome, row.at, cuts.get(pair))
    by_hand = [_by_hand(one) for one in told if one.act == MERGE]
    return sorted([*found.values(), *by_hand], key=lambda link: (link.at, link.id))


def _told(left: str, right: str, outcome: str, at: Instant, cut: Decision | None) -> Link:
    number = blake2b(f"{left}\n{right}".encode(), digest_size=10).hexdigest()
    kind = "-".join(name[: name.index(":")] for name in (left, right))
    link = Link(number, kind, left, right, Outcome(outcome), at)
    if cut is None:
        return link
    return Link(number, kind, left, right, Outcome.CUT, at, cut.at, cut.author, cut.reason)


def _by_hand(one: Decision) -> Link:
    outcome = Outcome.JOINED if one.ended_at is None else Outcome.CUT
    number = f"{BY_HAND}-{one.id}"
    return Link(number, BY_HAND, one.left, one.right, outcome, one.at, one.ended_at, one.author, one.reason)


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
    made = {"act": CUT, "name": link.left, "other": link.right, "author": author, "reason": reason, "at": now}
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
        standing = standing.where(columns.name == link.left, columns.other == link.right)
    connection.execute(standing.values(ended_at=now, ended_by=author))


def _surest(names: Sequence[str]) -> str:
    return min(names, key=lambda name: (RANK[name[: name.index(":")]], names.index(name)))
