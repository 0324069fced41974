"""Releases: named sets of revisions, published by flipping one pointer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Final, TypeAlias

from sqlalchemy import Connection, func, insert, select, update

from layouts.errors import NothingToRollBack, PublishedMeanwhile, UnknownRelease
from layouts.manifest import WEIGHT, Changes, Manifest, Name, changes_of, digest_of_total, total_after
from layouts.releases import chain
from layouts.releases.telling import tell
from layouts.releases.values import Move, Publication, Release, Step
from layouts.tables import pointers, publications, releases
from rules import Instant
from storage import Database, lock_out

PUBLISHED: Final = "published"
ANY: Final = "*"
"""Expectation of a publisher who does not mind what is served."""

Hook: TypeAlias = Callable[[Connection, Move], None]


class Releases:
    """Releases in the SQL database, and the pointer to the one that is served.

    Each of `on_publish` is called with every move of the pointer, in its transaction: all is done, or nothing.
    """

    def __init__(self, database: Database, on_publish: Sequence[Hook] = ()) -> None:
        self._database = database
        self._on_publish = tuple(on_publish)

    def publish(self, manifest: Manifest, *, name: str, author: str, now: Instant) -> Release:
        """Make a release of exactly this manifest and serve it, in one transaction."""
        with self._write() as connection:
            served = _served(connection)
            there = chain.manifest_at(connection, _state(connection, served))
            wanted = {entry: after for entry, (_, after) in changes_of(there, manifest).items()}
            return self._publish(connection, served, wanted, name, author, now)

    def publish_changes(
        self, wanted: Mapping[Name, str | None], *, name: str, author: str, now: Instant, onto: str | None = ANY
    ) -> Release:
        """Serve what is served, but under each of these names that digest (None: nothing). The work is in proportion
        to the changes.

        `onto` is the release that they were judged with (None: nothing was served). Raises `PublishedMeanwhile` when
        another one is served by now.
        """
        with self._write() as connection:
            served = _served(connection)
            found = served.id if served else None
            if onto not in {ANY, found}:
                raise PublishedMeanwhile(onto, found)
            return self._publish(connection, served, wanted, name, author, now)

    def roll_back(self, *, to: str | None = None, author: str, now: Instant) -> Release:
        """Serve an older release again: `to` by its id, else the one that was served before the present one.

        Raises `UnknownRelease`, or `NothingToRollBack` where there is none before.
        """
        with self._write() as connection:
            served = _served(connection)
            release = _release(connection, _previous(_publications(connection)) if to is None else to)
            changes = chain.changes_between(connection, _state(connection, served), _state(connection, release))
            self._flip(connection, Move(Step.ROLLBACK, release, served, changes, author, now))
        return release

    newest = select(pointers.c.release_id).where(pointers.c.name == PUBLISHED)
    """Finds the id of the release that is served; for those who look for several news at once."""

    def published(self) -> Release | None:
        """The release that is served, None before the first."""
        with self._database.read() as connection:
            return _served(connection)

    def get(self, release: str) -> Release:
        """A release by its id. Raises `UnknownRelease`."""
        with self._database.read() as connection:
            return _release(connection, release)

    def manifest(self, release: str) -> Manifest:
        """What a release holds. Raises `UnknownRelease`."""
        with self._database.read() as connection:
            return chain.manifest_at(connection, _state(connection, _release(connection, release)))

    def changes(self, start: str | None, end: str) -> Changes:
        """What going from one release (None: from nothing) to another changes, in the order of the names.

        The work is in proportion to what was published between them. Raises `UnknownRelease`.
        """
        with self._database.read() as connection:
            low = 0 if start is None else _state(connection, _release(connection, start))
            return chain.changes_between(connection, low, _state(connection, _release(connection, end)))

    def history(self) -> list[Release]:
        """Every release, newest first."""
        with self._database.read() as connection:
            return [Release(*row) for row in connection.execute(select(*_RELEASE).order_by(releases.c.seq.desc()))]

    def publications(self) -> list[Publication]:
        """Every move of the published pointer, newest first."""
        with self._database.read() as connection:
            return _publications(connection)[::-1]

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        # One writer at a time: numbers of states are taken once, and each move starts from the one before.
        with self._database.write() as connection:
            lock_out(connection, "releases")
            yield connection

    def _publish(
        self,
        connection: Connection,
        served: Release | None,
        wanted: Mapping[Name, str | None],
        name: str,
        author: str,
        now: Instant,
    ) -> Release:
        state, changes = chain.extend(connection, _state(connection, served), wanted)
        total = total_after(_total(connection, served), changes)
        release = _create(connection, state, total, name, author, now)
        self._flip(connection, Move(Step.PUBLISH, release, served, changes, author, now))
        return release

    def _flip(self, connection: Connection, move: Move) -> None:
        to = move.release.id
        row = {"release_id": to, "at": move.at, "by": move.by, "action": move.step}
        connection.execute(insert(publications).values(row))
        flipped = connection.execute(update(pointers).where(pointers.c.name == PUBLISHED).values(release_id=to))
        if flipped.rowcount == 0:
            connection.execute(insert(pointers).values(name=PUBLISHED, release_id=to))
        for hook in self._on_publish:
            hook(connection, move)
        tell(connection, move)


_RELEASE = (releases.c.id, releases.c.name, releases.c.author, releases.c.created_at, releases.c.digest)


def _create(connection: Connection, state: int, total: int, name: str, author: str, now: Instant) -> Release:
    digest = digest_of_total(total)
    number = connection.execute(select(func.coalesce(func.max(releases.c.seq), 0) + 1)).scalar_one()
    # The mark keeps caches apart when a database is made anew and its numbers begin again.
    mark = sha256(f"{number}\t{digest}\t{now}\t{author}\t{name}".encode()).hexdigest()[:10]
    release = Release(f"r{number}-{mark}", name, author, now, digest)
    row = {"seq": number, "id": release.id, "name": name, "author": author, "created_at": now, "digest": digest}
    row |= {"state": state, "total": total.to_bytes(WEIGHT, "big")}
    connection.execute(insert(releases).values(row))
    return release


def _served(connection: Connection) -> Release | None:
    served = select(*_RELEASE).join(pointers, pointers.c.release_id == releases.c.id)
    row = connection.execute(served.where(pointers.c.name == PUBLISHED)).first()
    return Release(*row) if row else None


def _state(connection: Connection, release: Release | None) -> int:
    """The number of its state; 0, which holds nothing, of none."""
    if release is None:
        return 0
    number: int = connection.execute(select(releases.c.state).where(releases.c.id == release.id)).scalar_one()
    return number


def _total(connection: Connection, release: Release | None) -> int:
    if release is None:
        return 0
    total: bytes = connection.execute(select(releases.c.total).where(releases.c.id == release.id)).scalar_one()
    return int.from_bytes(total, "big")


def _release(connection: Connection, release: str) -> Release:
    row = connection.execute(select(*_RELEASE).where(releases.c.id == release)).first()
    if row is None:
        known = connection.execute(select(releases.c.id).order_by(releases.c.seq.desc())).scalars()
        raise UnknownRelease(release, known)
    return Release(*row)


def _publications(connection: Connection) -> list[Publication]:
    p = publications.c
    rows = connection.execute(select(p.seq, p.release_id, p.at, p.by, p.action).order_by(p.seq))
    return [Publication(seq, release, at, by, Step(action)) for seq, release, at, by, action in rows]


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
