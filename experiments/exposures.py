"""Exposures: who was shown which variation. Each unit counts once an experiment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Connection, Double, String, Table, delete, func, select

from rules import Instant
from storage import Base, Database, insert

exposures = Table(
    "exposures",
    Base.metadata,
    Column("experiment", String(128), primary_key=True),
    Column("unit", String(200), primary_key=True),
    Column("variation", String(128), nullable=False),
    Column("at", Double, nullable=False),
)


class Exposures:
    """Exposures in the SQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, connection: Connection, *, experiment: str, unit: str, variation: str, at: Instant) -> bool:
        """Count a unit as exposed, inside the caller's transaction; False where it was counted before."""
        row = {"experiment": experiment, "unit": unit, "variation": variation, "at": at}
        fresh = insert(connection, exposures).values(row).on_conflict_do_nothing().returning(exposures.c.unit)
        return connection.execute(fresh).first() is not None

    def rename(self, connection: Connection, renamed: Callable[[str], str]) -> None:
        """Let every unit be called otherwise from now on."""
        for row in connection.execute(select(exposures.c.experiment, exposures.c.unit)).all():
            here = (exposures.c.experiment == row.experiment) & (exposures.c.unit == row.unit)
            connection.execute(exposures.update().where(here).values(unit=renamed(row.unit)))

    def told(self, connection: Connection, units: Collection[str]) -> Iterator[dict[str, Any]]:
        """What these units were shown, as plain values."""
        query = select(exposures).where(exposures.c.unit.in_(units)).order_by(exposures.c.experiment, exposures.c.unit)
        yield from (dict(row) for row in connection.execute(query).mappings().all())

    def forget(self, connection: Connection, units: Collection[str]) -> int:
        """Forget what these units were shown; how much that was."""
        return connection.execute(delete(exposures).where(exposures.c.unit.in_(units))).rowcount

    def counts(self, experiment: str) -> Mapping[str, int]:
        """How many units were exposed to each variation."""
        counted = select(exposures.c.variation, func.count()).where(exposures.c.experiment == experiment)
        with self._database.read() as connection:
            rows = connection.execute(counted.group_by(exposures.c.variation).order_by(exposures.c.variation))
            return {variation: count for variation, count in rows}  # noqa: C416  (rows are not pairs to mypy)
