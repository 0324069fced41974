"""kill -9 at any moment: what was acknowledged is there, once; what was not is there wholly or not at all."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest
from sqlalchemy import delete, select

from profiles import records, tables
from storage import Database

PEOPLE, TOTAL, KILLS = 3, 900, 4


def start(url: str, threads: int = 1) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-m", "tests.profiles.ingest", url, str(PEOPLE), str(TOTAL), str(threads)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def read(process: subprocess.Popen[str], lines: int) -> list[str]:
    """The first `lines` lines that the process prints."""
    assert process.stdout is not None
    return [line.strip() for line, _ in zip(process.stdout, range(lines), strict=False)]


def events_and_orders(database: Database) -> tuple[list[str], dict[str, float]]:
    with database.read() as connection:
        stored = list(connection.scalars(select(tables.events.c.message_id).where(tables.events.c.kind == "track")))
        people = list(records.everybody(connection))
    return stored, {profile.aliases[0]: profile.counters["orders"] for profile in people}


@pytest.mark.parametrize("threads", [1, 4])
def test_kill_nine_during_ingest_loses_nothing_and_doubles_nothing(
    database: Database, database_url: str, threads: int
) -> None:
    """Four threads commit in groups, and what comes again after a kill comes in other groups."""
    acknowledged: set[str] = set()
    for _ in range(KILLS):
        process = start(database_url, threads)
        # By now a batch is somewhere between its first statement and its acknowledgement.
        said = read(process, random.randrange(5, 80))
        time.sleep(random.random() * 0.01)
        assert process.poll() is None, "it must be killed while it works"
        process.kill()
        rest, _ = process.communicate()
        acknowledged |= {line.split()[0] for line in (*said, *rest.splitlines()) if len(line.split()) == 2}

        stored, orders = events_and_orders(database)
        assert said
        assert acknowledged <= set(stored)
        assert len(stored) == len(set(stored)) == sum(orders.values())
        assert len(stored) % 5 == 0, "a batch is there wholly or not at all"

    process = start(database_url, threads)
    said_at_last, _ = process.communicate()
    last = dict(line.split() for line in said_at_last.splitlines())
    assert {message for message, status in last.items() if status == "old"} >= acknowledged
    stored, orders = events_and_orders(database)
    assert sorted(stored) == sorted(f"event-{n}" for n in range(TOTAL))
    assert orders == {f"user:u{n}": len(range(n, TOTAL, PEOPLE)) for n in range(PEOPLE)}

    with database.write() as connection:
        connection.execute(delete(tables.events))
    process = start(database_url, threads)
    said_once_more, _ = process.communicate()
    assert said_once_more.count(" old\n") == TOTAL, "what was purged since is still known"
    assert events_and_orders(database) == ([], orders)
