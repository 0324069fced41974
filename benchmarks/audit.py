"""How long it takes to prove the audit log, beside plain SHA-256 over the same bytes.

    .venv/bin/python benchmarks/audit.py [--rows 1000000] [--url sqlite:///...]

The log is written through the front door, in transactions of a thousand rows. Then it is proved, and the very bytes
that the hashes are made of are hashed alone, without reading, chaining or sealing them. Memory is what proving adds.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import orjson

from storage import Act, Database, Seals, migrate, record, verify

SEALS = Seals(b"a key of thirty-two bytes, or so")
BATCH = 1_000


def main() -> None:
    """Write, prove, hash; print a line for each."""
    asked = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(asked.url or f"sqlite:///{folder}/audit.db", SEALS)
        migrate(database)
        wrote = _timed(lambda: _fill(database, asked.rows))
        before = _megabytes()
        proved = _timed(lambda: _prove(database, asked.rows))
        grown = _megabytes() - before
        told = _told(10_000)
        plain = _timed(lambda: _hash_alone(told, asked.rows))
        database.close()
    print(f"{asked.rows:,} rows in {database.engine.dialect.name}")
    for words, (wall, cpu) in (("written", wrote), ("proved", proved), ("SHA-256", plain)):
        print(
            f"{words:8} {wall:8.2f} s, of it {cpu:7.2f} s of a processor; {asked.rows / cpu:10,.0f} rows a second of it"
        )
    print(
        f"proving takes {proved[1] / plain[1]:.1f} times the processor of SHA-256, and {grown:.0f} MB more at the peak"
    )


def _fill(database: Database, rows: int) -> None:
    for start in range(0, rows, BATCH):
        with database.write() as connection:
            record(connection, *(_act(n) for n in range(start, min(start + BATCH, rows))))


def _prove(database: Database, rows: int) -> None:
    with database.read() as connection:
        checked = verify(connection, SEALS)
    assert checked.sound and checked.rows == rows, checked


def _hash_alone(told: Sequence[bytes], rows: int) -> None:
    for n in range(rows):
        sha256(told[n % len(told)]).hexdigest()


def _told(rows: int) -> list[bytes]:
    """What the hashes of so many rows are made of."""
    previous = "0" * 64
    acts = [(n, _act(n)) for n in range(rows)]
    return [orjson.dumps([previous, n, a.at, a.who, a.action, a.what, a.before, a.after, a.note]) for n, a in acts]


def _act(number: int) -> Act:
    digest = sha256(b"%d" % number).hexdigest()
    return Act(
        f"editor-{number % 40}", "content.save", f"modules/module-{number % 9_000}", 1.7e9 + number, digest, digest
    )


def _timed(do: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of a processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - wall, time.process_time() - cpu


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--url", default="", help="another database, an empty one")
    return parser.parse_args()


if __name__ == "__main__":
    main()
