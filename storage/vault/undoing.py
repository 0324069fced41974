"""The way back to a version that knew no keys: what is sealed lies open again. For migrations."""

from __future__ import annotations

from typing import Final

import orjson
from sqlalchemy import Connection, LargeBinary, String, column, table

from storage.vault.envelope import SEALED
from storage.vault.vault import Vault, vault_of

SEALED_COLUMNS: Final = (("events", "seq", "body"), ("quarantine", "seq", "body"), ("profiles", "id", "document"))
BATCH: Final = 500


def lay_open(connection: Connection) -> None:
    """Open what is sealed in these tables, and write names where their marks are. What nobody can open goes away."""
    vault = vault_of(connection)
    for name, key, body in SEALED_COLUMNS:
        _open_rows(connection, vault, name, key, body)
    _write_names(connection, vault)


def _open_rows(connection: Connection, vault: Vault, name: str, key: str, body: str) -> None:
    rows = table(name, column(key), column(body, LargeBinary))
    kept = [row for row in connection.execute(rows.select()).all() if bytes(row[1][:1]) == SEALED]
    for start in range(0, len(kept), BATCH):
        some = kept[start : start + BATCH]
        for row, plain in zip(some, vault.open_all(connection, [bytes(one[1]) for one in some]), strict=True):
            here = rows.c[key] == row[0]
            change = rows.delete() if plain is None else rows.update().values({body: plain})
            connection.execute(change.where(here))


def _write_names(connection: Connection, vault: Vault) -> None:
    aliases, exposures = table("aliases", column("alias", String)), table("exposures", column("unit", String))
    people = table("profiles", column("document", LargeBinary))
    for document in list(connection.scalars(people.select())):
        for name in orjson.loads(document).get("aliases", ()):
            mark = vault.mark(name)
            connection.execute(aliases.update().where(aliases.c.alias == mark).values(alias=name))
            unit = name.partition(":")[2][:200]
            connection.execute(exposures.update().where(exposures.c.unit == mark).values(unit=unit))
