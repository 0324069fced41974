"""Rebuild: who is who, then everybody's profile and memberships, as the log of events tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from profiles import records
from profiles.computed import plan_of
from profiles.errors import UnknownPerson
from profiles.identity import links, rows
from profiles.identity.resettling import leave
from profiles.intake import LOCK, Told, tell_nobody
from profiles.membership import moves
from profiles.membership.listed import lists_of
from profiles.membership.upkeep import brought_up
from profiles.profile import Profile
from profiles.rebuilding import cursor, standing
from profiles.rebuilding.again import Kept, Rules, differences, told_anew
from profiles.rebuilding.cursor import Place
from profiles.rebuilding.naming import Corrections, Naming, corrections, events_and_moves, put_right
from profiles.rebuilding.reading import held_after, held_one
from profiles.segments import Change, Segments, is_due, stamp_of
from rules import Instant, Vocabulary
from storage import Copy, Database, HotCopies, lock_out

CHUNK = 100
"""People in one transaction."""

AT_ONCE = 2_000
"""People who are new, or called otherwise, that are folded before anybody can see them; more are when it is their
turn."""

NAMES, PROFILES = "who is who", "profiles"
"""The two steps, as progress is told of them."""

Progress = Callable[[str, int, int], None]
"""A step's name, how much is done, how much there is."""

CAUSE: Final = "merged"
"""Why the segments of a profile were left whose events all are somebody else's."""


@dataclass(frozen=True, slots=True)
class Different:
    """Somebody who is kept otherwise than the log says, and what of them is."""

    profile_id: str
    what: tuple[str, ...]


class Rebuild:
    """Tells everybody anew. It may be killed at any moment and goes on when it is called again; events go on coming in
    meanwhile, but for the moment in which names are compared."""

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

    def broken_off(self) -> Place | None:
        """Where a rebuild stands that has not come to its end; None where there is none."""
        with self._database.read() as connection:
            return cursor.place(connection)

    def run(self, now: Instant, progress: Progress, *, afresh: bool = False) -> Place:
        """Put everybody right, going on where one was broken off; how many were looked at and changed."""
        place = None if afresh else self.broken_off()
        if place is None:
            place = self._names(now, progress)
        while (further := self._step(now)) is not None:
            place = further
            progress(PROFILES, min(place.done, place.people), place.people)
        return place

    def run_one(self, profile_id: str, now: Instant) -> Different | None:
        """Put one person right, whose names stay as they are; what was otherwise. Raises `UnknownPerson`."""
        with self._writing() as (connection, copies):
            people = held_one(connection, profile_id)
            if not people:
                raise UnknownPerson
            found = self._put_right(connection, people, now, copies)
        return found[0] if found else None

    def check(self, now: Instant, progress: Progress) -> Iterator[Different]:
        """Whoever is kept otherwise than the log says; nothing is changed."""
        with self._named(progress) as (connection, naming):
            found = corrections(connection, naming)
            total = standing.people(connection)
        yield from (Different(one, tuple(sorted(what))) for one, what in sorted(found.concerned.items()))
        after, done = "", 0
        while True:
            with self._writing() as (connection, _):
                people = held_after(connection, after, CHUNK)
                some = list(self._compared(connection, people, now))
                some += [Different(one, ("profile",)) for one in standing.strays(connection, after, [*people], CHUNK)]
            yield from some
            if not people:
                return
            after, done = max(people), done + len(people)
            progress(PROFILES, min(done, total), total)

    def check_one(self, profile_id: str, now: Instant) -> Different | None:
        """What of one person is otherwise than the log says, but for their names. Raises `UnknownPerson`."""
        with self._writing() as (connection, _):
            people = held_one(connection, profile_id)
            if not people:
                raise UnknownPerson
            return next(self._compared(connection, people, now), None)

    @contextmanager
    def _named(self, progress: Progress) -> Iterator[tuple[Connection, Naming]]:
        """The log led to its people, under the lock of people alone. Most of it is read before the lock is taken."""
        with self._database.write() as connection:
            # Alone for an instant: whatever has a place up to here in the log is committed.
            lock_out(connection, LOCK)
            last, naming = links.last_place(connection), Naming.of(connection)
        with self._database.read() as connection:
            naming.read(connection, last, lambda seq: progress(NAMES, seq, last))
        with self._database.write() as connection:
            lock_out(connection, LOCK)
            again = Naming.of(connection)
            # Somebody was split, joined or erased meanwhile: read once more, and let nobody come between.
            naming = naming if naming.basis == again.basis else again
            naming.read(connection, links.last_place(connection), lambda _: None)
            naming.replay.end()
            progress(NAMES, last, last)
            yield connection, naming

    def _names(self, now: Instant, progress: Progress) -> Place:
        with self._named(progress) as (connection, naming):
            found = corrections(connection, naming)
            put_right(connection, found)
            copies = self._write_people(connection, found, now)
            place = cursor.begin(connection, now, standing.people(connection))
        if found.concerned:
            # Copies lie under names that may lead elsewhere now, with versions that nobody knows any more.
            self._hot.forget_all()
        self._hot.put(copies)
        return place

    def _write_people(self, connection: Connection, found: Corrections, now: Instant) -> dict[str, Copy]:
        """Profiles of those who have none, and other names of those who have; what they did is folded later."""
        gone = records.hold(connection, found.gone)
        leave(connection, list(gone.values()), now, CAUSE, self._on_changes)
        named = self._made(connection, found)
        named += [
            replace(profile, aliases=found.renamed[profile.id], version=profile.version + 1)
            for profile in records.hold(connection, found.renamed).values()
        ]
        on_lists = lists_of(connection, named)
        named = [replace(one, lists=on_lists.get(one.id, {})) for one in named]
        copies = records.save(connection, named, now)
        if len(named) <= AT_ONCE:
            self._put_right(connection, {one.id: one for one in named}, now, copies)
        return copies

    def _made(self, connection: Connection, found: Corrections) -> list[Profile]:
        """People without a profile as they were told, so that nobody tells of them that they left their segments."""
        segments, vocabulary = self._segments(), self._vocabulary()
        told = rows.told_memberships(connection, found.made)
        versions, plan = events_and_moves(connection, found.made), plan_of(vocabulary)
        return [
            Profile(
                one,
                versions.get(one, 0) + 1,
                names,
                segments=told[one].inside,
                stamp=stamp_of(segments, vocabulary),
                computed=plan.begun(),
            )
            for one, names in found.made.items()
        ]

    def _step(self, now: Instant) -> Place | None:
        """The next people; None where everybody was looked at. Several processes share the work."""
        with self._writing() as (connection, copies):
            place = cursor.place(connection, held=True)
            if place is None:
                return None
            people = held_after(connection, place.after, CHUNK)
            found = self._put_right(connection, people, now, copies)
            standing.drop(connection, standing.strays(connection, place.after, [*people], CHUNK))
            if people:
                further = cursor.move(connection, place, max(people), len(people), len(found))
            else:
                cursor.end(connection)
        return further if people else None

    def _put_right(
        self, connection: Connection, people: Mapping[str, Profile | None], now: Instant, copies: dict[str, Copy]
    ) -> list[Different]:
        rules, kept = (self._segments(), self._vocabulary()), standing.kept(connection, people)
        found: list[Different] = []
        better: list[Profile] = []
        for one, known in people.items():
            if known is None:
                continue
            current, told = self._brought_up(connection, known, kept[one], rules, now)
            anew, changes = told_anew(connection, current, told.told, rules, now)
            what = differences(current, anew, told, rules, now)
            if what:
                self._tell(connection, one, changes)
                moves.stand(connection, one, anew.segments)
                better.append(replace(anew, version=known.version + 1))
                found.append(Different(one, tuple(what)))
            elif current is not known:
                better.append(replace(current, version=known.version + 1))
        copies.update(records.save(connection, better, now))
        return found

    def _brought_up(
        self, connection: Connection, known: Profile, kept: Kept, rules: Rules, now: Instant
    ) -> tuple[Profile, Kept]:
        """Somebody with what the clock or other rules have brought and nobody has written yet: as the worker does."""
        due = is_due(known, *rules, now) or not plan_of(rules[1]).fits(known.computed)
        if not due or known.segments != kept.told:
            return known, kept
        current, changes = brought_up(connection, known, *rules, now)
        self._tell(connection, known.id, changes)
        told = rows.told_memberships(connection, [known.id])[known.id].inside
        members = standing.kept(connection, [known.id])[known.id].members
        timer = current.until if kept.timer == known.until else kept.timer
        return current, Kept(told, members, timer)

    def _tell(self, connection: Connection, profile_id: str, changes: list[Change]) -> None:
        if changes:
            moves.note(connection, profile_id, changes)
            self._on_changes(connection, profile_id, changes)

    def _compared(
        self, connection: Connection, people: Mapping[str, Profile | None], now: Instant
    ) -> Iterator[Different]:
        rules, kept = (self._segments(), self._vocabulary()), standing.kept(connection, people)
        for one, known in people.items():
            if known is None:
                continue
            anew, _ = told_anew(connection, known, kept[one].told, rules, now)
            if what := differences(known, anew, kept[one], rules, now):
                yield Different(one, tuple(what))

    @contextmanager
    def _writing(self) -> Iterator[tuple[Connection, dict[str, Copy]]]:
        """A transaction beside which events come in, and the hot copies to publish after it."""
        copies: dict[str, Copy] = {}
        with self._database.write() as connection:
            lock_out(connection, LOCK, shared=True)
            yield connection, copies
        self._hot.put(copies)
