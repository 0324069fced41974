"""Preview links: who has one sees, for a while, what is not public yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_hex
from typing import Any, Final

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import JSON, Column, Connection, Double, Integer, String, Table, insert, select, update

from accounts.errors import AccountError, UnknownName
from accounts.telling import tell
from rules import Instant
from storage import Base, Database, lock_out

SALT: Final = "intarsia.preview"
LONGEST_PREVIEW: Final = 30 * 86_400.0
"""Seconds that a link may live."""

previews = Table(
    "previews",
    Base.metadata,
    Column("id", String(24), primary_key=True),
    Column("by", String(200), nullable=False, index=True),
    Column("created_at", Double, nullable=False),
    Column("ends_at", Double, nullable=False, index=True),
    Column("revoked_at", Double, nullable=True),
    Column("bound", JSON, nullable=False),
)

preview_keys = Table(
    "preview_keys",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("secret", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a link shows: a release that waits or was published, `drafts`, or `as-of` (what was served at the moment).

    With a moment, a person or layouts it shows those alone; None leaves the choice to whoever follows it.
    """

    id: str
    by: str
    created_at: Instant
    ends_at: Instant
    release: str
    at: Instant | None = None
    person: Mapping[str, str] | None = None
    layouts: tuple[str, ...] | None = None
    revoked_at: Instant | None = None


class PreviewRefused(AccountError):
    """A token that opens nothing, and why."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}; ask whoever sent the link for another one")


class PreviewLinks:
    """Links in the SQL database. A token is signed, so that one that was made up costs no look into it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, preview: Preview, *, now: Instant) -> str:
        """The token of a new link. This is the only time that it can be seen."""
        bound = {"release": preview.release, "at": preview.at, "person": preview.person, "layouts": preview.layouts}
        row = {"id": preview.id, "by": preview.by, "created_at": now, "ends_at": preview.ends_at, "bound": bound}
        with self._database.write() as connection:
            connection.execute(insert(previews).values(row))
            until = datetime.fromtimestamp(preview.ends_at, UTC).isoformat(timespec="seconds")
            tell(connection, preview.by, "preview.shared", f"previews/{preview.id}", now, f"until {until}")
            return _signer(_secret(connection)).dumps([preview.id, preview.ends_at])

    def find(self, token: str, now: Instant) -> Preview:
        """What a token opens. Raises `PreviewRefused`."""
        with self._database.read() as connection:
            secret = connection.execute(select(preview_keys.c.secret)).scalar()
            name, ends_at = _read(secret, token)
            if now >= ends_at:
                raise PreviewRefused("the preview link has expired")
            found = connection.execute(select(previews).where(previews.c.id == name)).first()
        if found is None:
            raise PreviewRefused("the preview link is not known here")
        if found.revoked_at is not None:
            raise PreviewRefused("the preview link was revoked")
        return _made(found)

    def all(self, now: Instant, *, by: str | None = None) -> list[Preview]:
        """Every link that still opens something, or those of one maker; the newest first."""
        live = select(previews).where(previews.c.ends_at > now, previews.c.revoked_at.is_(None))
        if by is not None:
            live = live.where(previews.c.by == by)
        with self._database.read() as connection:
            order = live.order_by(previews.c.created_at.desc(), previews.c.id)
            return [_made(row) for row in connection.execute(order)]

    def revoke(self, name: str, *, by: str, now: Instant, of: str | None = None) -> None:
        """End a link (`of` this maker, where one is named) at once, everywhere. Raises `UnknownName`."""
        mine = previews.c.id == name if of is None else (previews.c.id == name) & (previews.c.by == of)
        with self._database.write() as connection:
            live = update(previews).where(mine, previews.c.revoked_at.is_(None))
            if connection.execute(live.values(revoked_at=now)).rowcount == 0:
                raise UnknownName("preview link", name)
            tell(connection, by, "preview.revoked", f"previews/{name}", now)


def new_preview_id() -> str:
    """A name for a link that is no secret."""
    return token_hex(8)


def _secret(connection: Connection) -> str:
    lock_out(connection, "preview keys")
    found = connection.execute(select(preview_keys.c.secret)).scalar()
    if found is None:
        found = token_hex(32)
        connection.execute(insert(preview_keys).values(id=1, secret=found))
    return str(found)


def _signer(secret: str) -> URLSafeSerializer:
    how = {"key_derivation": "hmac", "digest_method": sha256}
    return URLSafeSerializer(secret, salt=SALT, signer_kwargs=how)


def _read(secret: str | None, token: str) -> tuple[str, float]:
    try:
        told: Any = _signer(secret).loads(token) if secret else None
    except BadSignature:
        told = None
    if not isinstance(told, list) or len(told) != 2:
        raise PreviewRefused("the preview link is not one of this service, or was changed on its way")
    return str(told[0]), float(told[1])


def _made(row: Any) -> Preview:
    bound: Mapping[str, Any] = row.bound
    layouts = bound["layouts"]
    return Preview(
        id=row.id,
        by=row.by,
        created_at=row.created_at,
        ends_at=row.ends_at,
        release=bound["release"],
        at=bound["at"],
        person=bound["person"],
        layouts=None if layouts is None else tuple(layouts),
        revoked_at=row.revoked_at,
    )
