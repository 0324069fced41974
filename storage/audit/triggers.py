"""The database itself refuses to change or lose a row of the log, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import DDL, Connection, event, text

from storage.audit.writing import log

TRIGGERS: Final = frozenset({"audit_log_only_grows", "audit_log_keeps_rows", "audit_log_loses_none"})

MAKE: Final[Mapping[str, tuple[str, ...]]] = {
    # INSERT OR REPLACE deletes without the trigger for it, hence the first.
    "sqlite": (
        "CREATE TRIGGER audit_log_only_grows BEFORE INSERT ON audit_log WHEN NEW.seq <= "
        "(SELECT coalesce(max(seq), 0) FROM audit_log) BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
        "CREATE TRIGGER audit_log_keeps_rows BEFORE UPDATE ON audit_log "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
        "CREATE TRIGGER audit_log_loses_none BEFORE DELETE ON audit_log "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION audit_log_refuse() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
        "CREATE OR REPLACE FUNCTION audit_log_grow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.seq <= (SELECT coalesce(max(seq), 0) FROM audit_log) THEN "
        "RAISE EXCEPTION 'the audit log is append-only'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER audit_log_only_grows BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_log_grow()",
        "CREATE TRIGGER audit_log_keeps_rows BEFORE UPDATE ON audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse()",
        "CREATE TRIGGER audit_log_loses_none BEFORE DELETE OR TRUNCATE ON audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_refuse()",
    ),
}
"""Database -> how the triggers of `TRIGGERS` are made."""

_THERE: Final[Mapping[str, str]] = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_log'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('audit_log') AND tgenabled <> 'D'",
}

for _database, _statements in MAKE.items():
    for _statement in _statements:
        _made = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(log, "after_create", _made.execute_if(dialect=_database))


def missing_triggers(connection: Connection) -> list[str]:
    """Which of the triggers are not there, or do not work."""
    there = set(connection.execute(text(_THERE[connection.dialect.name])).scalars())
    return sorted(TRIGGERS - there)
