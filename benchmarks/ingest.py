"""Events acknowledged a second, beside what the bare database does with the same rows, on SQLite and PostgreSQL.

    .venv/bin/python -m benchmarks.ingest [--events 20000] [--people 5000] [--batch 100] [--senders 4] [--rounds 3]
    .venv/bin/python -m benchmarks.ingest --http [--seconds 10]

The first runs in this process: calls are checked, taken in and acknowledged, by as many threads as a server process
has. The bare database then writes what was written, into a copy of the database as it was before: the very statements
and values, in the same transactions, by its driver alone, each with all its rows at once; it reads nothing and thinks
nothing. `log alone` writes of them the rows of the event log, and nothing else.

The second runs against the real service with its two server processes: how many events it takes, and at half of that,
how long from sending an event until a page is decided by it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sqlalchemy.event
from sqlalchemy import Connection

from benchmarks.houses import postgresql, work_folder
from benchmarks.ingest_http import over_http
from benchmarks.shoppers import calls, greetings, release
from benchmarks.world import publish
from profiles import Intake, parse_call
from service.app import create_house
from service.house import House
from service.settings import Settings
from storage import Database

Written: TypeAlias = "tuple[str, list[Any]]"
"""A statement, and the rows that it was given."""


@dataclass(frozen=True, slots=True)
class Run:
    """One burst: events a second, the 99th percentile of a request in ms, CPU in µs an event."""

    rate: float
    p99: float
    cpu: float


@dataclass(slots=True)
class Recorder:
    """What was written, by transaction."""

    transactions: list[list[Written]] = field(default_factory=list)
    pending: list[Written] = field(default_factory=list)

    def listen(self, database: Database) -> None:
        """Look over the shoulder of this database."""
        sqlalchemy.event.listen(database.engine, "before_cursor_execute", self._statement)
        sqlalchemy.event.listen(database.engine, "commit", self._commit)

    def _statement(self, _: Connection, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        if statement.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}:
            self.pending.append((statement, [*parameters] if many else [parameters]))

    def _commit(self, _: Connection) -> None:
        if self.pending:
            self.transactions.append(self.pending)
        self.pending = []


def opened(url: str, folder: Path) -> House:
    """A house without hot copies over this database, with a release of its own; nobody is in it yet."""
    settings = Settings(data_dir=folder, database_url=url)
    house = create_house(settings)
    if house.releases.published() is None:
        publish(house.database, release(), time.time())
    house.published.refresh()
    return house


def burst(intake: Intake, bodies: Sequence[Sequence[dict[str, Any]]], senders: int) -> Run:
    """Check and take in these requests, from so many threads."""
    turns, times, lock = iter(bodies), list[float](), threading.Lock()

    def send() -> None:
        while True:
            with lock:
                body = next(turns, None)
            if body is None:
                return
            begun, now = time.perf_counter(), time.time()
            intake.accept([parse_call(c["type"], c, source="shop", received_at=now) for c in body], now)
            times.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=send) for _ in range(senders)]
    wall, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    events = sum(map(len, bodies))
    return Run(events / wall, 1e3 * statistics.quantiles(times, n=100)[98], 1e6 * cpu / events)


def bare(url: str, transactions: Sequence[Sequence[Written]], events: int) -> Run:
    """Write the same again by the driver alone, one transaction after the other."""
    database = Database(url)
    raw: Any = database.engine.raw_connection()
    cursor, times = raw.cursor(), list[float]()
    begin = "BEGIN IMMEDIATE" if database.engine.dialect.name == "sqlite" else ""
    wall, cpu = time.perf_counter(), time.process_time()
    for written in transactions:
        begun = time.perf_counter()
        if begin:
            cursor.execute(begin)
        for statement, rows in written:
            if len(rows) == 1:
                cursor.execute(statement, rows[0])
                cursor.fetchall() if cursor.description else None
            else:
                cursor.executemany(statement, rows)
        raw.commit()
        times.append(time.perf_counter() - begun)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    raw.close()
    database.close()
    return Run(events / wall, 1e3 * statistics.quantiles(times, n=100)[98], 1e6 * cpu / events)


@contextmanager
def copies(kind: str, url: str, folder: Path, number: int) -> Iterator[list[str]]:
    """Two copies of a database as it is now."""
    if kind == "sqlite":
        source = Path(url.removeprefix("sqlite:///"))
        made = [folder / f"copy-{number}-{one}.db" for one in range(2)]
        for path in made:
            shutil.copy(source, path)
        yield [f"sqlite:///{path}" for path in made]
        for path in made:
            for one in folder.glob(f"{path.name}*"):
                one.unlink()
        return
    database = Database(url)
    admin = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    name, host = "shop", url.partition("?")[2]
    with admin.connect() as connection:
        for one in range(2):
            connection.exec_driver_sql(f"CREATE DATABASE copy_{one} TEMPLATE {name}")
    yield [f"postgresql+psycopg://postgres@/copy_{one}?{host}" for one in range(2)]
    with admin.connect() as connection:
        for one in range(2):
            connection.exec_driver_sql(f"DROP DATABASE copy_{one}")
    database.close()


def measure(kind: str, url: str, folder: Path, chosen: argparse.Namespace) -> None:
    """Some rounds of ours, the bare database and the log alone, and what they come to."""
    house = opened(url, folder / f"house-{kind}")
    now, everybody = time.time(), greetings(chosen.people)
    for start in range(0, len(everybody), 1_000):
        some = everybody[start : start + 1_000]
        house.intake.accept([parse_call(c["type"], c, source="shop", received_at=now) for c in some], now)
    house.close()
    admin_url = url.replace("/shop?", "/postgres?")
    rounds = []
    for number in range(chosen.rounds):
        told = calls(chosen.events, chosen.people, seed=number + 1)
        bodies = [told[start : start + chosen.batch] for start in range(0, len(told), chosen.batch)]
        if kind == "sqlite":
            _checkpoint(url)
        with copies(kind, url if kind == "sqlite" else admin_url, folder, number) as (all_rows, log_rows):
            house, recorder = opened(url, folder / f"house-{kind}"), Recorder()
            recorder.listen(house.database)
            ours = burst(house.intake, bodies, chosen.senders)
            house.close()
            groups = [one for one in recorder.transactions if any(" events " in statement for statement, _ in one)]
            log = [[one for one in written if " events " in one[0]] for written in groups]
            rounds.append(
                (ours, bare(all_rows, groups, chosen.events), bare(log_rows, log, chosen.events), len(groups))
            )
    _tell(kind, rounds, chosen)


def _checkpoint(url: str) -> None:
    database = Database(url)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _tell(kind: str, rounds: Sequence[tuple[Run, Run, Run, int]], chosen: argparse.Namespace) -> None:
    for number, (ours, raw, log, groups) in enumerate(rounds, 1):
        print(
            f"{kind:<11}{number:>2}  ours {ours.rate:>7,.0f}/s p99 {ours.p99:>6.1f} ms {ours.cpu:>5.0f} µs CPU"
            f"   bare {raw.rate:>7,.0f}/s p99 {raw.p99:>6.1f} ms {raw.cpu:>4.0f} µs"
            f"   log alone {log.rate:>7,.0f}/s   {chosen.events / groups:>5.0f} events a group"
            f"   share {ours.rate / raw.rate:.2f} of bare, {ours.rate / log.rate:.2f} of log alone",
            flush=True,
        )
    shares = [(ours.rate / raw.rate, ours.rate / log.rate) for ours, raw, log, _ in rounds]
    print(
        f"{kind:<11}median share: {statistics.median(a for a, _ in shares):.2f} of bare (goal 0.40), "
        f"{statistics.median(b for _, b in shares):.2f} of log alone",
        flush=True,
    )


def main() -> None:
    """Measure what was chosen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--senders", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["sqlite", "postgresql"], default="")
    parser.add_argument("--http", action="store_true")
    parser.add_argument("--seconds", type=float, default=10)
    chosen = parser.parse_args()
    run = over_http if chosen.http else measure
    with work_folder("") as folder:
        if chosen.only != "postgresql":
            run("sqlite", f"sqlite:///{folder}/shop.db", folder, chosen)
        if chosen.only != "sqlite":
            with postgresql() as server:
                database = Database(server)
                with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                    connection.exec_driver_sql("CREATE DATABASE shop")
                database.close()
                run("postgresql", server.replace("/postgres?", "/shop?"), folder, chosen)


if __name__ == "__main__":
    sys.exit(main())
