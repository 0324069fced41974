"""How things stand with people: one short word each, another one whenever their page may be another one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

import orjson
from sqlalchemy import Connection, select

from layouts import Releases
from profiles import versions_of
from rules import Instant
from storage import Database

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "segments": ("segments",),
    "traits": ("traits",),
    "consent": ("consent",),
    "counters": ("counters", "cart"),
}
"""What can change of a person -> the parts of the profile that tell. What they did alone, such as a page that was
looked at, changes nothing here: a rule that counts events belongs into a segment."""

OVERDUE: Final = 2.0
"""Seconds after which a membership that should have ended by the clock counts as ended, though no timer has run."""

NOBODY: Final = ("", 0, None, "-".join("0" * len(PARTS)))


@dataclass(slots=True)
class States:
    """Looks people up in SQL, where the truth is: it works as well without hot copies."""

    database: Database
    key: bytes
    known: dict[str, tuple[str, int, Instant | None, str]] = field(default_factory=dict)
    """Alias -> profile, version, when a membership ends by the clock, digests."""

    def now(self, aliases: Collection[str], now: Instant) -> dict[str, str]:
        """Alias -> how things stand."""
        with self.database.read() as connection:
            release = connection.scalar(select(Releases.newest.scalar_subquery()))
            fresh = dict(self._looked_up(connection, aliases))
        self.known = {alias: fresh.get(alias, NOBODY) for alias in aliases}
        return {alias: _word(str(release), one, now) for alias, one in self.known.items()}

    def one(self, alias: str, now: Instant) -> str:
        """How things stand with one person, remembered by nobody."""
        return States(self.database, self.key).now([alias], now)[alias]

    def _looked_up(
        self, connection: Connection, aliases: Iterable[str]
    ) -> Iterator[tuple[str, tuple[str, int, Instant | None, str]]]:
        before = self.known
        known = {alias: one[:2] for alias, one in before.items()}
        for alias, (id_, version, profile) in versions_of(connection, aliases, known).items():
            if profile is None:
                yield alias, before.get(alias, NOBODY)  # as it was, or erased in this moment
                continue
            digests = "-".join(self._digest([getattr(profile, name) for name in names]) for names in PARTS.values())
            yield alias, (id_, version, profile.until, digests)

    def _digest(self, value: object) -> str:
        told = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        return blake2b(told, key=self.key, digest_size=6).hexdigest()


def _word(release: str, one: tuple[str, int, Instant | None, str], now: Instant) -> str:
    overdue = one[2] is not None and one[2] + OVERDUE < now
    return f"{release}~{one[3]}{'~due' if overdue else ''}"


def differences(before: str, after: str) -> list[str]:
    """What is other: `release`, and the parts of the person."""
    (old_release, old, *old_due), (release, new, *due) = _split(before), _split(after)
    found = ["release"] if old_release != release else []
    pairs = zip(PARTS, old.split("-"), new.split("-"), strict=False)
    found += [name for name, one, other in pairs if one != other]
    return found + (["segments"] if old_due != due and "segments" not in found else [])


def _split(state: str) -> list[str]:
    parts = state.split("~")
    return parts if len(parts) > 1 else ["", ""]
