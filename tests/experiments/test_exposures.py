"""Each unit counts once an experiment, however often it is shown."""

from __future__ import annotations

import pytest

from experiments import Exposures
from storage import Database


def record(exposures: Exposures, database: Database, unit: str, variation: str, at: float = 1.0) -> bool:
    with database.write() as connection:
        return exposures.record(connection, experiment="words", unit=unit, variation=variation, at=at)


def test_a_unit_counts_once_and_for_the_variation_it_saw_first(database: Database) -> None:
    exposures = Exposures(database)
    assert record(exposures, database, "ann", "bold")
    assert not record(exposures, database, "ann", "bold", at=2.0)
    assert not record(exposures, database, "ann", "control", at=3.0)
    assert record(exposures, database, "ben", "control")
    assert exposures.counts("words") == {"bold": 1, "control": 1}


def test_experiments_are_counted_apart(database: Database) -> None:
    exposures = Exposures(database)
    record(exposures, database, "ann", "bold")
    assert exposures.counts("other") == {}


def test_an_exposure_is_gone_with_its_transaction(database: Database) -> None:
    exposures = Exposures(database)
    with pytest.raises(RuntimeError, match="broken off"), database.write() as connection:
        exposures.record(connection, experiment="words", unit="ann", variation="bold", at=1.0)
        raise RuntimeError("broken off")
    assert exposures.counts("words") == {}
