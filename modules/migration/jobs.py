"""Migrations in the SQL database: planned, started, carried on in batches, and switched all at once.

A batch reads some modules, carries them over and lays the new bytes aside; nobody sees them yet, and nobody waits.
When every module of the type is laid aside as it is now, one transaction saves the type and all of them: editors see
the old type with the old modules until then, and the new with the new from then on. A process that dies leaves nothing
half done: the next one goes on where it was. Whoever edits a module meanwhile loses nothing: it is carried over again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import orjson
from sqlalchemy import Connection, insert, select

from modules.content_kinds import digest_of
from modules.errors import ContentError, UnknownContent
from modules.migration.carrying import Backward, Carrier, Forward
from modules.migration.mapping import parse_mapping
from modules.migration.reading import contents_of, draft_digest, modules_of
from modules.migration.staging import EMPTY, Job, carry_on
from modules.migration.steps import Plan, plan_of
from modules.migration.survey import Survey
from modules.migration.tables import entries, migrations
from modules.migration.undoing import moved_by, report_of
from modules.migration.values import Edited, Migration, MigrationRefused, MigrationRunning, State, UnknownMigration
from modules.module_type import ModuleType, parse_type
from modules.store import bodies
from modules.store.contents import ContentStore
from rules import Finding, Instant
from storage import Act, Database, lock_out, record

TOLD: Final = tuple(migrations.c[name] for name in Migration.__slots__)
MOST_LISTED: Final = 100


@dataclass(slots=True)
class Migrations:
    """The migrations of every type. `work` carries the oldest one on; call it again for as long as it says so."""

    store: ContentStore
    database: Database
    _carriers: dict[int, Carrier] = field(default_factory=dict)

    def plan(self, key: str, content: bytes, mapping: Mapping[str, Any]) -> Plan:
        """The steps from a type's draft to these bytes. Raises `ContentError` for bytes or a mapping that are wrong."""
        with self.database.read() as connection:
            return self._plan(connection, key, content, mapping)

    def survey(self, plan: Plan, besides: Collection[str] = ()) -> Survey:
        """What it would do to every module that there is, `besides` these."""
        with self.database.read() as connection:
            there = modules_of(connection, plan.new.key)
            found = {key: digest for key, digest in there.items() if key not in besides}
            return Survey.of(plan, ((key, content) for key, _, content in contents_of(connection, found)))

    def start(self, key: str, content: bytes, mapping: Mapping[str, Any], *, author: str, now: Instant) -> Migration:
        """Begin to change a type into these bytes. Raises `MigrationRefused` where something would be lost or no
        longer pass, and `MigrationRunning` where the type is being changed already."""
        survey = self.survey(self.plan(key, content, mapping))
        report = survey.told()
        if survey.findings:
            raise MigrationRefused(key, survey.findings, report)
        del report["findings"]
        return self._begin(key, content, survey.seen, author, now, mapping=dict(mapping), report=report)

    def revert(self, key: str, undone: int, edited: Edited, *, author: str, now: Instant) -> Migration:
        """Begin to undo a migration: the type and its modules become what they were.

        Modules that were edited since, or made, become what `edited` says, if that fits the older type. Raises
        `MigrationRefused` with those that do not, or where the type itself was changed since.
        """
        with self.database.read() as connection:
            row = _row(connection, key, undone)
            told, findings = self._survey_back(connection, row, edited)
            found = modules_of(connection, key)
            old = bodies.read(connection, [row.before])[row.before]
        if findings:
            raise MigrationRefused(key, findings, told)
        return self._begin(key, old, found, author, now, report=told, reverts=undone, edited=edited)

    def get(self, key: str, wanted: int) -> Migration:
        """One migration of a type. Raises `UnknownMigration`."""
        with self.database.read() as connection:
            return _told(_row(connection, key, wanted))

    def history(self, key: str) -> Sequence[Migration]:
        """The newest migrations of a type, at most a hundred."""
        asked = select(*TOLD).where(migrations.c.type_key == key).order_by(migrations.c.id.desc()).limit(MOST_LISTED)
        with self.database.read() as connection:
            return [_told(row) for row in connection.execute(asked)]

    def running(self, key: str) -> int | None:
        """The migration that changes this type now."""
        with self.database.read() as connection:
            return _running(connection, key)

    def work(self, now: Instant) -> bool:
        """Carry on with the oldest that is not over, for a batch or to its end; False where there is none."""
        with self.database.read() as connection:
            asked = select(migrations).where(migrations.c.state == State.RUNNING).order_by(migrations.c.id).limit(1)
            row = connection.execute(asked).first()
            if row is None:
                self._carriers.clear()
                return False
            if row.id not in self._carriers:
                self._carriers[row.id] = self._carrier(connection, row)
            job = Job(row.id, row.type_key, row.author, row.before, bytes(row.content), self._carriers[row.id])
        carry_on(self.store, self.database, job, now)
        return True

    def _plan(self, connection: Connection, key: str, content: bytes, mapping: Mapping[str, Any]) -> Plan:
        digest = draft_digest(connection, "types", key)
        if digest is None:
            raise UnknownContent("types", key, ())
        old = _type(key, bodies.read(connection, [digest])[digest])
        plan, wrong = plan_of(old, parse_type(key, orjson.loads(content)), parse_mapping(mapping))
        if wrong:
            raise ContentError("the mapping", wrong)
        return plan

    def _survey_back(self, connection: Connection, row: Any, edited: Edited) -> tuple[dict[str, Any], list[Finding]]:
        findings = []
        if State(row.state) is not State.DONE:
            findings.append(Finding("", f"the migration is {row.state}", "only one that is done can be undone"))
        elif draft_digest(connection, "types", row.type_key) != digest_of(bytes(row.content)):
            remedy = "undo what came after it first, or migrate to the type that you want"
            findings.append(Finding("", "the type was changed since", remedy))
        carrier = self._backward(connection, row, edited)
        return report_of(connection, row.type_key, carrier, findings)

    def _carrier(self, connection: Connection, row: Any) -> Carrier:
        if row.reverts is not None:
            undone = _row(connection, row.type_key, row.reverts)
            return self._backward(connection, undone, Edited(row.edited))
        old = _type(row.type_key, bodies.read(connection, [row.before])[row.before])
        return Forward(plan_of(old, _type(row.type_key, bytes(row.content)), parse_mapping(row.mapping))[0])

    def _backward(self, connection: Connection, undone: Any, edited: Edited) -> Backward:
        old = bodies.read(connection, [undone.before])[undone.before]
        return Backward(_type(undone.type_key, old), edited, moved_by(connection, undone.id))

    def _begin(
        self, key: str, content: bytes, found: Mapping[str, str], author: str, now: Instant, **more: Any
    ) -> Migration:
        with self.database.write() as connection:
            lock_out(connection, "migrating")
            running = _running(connection, key)
            if running is not None:
                raise MigrationRunning(key, running)
            row = {
                "type_key": key, "state": State.RUNNING, "author": author, "created_at": now, "updated_at": now,
                "total": len(found), "done": 0, "reverts": None, "edited": "", "mapping": {}, "failures": [],
                "before": draft_digest(connection, "types", key), "content": content, **more,
            }  # fmt: skip
            made = connection.execute(insert(migrations).values(row)).inserted_primary_key
            assert made is not None
            waiting = [{"migration_id": made[0], "key": module, **EMPTY} for module in found]
            if waiting:
                connection.execute(insert(entries), waiting)
            action = "type.migrate" if row["reverts"] is None else "type.revert"
            told = Act(
                author, action, f"types/{key}", now, row["before"] or "", digest_of(content), f"migration {made[0]}"
            )
            record(connection, told)
            return _told(_row(connection, key, made[0]))


def _row(connection: Connection, key: str, wanted: int) -> Any:
    asked = select(migrations).where(migrations.c.type_key == key, migrations.c.id == wanted)
    row = connection.execute(asked).first()
    if row is None:
        raise UnknownMigration(key, wanted)
    return row


def _told(row: Any) -> Migration:
    told = {name: getattr(row, name) for name in Migration.__slots__}
    return Migration(**{**told, "state": State(row.state)})


def _running(connection: Connection, key: str) -> int | None:
    asked = select(migrations.c.id).where(migrations.c.type_key == key, migrations.c.state == State.RUNNING)
    return connection.execute(asked).scalar()


def _type(key: str, content: bytes) -> ModuleType:
    return parse_type(key, cast("dict[str, Any]", orjson.loads(content)), trusted=True)
