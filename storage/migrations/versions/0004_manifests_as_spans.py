"""Manifests as spans: a state of what is published writes only what differs from the one before it.

The two shapes of the digest are frozen here as they were, and are, on the day of this revision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256, shake_256
from itertools import islice
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WEIGHT = 256
BATCH = 2000
Names = dict[tuple[str, str], str]

releases = sa.table(
    "releases",
    sa.column("seq", sa.Integer),
    sa.column("id", sa.String),
    sa.column("digest", sa.String),
    sa.column("state", sa.Integer),
    sa.column("total", sa.LargeBinary),
)
entries = sa.table("release_entries", *(sa.column(name, sa.String) for name in ("release_id", "kind", "key", "digest")))
spans = sa.table(
    "manifest_spans",
    sa.column("kind", sa.String),
    sa.column("key", sa.String),
    sa.column("since", sa.Integer),
    sa.column("until", sa.Integer),
    sa.column("digest", sa.String),
)


def upgrade() -> None:
    """Move every manifest into spans; states are numbered as the releases were made."""
    op.create_table(
        "manifest_spans",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "since", name=op.f("pk_manifest_spans")),
    )
    op.create_index(op.f("ix_manifest_spans_since"), "manifest_spans", ["since"])
    op.create_index(op.f("ix_manifest_spans_until"), "manifest_spans", ["until"])
    # In place: a copy of the table would leave the rows that refer to it without it for a moment.
    op.add_column("releases", sa.Column("state", sa.Integer(), nullable=True))
    op.add_column("releases", sa.Column("total", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_releases_state"), "releases", ["state"], unique=True)
    connection = op.get_bind()
    _write(connection, spans, _spans(connection))
    op.drop_table("release_entries")


def downgrade() -> None:
    """Write every manifest out again."""
    op.create_table(
        "release_entries",
        sa.Column("release_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name=op.f("fk_release_entries_release_id_releases")),
        sa.PrimaryKeyConstraint("release_id", "kind", "key", name=op.f("pk_release_entries")),
    )
    connection = op.get_bind()
    _write(connection, entries, _entries(connection))
    op.drop_index(op.f("ix_releases_state"), "releases")
    op.drop_column("releases", "total")
    op.drop_column("releases", "state")
    op.drop_index(op.f("ix_manifest_spans_until"), "manifest_spans")
    op.drop_index(op.f("ix_manifest_spans_since"), "manifest_spans")
    op.drop_table("manifest_spans")


def _spans(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Every span, as it ends; what the last state holds ends with none."""
    held: Names = {}
    since: dict[tuple[str, str], int] = {}
    for state, release in connection.execute(sa.select(releases.c.seq, releases.c.id).order_by(releases.c.seq)).all():
        of_release = sa.select(entries.c.kind, entries.c.key, entries.c.digest).where(entries.c.release_id == release)
        wanted: Names = {(kind, key): digest for kind, key, digest in connection.execute(of_release)}
        for name in [name for name, digest in held.items() if wanted.get(name) != digest]:
            yield _span(name, since.pop(name), state, held.pop(name))
        since |= dict.fromkeys(wanted.keys() - held.keys(), state)
        held = wanted
        _name(connection, release, _digest(wanted), state=state, total=_total(wanted))
    for name, digest in held.items():
        yield _span(name, since[name], None, digest)


def _span(name: tuple[str, str], since: int, until: int | None, digest: str) -> dict[str, Any]:
    return {"kind": name[0], "key": name[1], "since": since, "until": until, "digest": digest}


def _entries(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    published = sa.select(releases.c.state, releases.c.id).where(releases.c.state.is_not(None))
    for state, release in connection.execute(published.order_by(releases.c.state)).all():
        around = sa.and_(spans.c.since <= state, sa.or_(spans.c.until.is_(None), spans.c.until > state))
        rows = connection.execute(sa.select(spans.c.kind, spans.c.key, spans.c.digest).where(around))
        held: Names = {(kind, key): digest for kind, key, digest in rows}
        _name(connection, release, _old_digest(held))
        for (kind, key), digest in held.items():
            yield {"release_id": release, "kind": kind, "key": key, "digest": digest}


def _name(connection: sa.Connection, release: str, digest: str, **more: Any) -> None:
    connection.execute(sa.update(releases).where(releases.c.id == release).values(digest=digest, **more))


def _write(connection: sa.Connection, table: sa.TableClause, rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(rows, BATCH)):
        connection.execute(sa.insert(table), batch)


def _total(manifest: Mapping[tuple[str, str], str]) -> bytes:
    lines = (f"{kind}/{key}\t{digest}\n" for (kind, key), digest in manifest.items())
    weights = (int.from_bytes(shake_256(line.encode()).digest(WEIGHT), "big") for line in lines)
    return (sum(weights) % (1 << 8 * WEIGHT)).to_bytes(WEIGHT, "big")


def _digest(manifest: Mapping[tuple[str, str], str]) -> str:
    return sha256(_total(manifest)).hexdigest()


def _old_digest(manifest: Mapping[tuple[str, str], str]) -> str:
    lines = sorted(f"{kind}/{key}\t{digest}\n" for (kind, key), digest in manifest.items())
    return sha256("".join(lines).encode()).hexdigest()
