"""One step of a migration: a batch of modules is laid aside, or all that are laid aside are switched at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, func, select, update

from modules.content_kinds import digest_of
from modules.errors import Conflict
from modules.migration.carrying import Carrier
from modules.migration.reading import MODULES, contents_of, draft_digest, modules_of
from modules.migration.tables import entries, migrations
from modules.migration.values import State
from modules.store.contents import ContentStore
from modules.store.deriving import derive
from modules.store.knowing import Types
from modules.store.values import MadeBy
from rules import Finding, Instant
from storage import Database, insert

BATCH: Final = 200
"""Modules that are carried over between two looks at what else is due."""

MOST_TOLD: Final = 100
"""Failures that are told with a migration."""

PENDING, STAGED, FAILED, GONE = "pending", "staged", "failed", "gone"

EMPTY: Final[Mapping[str, Any]] = {"state": PENDING, "before": "", "after": "", "content": None, "findings": []}
"""A module that nobody has looked at yet."""


@dataclass(frozen=True, slots=True)
class Job:
    """A migration that is running: whose it is, and what it makes of the type, which had the digest `before`."""

    id: int
    type_key: str
    author: str
    before: str
    content: bytes
    carry: Carrier


class Outrun(Exception):
    """Somebody saved a module after it was laid aside."""


def carry_on(store: ContentStore, database: Database, job: Job, now: Instant) -> None:
    """Do one step."""
    with database.read() as connection:
        typed = draft_digest(connection, "types", job.type_key)
        waiting = _waiting(connection, job)
        there = modules_of(connection, job.type_key, waiting or None)
        late = [] if waiting else list(_outrun(connection, job, there))
        failures = [] if waiting else _failures(connection, job, late)
    if typed != job.before:
        changed = Finding("", "the type was changed while the migration ran", "start it again")
        _end(database, job, State.FAILED, [{"module": "", "findings": [asdict(changed)]}], now)
    elif failures:
        _end(database, job, State.FAILED, failures, now)
    elif waiting or len(late) > BATCH or not _switch(store, job, now):
        _lay_aside(database, job, waiting or late[:BATCH], there, now)


def _waiting(connection: Connection, job: Job) -> list[str]:
    here = entries.c.migration_id == job.id
    asked = select(entries.c.key).where(here, entries.c.state == PENDING).order_by(entries.c.key).limit(BATCH)
    return list(connection.execute(asked).scalars())


def _outrun(connection: Connection, job: Job, there: Mapping[str, str]) -> Iterable[str]:
    """Modules that are not as they were when they were laid aside, that are new, or that went away."""
    asked = select(entries.c.key, entries.c.state, entries.c.before).where(entries.c.migration_id == job.id)
    laid = {key: before for key, state, before in connection.execute(asked) if state != GONE}
    yield from (key for key, digest in there.items() if laid.get(key) != digest)
    yield from (key for key in laid if key not in there)


def _rows(connection: Connection, job: Job, wanted: Collection[str], there: Mapping[str, str]) -> list[dict[str, Any]]:
    """These modules as they are now, carried over."""
    rows = [{"migration_id": job.id, "key": key, **EMPTY, "state": GONE} for key in wanted if key not in there]
    for key, digest, content in contents_of(connection, {key: there[key] for key in wanted if key in there}):
        made = job.carry(key, digest, content)
        rows.append({
            "migration_id": job.id,
            "key": key,
            "state": FAILED if made.findings else STAGED,
            "before": digest,
            "after": digest if made.findings else digest_of(made.content),
            "content": None if made.findings or made.content == content else made.content,
            "findings": [asdict(one) for one in made.findings],
        })  # fmt: skip
    return rows


def _failures(connection: Connection, job: Job, late: Collection[str]) -> list[dict[str, Any]]:
    """Modules that cannot be carried over, as they are now."""
    here = entries.c.migration_id == job.id
    asked = select(entries.c.key, entries.c.findings).where(here, entries.c.state == FAILED).order_by(entries.c.key)
    found = ({"module": row.key, "findings": row.findings} for row in connection.execute(asked) if row.key not in late)
    return list(islice(found, MOST_TOLD))


def _lay_aside(database: Database, job: Job, wanted: Collection[str], there: Mapping[str, str], now: Instant) -> None:
    # Carried over before anything is written: nobody waits for it.
    with database.read() as connection:
        rows = _rows(connection, job, wanted, there)
    with database.write() as connection:
        _note(connection, job, rows)
        here = entries.c.migration_id == job.id
        total = select(func.count()).where(here).scalar_subquery()
        done = select(func.count()).where(here, entries.c.state != PENDING).scalar_subquery()
        connection.execute(_moved(job, now).values(total=total, done=done))


def _note(connection: Connection, job: Job, rows: list[dict[str, Any]]) -> None:
    """Lay these aside. What they will name is noted in the usage graph now: in no state is a body that nobody has."""
    made = {(MODULES, row["key"], row["after"]): row["content"] for row in rows if row["content"] is not None}
    derive(connection, made, Types(connection, {("types", job.type_key): job.content}))
    change = insert(connection, entries)
    told = {name: change.excluded[name] for name in ("state", "before", "after", "content", "findings")}
    connection.execute(change.on_conflict_do_update(index_elements=["migration_id", "key"], set_=told), rows)


def _switch(store: ContentStore, job: Job, now: Instant) -> bool:
    """Save the type and all its modules in one transaction; False where it must be looked at again first.

    The last ones to be edited are carried over in it, so that nobody who edits all the time holds it up.
    """

    def modules(connection: Connection) -> dict[tuple[str, str], bytes]:
        there = modules_of(connection, job.type_key)
        late = list(islice(_outrun(connection, job, there), BATCH + 1))
        if late:
            rows = [] if len(late) > BATCH else _rows(connection, job, late, there)
            if not rows or any(row["state"] == FAILED for row in rows):
                raise Outrun
            _note(connection, job, rows)
        found = _staged(connection, job)
        connection.execute(_moved(job, now).values(state=State.DONE, total=len(there), done=len(there)))
        connection.execute(update(entries).where(entries.c.migration_id == job.id).values(content=None))
        return found

    name = ("types", job.type_key)
    try:
        store.change(
            {name: job.content}, (), author=job.author, now=now, expect={name: job.before}, made_by=MadeBy.MIGRATE,
            more=modules,
        )  # fmt: skip
    except (Outrun, Conflict):
        return False
    return True


def _staged(connection: Connection, job: Job) -> dict[tuple[str, str], bytes]:
    """The new bytes of those that change."""
    here = (entries.c.migration_id == job.id) & (entries.c.state == STAGED) & entries.c.content.is_not(None)
    rows = connection.execute(select(entries.c.key, entries.c.content).where(here))
    return {(MODULES, key): bytes(content) for key, content in rows}


def _end(database: Database, job: Job, state: State, failures: Collection[Mapping[str, Any]], now: Instant) -> None:
    with database.write() as connection:
        connection.execute(_moved(job, now).values(state=state, failures=list(failures)))
        connection.execute(update(entries).where(entries.c.migration_id == job.id).values(content=None))


def _moved(job: Job, now: Instant) -> Any:
    return (
        update(migrations).where(migrations.c.id == job.id, migrations.c.state == State.RUNNING).values(updated_at=now)
    )
