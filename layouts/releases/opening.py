"""Releases that are not published yet: they are made, filled, judged, and wait for their moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select, update

from layouts.manifest import Name
from layouts.releases import chain, rows
from layouts.releases import entries as stored
from layouts.releases.entries import Place
from layouts.releases.life import WAITING, Action, StepHook, Taken, note_step, steps_of, take
from layouts.releases.values import Due, Entry, Release, Status
from layouts.tables import releases
from rules import Instant
from storage import Database, lock_out


class OpenReleases:
    """The releases that wait. Each of `on_step` is called in the transaction of a step, before it; it may forbid it."""

    def __init__(self, database: Database, on_step: Sequence[StepHook] = ()) -> None:
        self._database = database
        self._on_step = tuple(on_step)

    def create(self, name: str, *, description: str = "", author: str, now: Instant) -> Release:
        """An open release without entries."""
        with self._write() as connection:
            release = rows.open_new(connection, name, description, author, now)
            note_step(connection, release, Taken(Action.CREATE, author, now))
        return release

    def put(
        self, release: str, wanted: Mapping[Place, str | None], *, by: str, now: Instant, version: int | None = None
    ) -> Release:
        """Put changes into an open release: kind, key and locale -> the revision (None: take it away)."""

        def change(connection: Connection) -> None:
            served = rows.state_of(connection, rows.served(connection))
            base = chain.held(connection, served, {(kind, key): None for kind, key, _ in wanted})
            made = [Entry(*place, digest, base.get(place[:2]), by, now) for place, digest in wanted.items()]
            stored.put(connection, release, made)

        return self._change(release, change, by, now, version)

    def drop(
        self, release: str, places: Collection[Place], *, by: str, now: Instant, version: int | None = None
    ) -> Release:
        """Take changes out of an open release; those that are not in it are no matter."""
        return self._change(release, lambda connection: stored.drop(connection, release, places), by, now, version)

    def describe(
        self, release: str, *, name: str, description: str, by: str, now: Instant, version: int | None = None
    ) -> Release:
        """Give an open release another name or description."""
        words = {"name": name, "description": description}

        def change(connection: Connection) -> None:
            connection.execute(update(releases).where(releases.c.id == release).values(words))

        return replace(self._change(release, change, by, now, version), name=name, description=description)

    def step(self, release: str, step: Taken, *, version: int | None = None) -> Release:
        """Take a step that changes the status alone: submit, approve, reopen, fail, cancel.

        Raises `WrongStep`, `ReleaseChanged`, or whatever a hook raises.
        """
        with self._write() as connection:
            after = take(connection, rows.find(connection, release), step, version=version, hooks=self._on_step)
            return self._undue(connection, after) if after.status is not Status.FAILED else after

    def schedule(self, release: str, due: Due, *, by: str, now: Instant, version: int | None = None) -> Release:
        """Let it be published at a moment; a second time, at another one."""
        with self._write() as connection:
            found = replace(rows.find(connection, release), due=due)
            values = {"due_at": due.at, "due_local": due.local, "due_zone": due.zone}
            connection.execute(update(releases).where(releases.c.id == release).values(values))
            return take(connection, found, Taken(Action.SCHEDULE, by, now), version=version, hooks=self._on_step)

    def due(self, now: Instant) -> list[Release]:
        """Those whose moment has come, in the order of their moments."""
        r = releases.c
        come = select(*rows.RELEASE).where(r.status == Status.SCHEDULED, r.due_at <= now).order_by(r.due_at, r.seq)
        with self._database.read() as connection:
            return [rows.release_of(row) for row in connection.execute(come)]

    def entries(self, release: str) -> tuple[Entry, ...]:
        """The changes that a release makes, or made."""
        with self._database.read() as connection:
            rows.find(connection, release)
            return stored.entries_of(connection, release)

    def steps(self, release: str) -> tuple[Taken, ...]:
        """Its life so far, oldest first."""
        with self._database.read() as connection:
            rows.find(connection, release)
            return steps_of(connection, release)

    def others(self, release: str) -> Mapping[Name, Sequence[str]]:
        """Name -> the other releases that wait and change it too."""
        with self._database.read() as connection:
            return stored.others(connection, release, sorted(WAITING))

    def _change(
        self,
        release: str,
        change: Callable[[Connection], Any],
        by: str,
        now: Instant,
        version: int | None,
    ) -> Release:
        with self._write() as connection:
            found = rows.find(connection, release)
            after = take(connection, found, Taken(Action.CHANGE, by, now), version=version, hooks=self._on_step)
            change(connection)
        return after

    def _undue(self, connection: Connection, release: Release) -> Release:
        nothing = {"due_at": None, "due_local": None, "due_zone": None}
        connection.execute(update(releases).where(releases.c.id == release.id).values(nothing))
        return replace(release, due=None)

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._database.write() as connection:
            lock_out(connection, "releases")
            yield connection
