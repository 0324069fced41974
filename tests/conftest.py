"""What every test may ask for: a real database of each kind, a real Valkey, a clock that stands still."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import settings
from playwright.sync_api import Playwright, sync_playwright
from sqlalchemy import create_engine, text

from storage import Base, Database, Valkey

SERIAL = count()

# No test goes by the clock: a busy machine is not a wrong answer.
settings.register_profile("intarsia", deadline=None)
settings.load_profile("intarsia")


@dataclass
class FixedClock:
    """A clock that shows `now` until it is moved."""

    now: float = 1_750_000_000.0

    def __call__(self) -> float:
        """The instant that it shows."""
        return self.now

    def forward(self, seconds: float) -> float:
        """Move the hands and return the new instant."""
        self.now += seconds
        return self.now


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still at 2025-06-15T15:06:40Z."""
    return FixedClock()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers: one for all tests of a process, which can have no second."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own on a Unix socket, for this session."""
    binaries = _postgres_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: no initdb on PATH or under /usr/lib/postgresql")
    become = _unprivileged()
    if become is None:
        pytest.skip("PostgreSQL refuses to run as root, and there is no user 'postgres' to become")
    folder = Path(tempfile.mkdtemp(prefix="intarsia-pg-"))
    if become:
        shutil.chown(folder, "postgres")
    data, log = folder / "data", folder / "log"
    options = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=60"
    _run([*become, binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"])
    pg_ctl = [*become, binaries / "pg_ctl", "-D", data]
    _run([*pg_ctl, "-w", "-l", log, "-o", f"{options} -k {folder}", "start"])
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        _run([*pg_ctl, "-w", "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an empty SQLite database."""
    return f"sqlite:///{tmp_path}/intarsia.db"


@pytest.fixture
def postgresql_url(postgres_url: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    schema = f"test_{os.getpid()}_{next(SERIAL)}"
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        yield f"{postgres_url}&options={quote(f'-csearch_path={schema}')}"
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    finally:
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def empty_database(database_url: str) -> Iterator[Database]:
    """A database without a single table."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A database with the tables of every package imported so far."""
    Base.metadata.create_all(empty_database.engine)
    return empty_database


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    """The embedded server, shared by the session: use keys or prefixes of your own."""
    folder = Path(tempfile.mkdtemp(prefix="intarsia-valkey-"))
    server = Valkey.start(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def eventually() -> Callable[[Callable[[], object], float], None]:
    """Wait until something becomes true, and fail when it does not in time."""

    def wait(condition: Callable[[], object], patience: float = 5.0) -> None:
        deadline = time.monotonic() + patience
        while not condition():
            assert time.monotonic() < deadline, "it did not become true in time"
            time.sleep(0.01)

    return wait


def _postgres_binaries() -> Path | None:
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve().parent] if on_path else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    return next((folder for folder in found if (folder / "initdb").exists()), None)


def _unprivileged() -> list[str] | None:
    """The words before a command that PostgreSQL will not run as root; None when there is no way."""
    if os.geteuid() != 0:
        return []
    known = subprocess.run(["id", "postgres"], capture_output=True, check=False).returncode == 0
    return ["runuser", "-u", "postgres", "--"] if known and shutil.which("runuser") else None


def _run(command: list[object]) -> None:
    # Not to a pipe: the server would inherit it and keep it open.
    done = subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, check=False, cwd="/")
    assert done.returncode == 0, f"failed: {command}"
