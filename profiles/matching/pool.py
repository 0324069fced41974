"""Who may be compared: people who agreed to it, and of whom enough is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

from sqlalchemy import Connection, select

from profiles import records, tables
from profiles.matching.signals import Signals, signals_of
from profiles.profile import Profile

T = TypeVar("T")

AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Pool:
    """People by profile id: what they are compared by, and the names that they have."""

    people: dict[str, Signals]
    names: dict[str, tuple[str, ...]]

    def digests(self) -> dict[str, str]:
        """Profile id -> what that person is like."""
        return {one: signals.digest() for one, signals in self.people.items()}


def pool_of(connection: Connection, purpose: str) -> Pool:
    """Everybody who agreed to this purpose, and of whom enough is known to be compared."""
    pool = Pool({}, {})
    for profile in _everybody(connection):
        if agreed(profile, purpose) and (signals := signals_of(profile)).says_enough():
            pool.people[profile.id] = signals
            pool.names[profile.id] = profile.aliases
    return pool


def agreed(profile: Profile, purpose: str) -> bool:
    """Whether this person agreed to be compared with others: without a yes they did not."""
    return bool(purpose) and profile.consent.get(purpose) is True


def those(connection: Connection, names: Iterable[str]) -> dict[str, Profile]:
    """Name -> the person who has it now."""
    owners = records.find(connection, names)
    columns = tables.profiles.c
    found: dict[str, Profile] = {}
    for some in chunks(sorted(set(owners.values()))):
        query = select(columns.version, columns.document).where(columns.id.in_(some))
        found.update((one.id, one) for one in map(records.profile_of, connection.execute(query)))
    return {name: found[owner] for name, owner in owners.items() if owner in found}


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """As many at once as databases take in one statement."""
    pending = iter(values)
    while some := list(islice(pending, AT_ONCE)):
        yield some


def name_of(names: Iterable[str]) -> str:
    """The name that a person is remembered by in a pair: their user id, or the first name that they had."""
    names = tuple(names)
    return next((name for name in names if name.startswith("user:")), names[0])


def _everybody(connection: Connection) -> Iterator[Profile]:
    columns, last = tables.profiles.c, ""
    query = select(columns.version, columns.document).order_by(columns.id).limit(AT_ONCE)
    while rows := connection.execute(query.where(columns.id > last)).all():
        some = [records.profile_of(row) for row in rows]
        yield from some
        last = some[-1].id
