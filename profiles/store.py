"""Reading people: one hop to a hot copy, and SQL where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import orjson
from sqlalchemy import func, select

from profiles import records, tables
from profiles.errors import UnknownPerson
from profiles.fold import WEIGHTS
from profiles.orders import item_of
from profiles.profile import STRANGER, Profile, at_version
from profiles.segments import Change, Segments, current
from rules import Instant, Json, Vocabulary
from storage import Copy, Database, HotCopies

DEGRADED: Final = "profile copies unavailable"

STRANGER_SECONDS: Final = 60.0
"""How long "nobody by that name" is remembered in the hot copies; not long, for anybody can make names up."""


class Profiles:
    """Who is behind an alias (`user:42`, `anon:abc`)."""

    def __init__(self, database: Database, hot: HotCopies) -> None:
        self._database = database
        self._hot = hot

    def raw(self, alias: str) -> tuple[bytes | None, str]:
        """The document of the profile, None for a stranger; and why the answer was slower or less than usual, or ""."""
        key = records.hot_key(alias)
        document = self._hot.get(key)
        if document is not None:
            return document or None, ""
        degraded = "" if self._hot.available else DEGRADED
        stored = self._stored(alias)
        if stored is None:
            self._hot.offer(key, Copy(0, b""), STRANGER_SECONDS)
            return None, degraded
        self._hot.offer(key, stored)
        return stored.body, degraded

    def current(self, document: bytes | None, segments: Segments, vocabulary: Vocabulary, now: Instant) -> Profile:
        """The profile in a document, its memberships right to the second."""
        if document is None:
            return STRANGER
        return current(Profile.load(document), segments, vocabulary, now)

    def get(self, alias: str) -> Profile | None:
        """The profile as it was last committed."""
        stored = self._stored(alias)
        return None if stored is None else Profile.load(stored.body)

    def find(self, alias: str) -> str:
        """The id of the profile that an alias leads to. Raises `UnknownPerson`."""
        names = tables.aliases.c
        with self._database.read() as connection:
            found = connection.scalar(select(names.profile_id).where(names.alias == alias))
        if found is None:
            raise UnknownPerson
        return str(found)

    def by_id(self, profile_id: str) -> Profile:
        """The profile with this id, as it was last committed. Raises `UnknownPerson`."""
        people = tables.profiles.c
        with self._database.read() as connection:
            row = connection.execute(
                select(people.version, people.document).where(people.id == profile_id)
            ).one_or_none()
        if row is None:
            raise UnknownPerson
        return records.profile_of(row)

    def changes(self, profile_id: str) -> list[Change]:
        """How this person moved between segments, oldest first."""
        columns = tables.segment_changes.c
        query = select(columns.segment, columns.change, columns.at, columns.cause, columns.reason, columns.event)
        with self._database.read() as connection:
            rows = connection.execute(query.where(columns.profile_id == profile_id).order_by(columns.seq))
            return [Change(*row) for row in rows]

    def count(self) -> int:
        """How many people we know."""
        with self._database.read() as connection:
            return connection.scalar(select(func.count()).select_from(tables.profiles)) or 0

    def _stored(self, alias: str) -> Copy | None:
        people, names = tables.profiles.c, tables.aliases.c
        joined = tables.aliases.join(tables.profiles, people.id == names.profile_id)
        query = select(people.version, people.document).select_from(joined).where(names.alias == alias)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Copy(row.version, at_version(row.document, row.version))


def touches(database: Database, *, purpose: str = "personalization") -> Iterator[tuple[str, str, float, Instant]]:
    """Every touch in the event log as (person, item, weight, at), for training.

    Only of people who consent to `purpose` now: who takes the consent back is left out of the next model.
    """
    people, log = tables.profiles.c, tables.events.c
    told = select(log.profile_id, log.name, log.at, log.body).where(log.name.in_(WEIGHTS))
    with database.read() as connection:
        connection = connection.execution_options(yield_per=2_000)
        documents = connection.execute(select(people.version, people.document))
        agreed = {p.id for p in map(records.profile_of, documents) if p.consent.get(purpose)}
        for person, name, at, body in connection.execute(told):
            if person in agreed:
                properties = orjson.loads(body).get("properties", {})
                for product in _touched(properties):
                    if item := item_of(product):
                        yield person, item, WEIGHTS[name], at


def _touched(properties: dict[str, Json]) -> list[dict[str, Json]]:
    products = properties.get("products")
    lines = [line for line in products if isinstance(line, dict)] if isinstance(products, list) else []
    return lines or [properties]
