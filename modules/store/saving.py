"""Saving, within a transaction: bytes are kept, a revision is added, the draft points at it, and it is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, insert, select

from modules.content_kinds import digest_of
from modules.errors import Archived, Conflict
from modules.listing.writing import enlist
from modules.store import bodies, pictures
from modules.store.batches import batches, named
from modules.store.deriving import derive
from modules.store.knowing import Types
from modules.store.past import REVISION, revision_of
from modules.store.retyping import reread
from modules.store.values import ANY, Draft, MadeBy, Manifest, Name, Revision
from modules.tables import drafts, revisions
from rules import Instant
from storage import Act, Notice, emit, record
from storage import insert as upsert

DRAFTS: Final = select(*(drafts.c[name] for name in Draft.__slots__))
"""Drafts as rows that become a `Draft`. Made once: putting nine columns together takes longer than to read a draft."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who saves, when, and what makes the revisions."""

    author: str
    now: Instant
    made_by: MadeBy
    elsewhere: Collection[Name] = ()
    """What is kept already, among the blobs."""
    along: Collection[Name] = ()
    """Modules that are saved with their type, what they name being noted already: nobody need read them anew."""


def expect_draft(connection: Connection, kind: str, key: str, expect: str | None) -> None:
    """Raise `Conflict` where the draft is not what a writer expects: a digest, None for nothing, `ANY`."""
    if expect == ANY:
        return
    pointer = select(drafts.c.digest).where(drafts.c.kind == kind, drafts.c.key == key)
    found = connection.execute(pointer).scalar()
    if found != expect:
        raise Conflict(kind, key, expect, found)


def drafts_of(connection: Connection, names: Collection[Name]) -> dict[Name, Draft]:
    """Those of these names that have a draft, archived or not."""
    asked = (DRAFTS.where(named(drafts, batch)) for batch in batches(dict.fromkeys(names)))
    return {(row.kind, row.key): Draft(*row) for one in asked for row in connection.execute(one)}


def save(connection: Connection, contents: Mapping[Name, bytes], stamp: Stamp, types: Types) -> list[Revision]:
    """A new revision of each of these, in their order; where the draft holds the same bytes, the one that it has."""
    wanted = {name: digest_of(content) for name, content in contents.items()}
    there = drafts_of(connection, wanted)
    changed = {n: digest for n, digest in wanted.items() if n not in there or there[n].digest != digest}
    for name in changed:
        # A type that changes takes the archived modules along: they must fit when they come back.
        if name in there and there[name].archived_at is not None and stamp.made_by is not MadeBy.MIGRATE:
            raise Archived(*name)
    here = {digest: contents[name] for name, digest in changed.items() if name not in stamp.elsewhere}
    bodies.keep(connection, here)
    pictures.note(connection, {name: contents[name] for name in changed})
    made = _add(connection, changed, stamp)
    _point(connection, made, stamp)
    fresh = {(*name, digest): contents[name] for name, digest in changed.items() if name not in stamp.along}
    derive(connection, fresh, types)
    enlist(connection, changed, types)
    retyped = {
        key: there[(kind, key)].digest if (kind, key) in there else None for kind, key in changed if kind == "types"
    }
    if retyped:
        reread(connection, retyped, types, stamp.along)
    _tell(connection, made, there, stamp)
    kept = _held(connection, {name: None for name in wanted if name not in made})
    return [made[name] if name in made else kept[name] for name in contents]


def keep(connection: Connection, contents: Mapping[Name, bytes], stamp: Stamp, types: Types) -> None:
    """A revision of each of these that no draft points at, unless there is one with these bytes."""
    wanted = {name: digest_of(content) for name, content in contents.items()}
    held = select(revisions.c.kind, revisions.c.key, revisions.c.digest).where(named(revisions, wanted))
    there = {(kind, key, digest) for kind, key, digest in connection.execute(held)}
    fresh = {name: digest for name, digest in wanted.items() if (*name, digest) not in there}
    bodies.keep(connection, {digest: contents[name] for name, digest in fresh.items()})
    made = _add(connection, fresh, stamp)
    derive(connection, {(*name, digest): contents[name] for name, digest in fresh.items()}, types)
    _tell(connection, made, {}, stamp)


def _add(connection: Connection, changed: Manifest, stamp: Stamp) -> dict[Name, Revision]:
    if not changed:
        return {}
    counted = select(revisions.c.kind, revisions.c.key, func.max(revisions.c.version))
    counted = counted.where(named(revisions, changed)).group_by(revisions.c.kind, revisions.c.key)
    last = {(kind, key): version for kind, key, version in connection.execute(counted)}
    made = {
        name: Revision(*name, digest, stamp.author, stamp.now, last.get(name, 0) + 1, stamp.made_by)
        for name, digest in changed.items()
    }
    connection.execute(insert(revisions), [_row(revision) for revision in made.values()])
    return made


def _row(revision: Revision) -> dict[str, object]:
    return {name: getattr(revision, name) for name in Revision.__slots__}


def _point(connection: Connection, made: Mapping[Name, Revision], stamp: Stamp) -> None:
    if not made:
        return
    moved = {"updated_at": stamp.now, "updated_by": stamp.author}
    fresh = {**moved, "created_at": stamp.now, "created_by": stamp.author}
    rows = [{"kind": r.kind, "key": r.key, "digest": r.digest, "version": r.version, **fresh} for r in made.values()]
    change = upsert(connection, drafts)
    told = {name: change.excluded[name] for name in ("digest", "version", *moved)}
    connection.execute(change.on_conflict_do_update(index_elements=["kind", "key"], set_=told), rows)


def _tell(connection: Connection, made: Mapping[Name, Revision], there: Mapping[Name, Draft], stamp: Stamp) -> None:
    before = {name: there[name].digest for name in made if name in there}
    action = f"content.{stamp.made_by}"
    record(
        connection,
        *(
            Act(stamp.author, action, "/".join(name), stamp.now, before.get(name, ""), revision.digest)
            for name, revision in made.items()
        ),
    )
    emit(connection, *(_notice(revision) for revision in made.values()))
    replaced = [name for name in before if name[0] in pictures.PICTURES]
    emit(connection, *(_replaced(made[name], before[name]) for name in replaced))


def _notice(revision: Revision) -> Notice:
    body = {"version": revision.version, "digest": revision.digest, "by": revision.author, "made_by": revision.made_by}
    return Notice("content.saved", f"{revision.kind}/{revision.key}", revision.created_at, body)


def _replaced(revision: Revision, before: str) -> Notice:
    body = {"before": before, "digest": revision.digest, "by": revision.author}
    return Notice("asset.replaced", f"{revision.kind}/{revision.key}", revision.created_at, body)


def _held(connection: Connection, names: Mapping[Name, None]) -> dict[Name, Revision]:
    """The revisions that the drafts of these names point at."""
    if not names:
        return {}
    same = (revisions.c.kind == drafts.c.kind) & (revisions.c.key == drafts.c.key)
    pointed = select(*REVISION).join(drafts, same & (revisions.c.version == drafts.c.version))
    return {(r.kind, r.key): revision_of(r) for r in connection.execute(pointed.where(named(drafts, names)))}
