"""Who may be compared: people who agreed to it, and of whom enough is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias, TypeVar

from sqlalchemy import Connection, select

from profiles import records, tables
from profiles.matching.signals import Signals, signals_of
from profiles.profile import Profile
from storage import vault_of

T = TypeVar("T")

Agrees: TypeAlias = Callable[[Profile], bool]
"""Whether a person agrees to be compared with others; without a yes they do not."""

AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Pool:
    """People by profile id: what they are compared by, and the marks of their names, the surest first."""

    people: dict[str, Signals]
    marks: dict[str, tuple[str, ...]]
    digests: dict[str, str]
    """Profile id -> a mark that changes with anything that the person is compared by."""


def pool_of(connection: Connection, agrees: Agrees) -> Pool:
    """Every user who agrees to be compared, and of whom enough is known for it."""
    pool, vault = Pool({}, {}, {}), vault_of(connection)
    for profile in records.everybody(connection):
        if agrees(profile) and _has_user(profile) and (signals := signals_of(profile)).says_enough():
            pool.people[profile.id] = signals
            pool.digests[profile.id] = vault.mark(signals.digest())
            pool.marks[profile.id] = tuple(map(vault.mark, sorted(profile.aliases, key=_by_surety)))
    return pool


def owners(connection: Connection, marks: Iterable[str]) -> dict[str, str]:
    """Mark of a name -> the profile that it leads to."""
    columns, found = tables.aliases.c, dict[str, str]()
    for some in chunks(sorted(set(marks))):
        query = select(columns.alias, columns.profile_id).where(columns.alias.in_(some))
        found.update((row.alias, row.profile_id) for row in connection.execute(query))
    return found


def those(connection: Connection, marks: Iterable[str]) -> dict[str, Profile]:
    """Mark of a name -> the person who has it now."""
    whose = owners(connection, marks)
    people = records.people(connection, whose.values())
    return {mark: people[owner] for mark, owner in whose.items() if owner in people}


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """As many at once as databases take in one statement."""
    pending = iter(values)
    while some := list(islice(pending, AT_ONCE)):
        yield some


def _has_user(profile: Profile) -> bool:
    # Browsers come and go; who signs up twice is who is looked for.
    return any(name.startswith("user:") for name in profile.aliases)


def _by_surety(name: str) -> bool:
    # A user id is what stays of a person; among others, the first that they had.
    return not name.startswith("user:")
