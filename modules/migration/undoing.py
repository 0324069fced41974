"""What undoing a migration would do: who gets the bytes from before, and who was edited since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from modules.migration.carrying import Backward
from modules.migration.reading import contents_of, modules_of
from modules.migration.tables import entries
from modules.store import bodies
from modules.store.batches import batches
from rules import Finding

MOST_TOLD: Final = 50


def moved_by(connection: Connection, migration: int) -> dict[str, tuple[str, bytes, bytes]]:
    """Module -> the digest of its body after a migration, and its bytes before and after it."""
    here = (entries.c.migration_id == migration) & (entries.c.state == "staged")
    rows = connection.execute(select(entries.c.key, entries.c.before, entries.c.after).where(here)).all()
    read: dict[str, bytes] = {}
    for batch in batches({digest: None for row in rows for digest in (row.before, row.after)}):
        read |= bodies.read(connection, batch)
    return {row.key: (row.after, read[row.before], read[row.after]) for row in rows}


def report_of(
    connection: Connection, key: str, carrier: Backward, findings: Sequence[Finding]
) -> tuple[dict[str, Any], list[Finding]]:
    """What becomes of each module, and why it cannot be undone, if it cannot."""
    there = modules_of(connection, key)
    edited: list[str] = []
    made: list[str] = []
    wrong = list(findings)
    for module, digest, content in contents_of(connection, there):
        known = carrier.moved.get(module)
        if known is not None and known[0] == digest:
            continue
        (made if known is None else edited).append(module)
        found = carrier(module, digest, content).findings
        wrong += [one.below(f"/modules/{module}") for one in found]
    gone = sorted(carrier.moved.keys() - there.keys())
    told = {
        "modules": {"total": len(there), "edited": len(edited), "made": len(made), "gone": len(gone)},
        "edited": edited[:MOST_TOLD],
        "made": made[:MOST_TOLD],
        "gone": gone[:MOST_TOLD],
    }
    return told, wrong
