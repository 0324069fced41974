"""Releases: named sets of revisions, published by flipping one pointer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from sqlalchemy import Connection, func, insert, select, update

from layouts.errors import NeverPublished, NothingToRollBack, PublishedMeanwhile
from layouts.manifest import WEIGHT, Changes, Manifest, Name, changes_of, digest_of_total, total_after
from layouts.releases import chain, rows
from layouts.releases.life import Action, StepHook, Taken, take
from layouts.releases.telling import tell
from layouts.releases.values import Move, Publication, Release, Status, Step
from layouts.tables import pointers, publications, releases
from rules import Instant
from storage import EVERYTHING, Database, lock_out

ANY: Final = "*"
"""Expectation of a publisher who does not mind what is served."""

Hook: TypeAlias = Callable[[Connection, Move], None]

Purges: TypeAlias = Callable[[Move], Collection[str]]
"""The cache keys of all that a move makes other for those whom nobody knows."""


def everything(_: Move) -> Collection[str]:
    """What has to go where nobody can tell what a move changes."""
    return (EVERYTHING,)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be served: what is served now, but under each name of `digests` that digest (None: nothing).

    `locales` tells of names of which only some locales go out, or away. `onto` is the release that this was judged
    with (None: nothing was served).
    """

    digests: Mapping[Name, str | None]
    locales: Mapping[Name, tuple[str, ...]] = field(default_factory=dict)
    onto: str | None = ANY


class Releases:
    """Releases in the SQL database, and the pointer to the one that is served.

    Each of `on_publish` is called with every move of the pointer, in its transaction: all is done, or nothing. Each of
    `on_step` is called before an open release is published, and may forbid it. `purges` says what caches forget.
    """

    def __init__(
        self,
        database: Database,
        on_publish: Sequence[Hook] = (),
        on_step: Sequence[StepHook] = (),
        purges: Purges = everything,
    ) -> None:
        self._database = database
        self._purges = purges
        self._on_publish = tuple(on_publish)
        self._on_step = tuple(on_step)

    def publish(self, manifest: Manifest, *, name: str, author: str, now: Instant) -> Release:
        """Make a release of exactly this manifest and serve it, in one transaction."""
        with self._write() as connection:
            there = chain.manifest_at(connection, rows.state_of(connection, rows.served(connection)))
            wanted = Wanted({entry: after for entry, (_, after) in changes_of(there, manifest).items()})
            step = Taken(Action.PUBLISH, author, now)
            return self._publish(connection, self._new(connection, name, step), wanted, step)

    def publish_changes(self, wanted: Wanted, *, name: str, author: str, now: Instant, note: str = "") -> Release:
        """Make a release of these changes to what is served, and serve it. The work is in proportion to the changes.

        Raises `PublishedMeanwhile` when another release is served than the one that they were judged with.
        """
        with self._write() as connection:
            step = Taken(Action.PUBLISH, author, now, note)
            return self._publish(connection, self._new(connection, name, step), wanted, step)

    def publish_open(
        self, release: str, wanted: Wanted, *, author: str, now: Instant, version: int, note: str = ""
    ) -> Release:
        """Publish a release that waited, once and no more. `wanted` is what its entries come to.

        Raises `PublishedMeanwhile`, `WrongStep` when it waits no longer, `ReleaseChanged` when it is not the version
        that was judged, and what a hook raises.
        """
        with self._write() as connection:
            found = rows.find(connection, release)
            step = Taken(Action.PUBLISH, author, now, note)
            taken = take(connection, found, step, version=version, hooks=self._on_step)
            return self._publish(connection, taken, wanted, step)

    def roll_back(self, *, to: str | None = None, author: str, now: Instant) -> Release:
        """Serve an older release again: `to` by its id, else the one that was served before the present one.

        Raises `UnknownRelease`, `NeverPublished`, or `NothingToRollBack` where there is none before.
        """
        with self._write() as connection:
            served = rows.served(connection)
            release = rows.find(connection, _previous(rows.all_publications(connection)) if to is None else to)
            start, end = rows.state_of(connection, served), _state(connection, release)
            changes = chain.changes_between(connection, start, end)
            self._flip(connection, Move(Step.ROLLBACK, release, served, changes, author, now))
        return release

    newest = select(pointers.c.release_id).where(pointers.c.name == rows.PUBLISHED)
    """Finds the id of the release that is served; for those who look for several news at once."""

    newest_move = select(func.max(publications.c.seq))
    """Finds the number of the last move of the pointer, None before the first."""

    def move(self, seq: int) -> Publication:
        """The move of the pointer with this number."""
        with self._database.read() as connection:
            return rows.publication(connection, seq)

    def published(self) -> Release | None:
        """The release that is served, None before the first."""
        with self._database.read() as connection:
            return rows.served(connection)

    def get(self, release: str) -> Release:
        """A release by its id, published or not. Raises `UnknownRelease`."""
        with self._database.read() as connection:
            return rows.find(connection, release)

    def manifest(self, release: str) -> Manifest:
        """What a release held when it was published. Raises `UnknownRelease`, `NeverPublished`."""
        with self._database.read() as connection:
            return chain.manifest_at(connection, _state(connection, rows.find(connection, release)))

    def held(self, release: str | None, names: Iterable[Name]) -> Manifest:
        """What a release (None: nothing) holds under these names; those of which it holds nothing are left out."""
        with self._database.read() as connection:
            state = 0 if release is None else _state(connection, rows.find(connection, release))
            return chain.held(connection, state, list(names))

    def ever(self, kind: str, key: str) -> tuple[str, ...]:
        """Every digest that was ever published under this name, the newest first."""
        with self._database.read() as connection:
            return chain.ever(connection, (kind, key))

    def changes(self, start: str | None, end: str) -> Changes:
        """What going from one release (None: from nothing) to another changes, in the order of the names.

        The work is in proportion to what was published between them. Raises `UnknownRelease`, `NeverPublished`.
        """
        with self._database.read() as connection:
            low = 0 if start is None else _state(connection, rows.find(connection, start))
            return chain.changes_between(connection, low, _state(connection, rows.find(connection, end)))

    def history(
        self, *, status: Status | None = None, after: str | None = None, limit: int | None = None
    ) -> list[Release]:
        """Every release, newest first: of one status, from the one behind `after` on, and so many."""
        with self._database.read() as connection:
            some = select(*rows.RELEASE).order_by(releases.c.seq.desc()).limit(limit)
            if status is not None:
                some = some.where(releases.c.status == status)
            if after is not None:
                rows.find(connection, after)
                behind = select(releases.c.seq).where(releases.c.id == after).scalar_subquery()
                some = some.where(releases.c.seq < behind)
            return [rows.release_of(row) for row in connection.execute(some)]

    def publications(self) -> list[Publication]:
        """Every move of the published pointer, newest first."""
        with self._database.read() as connection:
            return rows.all_publications(connection)[::-1]

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        # One writer at a time: numbers of states are taken once, and each move starts from the one before.
        with self._database.write() as connection:
            lock_out(connection, "releases")
            yield connection

    def _new(self, connection: Connection, name: str, step: Taken) -> Release:
        """A release that is open for no longer than this transaction: the same steps, and the same hooks, as any."""
        release = rows.open_new(connection, name, "", step.by, step.at)
        return take(connection, release, step, hooks=self._on_step)

    def _publish(self, connection: Connection, release: Release, wanted: Wanted, step: Taken) -> Release:
        before = rows.served(connection)
        found = before.id if before else None
        if wanted.onto not in {ANY, found}:
            raise PublishedMeanwhile(wanted.onto, found)
        state, changes = chain.extend(connection, rows.state_of(connection, before), wanted.digests)
        total = total_after(rows.total_of(connection, before), changes)
        release = replace(release, digest=digest_of_total(total))
        values = {"digest": release.digest, "state": state, "total": total.to_bytes(WEIGHT, "big")}
        connection.execute(update(releases).where(releases.c.id == release.id).values(values))
        move = Move(Step.PUBLISH, release, before, changes, step.by, step.at, wanted.locales, step.note)
        self._flip(connection, move)
        return release

    def _flip(self, connection: Connection, move: Move) -> None:
        to = move.release.id
        row = {"release_id": to, "at": move.at, "by": move.by, "action": move.step}
        connection.execute(insert(publications).values(row))
        flipped = connection.execute(update(pointers).where(pointers.c.name == rows.PUBLISHED).values(release_id=to))
        if flipped.rowcount == 0:
            connection.execute(insert(pointers).values(name=rows.PUBLISHED, release_id=to))
        for hook in self._on_publish:
            hook(connection, move)
        tell(connection, move, self._purges(move))


def _state(connection: Connection, release: Release) -> int:
    state = rows.state_of(connection, release)
    if not state:
        raise NeverPublished(release.id, release.status)
    return state


def _previous(moves: Iterable[Publication]) -> str:
    """What was served before: publishing goes forward, a rollback forgets what it went back over."""
    served: list[str] = []
    for move in moves:
        if move.action is Step.ROLLBACK and move.release in served:
            last = len(served) - 1 - served[::-1].index(move.release)
            del served[last + 1 :]
        else:
            served.append(move.release)
    if len(served) < 2:
        raise NothingToRollBack
    return served[-2]
