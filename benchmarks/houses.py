"""Houses to measure in: a data folder with a big library in it, loaded in one go, and published."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.library import Library
from service.app import create_house
from service.house import House
from service.settings import Settings

AUTHOR: Final = "benchmark"


def settings_of(folder: Path, modules: int, url: str = "") -> Settings:
    """The settings of the house with so many modules in this folder, or in the database with this URL."""
    return Settings(data_dir=folder / f"library-{modules}", database_url=url)


def fill(settings: Settings, modules: int) -> None:
    """Load and publish the library, unless it is there already: an older run may have kept it.

    Nothing of it is judged: it is made to pass, and what is measured comes later.
    """
    house = create_house(settings)
    try:
        if house.releases.published() is None:
            begun = time.perf_counter()
            house.contents.put_all(Library(modules).contents(), author=AUTHOR, now=house.clock())
            loaded = time.perf_counter() - begun
            house.releases.publish(house.contents.manifest(), name="all", author=AUTHOR, now=house.clock())
            served = time.perf_counter() - begun - loaded
            print(f"{modules:,} modules: loaded in {loaded:.0f} s, published in {served:.0f} s", flush=True)
    finally:
        house.close()


def manager(house: House) -> dict[str, str]:
    """The headers of somebody who may do everything."""
    house.keys.revoke(AUTHOR)
    secret = house.keys.issue(AUTHOR, ["manage"], house.clock(), roles=["admin"])
    return {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}


@contextmanager
def work_folder(keep: str) -> Iterator[Path]:
    """A folder that is gone afterwards, or one that is kept for the next run."""
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        yield Path(keep)
        return
    with tempfile.TemporaryDirectory(prefix="intarsia-benchmark-") as folder:
        yield Path(folder)


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own on a Unix socket, with its usual durability."""
    found = shutil.which("initdb")
    known = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not known:
        raise SystemExit("this needs PostgreSQL: no initdb on PATH or under /usr/lib/postgresql")
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="intarsia-pg-"))
    if become:
        shutil.chown(folder, "postgres")
    data, pg_ctl = folder / "data", [*become, known[-1] / "pg_ctl", "-D", folder / "data"]
    _run([*become, known[-1] / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"])
    _run([*pg_ctl, "-w", "-l", folder / "log", "-o", f"-c listen_addresses='' -k {folder}", "start"])
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        _run([*pg_ctl, "-w", "-m", "fast", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[object]) -> None:
    # Not to a pipe: the server would inherit it and keep it open.
    subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, check=True, cwd="/")
