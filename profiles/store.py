"""Reading people: one hop to a hot copy, and SQL where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final, NamedTuple

import orjson
from sqlalchemy import func, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from profiles import records, tables
from profiles.consent import QUIET, Signals, allows
from profiles.consent.changing import seen_under
from profiles.errors import UnknownPerson
from profiles.fold import WEIGHTS
from profiles.membership import moves
from profiles.orders import item_of
from profiles.profile import STRANGER, Profile, at_version
from profiles.segments import Change, Segments, current
from rules import Instant, Json, Vocabulary
from storage import Copy, Database, HotCopies, Unreadable, person_keys, vault_of

DEGRADED: Final = "profile copies unavailable"
UNREACHABLE: Final = "profiles unreachable"
"""Nobody can be looked up: nothing is known of anybody, and nothing is allowed."""

NOTHING_DESCRIBED: Final = Vocabulary()

STRANGER_SECONDS: Final = 60.0
"""How long "nobody by that name" is remembered in the hot copies; not long, for anybody can make names up."""


class Stored(NamedTuple):
    """What SQL holds of a person: the document, and the hot copy of it, which there is none of before it was sealed."""

    document: bytes
    copy: Copy | None


class Profiles:
    """Who is behind an alias (`user:42`, `anon:abc`)."""

    def __init__(self, database: Database, hot: HotCopies, trusts: Callable[[], bool] = lambda: True) -> None:
        """`trusts()`: whether copies are not older than what SQL says of consent; where they may be, SQL is asked."""
        self._database = database
        self._hot = hot
        self._trusts = trusts

    def raw(self, alias: str) -> tuple[bytes | None, str]:
        """The document of the profile, None for a stranger; and why the answer was slower or less than usual, or ""."""
        vault = self._database.vault
        key = records.hot_key(vault, alias)
        copy = self._hot.get(key) if self._trusts() else None
        if copy is not None:
            if not copy:
                return None, ""
            # A copy that cannot be read is of a house with another secret: SQL is asked.
            with suppress(Unreadable):
                return vault.open_carried(copy), ""
        degraded = "" if self._hot.available else DEGRADED
        try:
            stored = self._stored(alias)
        except (OperationalError, InterfaceError, PoolTimeout):
            return None, UNREACHABLE
        if stored is None:
            self._hot.offer(key, Copy(0, b""), STRANGER_SECONDS)
            return None, degraded
        if stored.copy is not None:
            self._hot.offer(key, stored.copy)
        return stored.document, degraded

    def current(
        self,
        document: bytes | None,
        segments: Segments,
        vocabulary: Vocabulary,
        now: Instant,
        signals: Signals = QUIET,
    ) -> Profile:
        """The profile in a document, its memberships right to the second, and as the signals of a request allow."""
        if document is None:
            return STRANGER
        profile = current(Profile.load(document), segments, vocabulary, now)
        return profile if signals is QUIET else seen_under(signals, profile, segments, vocabulary, now)

    def get(self, alias: str) -> Profile | None:
        """The profile as it was last committed."""
        stored = self._stored(alias)
        return None if stored is None else Profile.load(stored.document)

    def find(self, alias: str) -> str:
        """The id of the profile that an alias leads to. Raises `UnknownPerson`."""
        names = tables.aliases.c
        with self._database.read() as connection:
            found = connection.scalar(select(names.profile_id).where(names.alias == self._database.vault.mark(alias)))
        if found is None:
            raise UnknownPerson
        return str(found)

    def by_id(self, profile_id: str) -> Profile:
        """The profile with this id, as it was last committed. Raises `UnknownPerson`."""
        with self._database.read() as connection:
            row = connection.execute(records.PEOPLE.where(tables.profiles.c.id == profile_id)).one_or_none()
            found = None if row is None else records.profile_of(connection, row)
        if found is None:
            raise UnknownPerson
        return found

    def changes(self, profile_id: str) -> list[Change]:
        """How this person moved between segments, oldest first."""
        with self._database.read() as connection:
            return moves.changes_of(connection, profile_id)

    def count(self) -> int:
        """How many people we know."""
        with self._database.read() as connection:
            return connection.scalar(select(func.count()).select_from(tables.profiles)) or 0

    def _stored(self, alias: str) -> Stored | None:
        names, vault = tables.aliases.c, self._database.vault
        known = select(names.profile_id).where(names.alias == vault.mark(alias)).scalar_subquery()
        with self._database.read() as connection:
            row = connection.execute(records.PEOPLE.where(tables.profiles.c.id == known)).one_or_none()
        document = None if row is None else vault.open_with(row.document, row.wrapped)
        if row is None or document is None:
            return None
        whole = at_version(document, row.version)
        key = vault.key(row.wrapped)
        return Stored(whole, None if key is None else Copy(row.version, key.copy(whole)))


def touches(
    database: Database, vocabulary: Vocabulary = NOTHING_DESCRIBED, *, purpose: str = "personalization"
) -> Iterator[tuple[str, str, float, Instant]]:
    """Every touch in the event log as (person, item, weight, at), for training.

    Only of people for whom `purpose` is allowed now: who takes the consent back is left out of the next model.
    `vocabulary` says what purposes are.
    """
    log = tables.events
    with_key = log.outerjoin(person_keys, person_keys.c.owner == log.c.profile_id)
    told = select(log.c.profile_id, log.c.name, log.c.at, log.c.body, person_keys.c.wrapped).select_from(with_key)
    told = told.where(log.c.name.in_(WEIGHTS)).execution_options(yield_per=2_000)
    with database.read() as connection:
        everybody = records.everybody(connection)
        agreed = {one.id for one in everybody if allows(one, purpose, vocabulary.purposes)}
        for person, name, at, sealed, wrapped in connection.execute(told):
            body = vault_of(connection).open_with(sealed, wrapped) if person in agreed else None
            if body is not None:
                properties = orjson.loads(body).get("properties", {})
                for product in _touched(properties):
                    if item := item_of(product):
                        yield person, item, WEIGHTS[name], at


def _touched(properties: dict[str, Json]) -> list[dict[str, Json]]:
    products = properties.get("products")
    lines = [line for line in products if isinstance(line, dict)] if isinstance(products, list) else []
    return lines or [properties]
