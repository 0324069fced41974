"""Starting the service: servers for delivery and for management, the worker, the embedded Valkey."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from service.processes import Processes
from service.settings import Settings
from storage import Valkey

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent


MOST_RESTARTS = 20
"""Times that a worker which ends by itself is started again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where and how to serve."""

    host: str = "127.0.0.1"
    port: int = 8321
    workers: int = 2
    threads: int = 4
    server: str = "granian"

    @property
    def live_port(self) -> int:
        """Streams are held by a process of their own: a thread that waits with each would answer nobody else."""
        return self.port + 2

    @property
    def manage_port(self) -> int:
        """Management has a server of its own: a slow upload must not take a delivery thread."""
        return self.port + 1


@dataclass(slots=True)
class Running:
    """A started service: everything it consists of, ended together."""

    plan: Plan
    environ: Mapping[str, str]
    processes: Processes = field(default_factory=Processes)

    def start(self) -> None:
        """Start the servers and the worker."""
        plan = self.plan
        self.processes.start("delivery", command(plan, plan.port, plan.workers), self._with("delivery,tracking"))
        self.processes.start("manage", command(plan, plan.manage_port, 1), self._with("delivery,tracking,manage"))
        self.processes.start("live", streams(plan), self.environ)
        self._start_worker()

    def wait_ready(self, patience: float = 120.0) -> None:
        """Wait until delivery answers: every process compiles what is published first, which takes a large catalogue
        half a minute. Raises RuntimeError when it does not."""
        tick = threading.Event()
        for _ in range(int(patience * 20)):
            ended = self.processes.ended()
            if ended:
                raise RuntimeError(f"the {ended} process ended; its last words are above")
            if all(
                _answers(f"http://{self.plan.host}:{port}/{path}")
                for port, path in (
                    (self.plan.port, "readyz"),
                    (self.plan.manage_port, "readyz"),
                    (self.plan.live_port, "healthz"),
                )
            ):
                return
            tick.wait(0.05)
        raise RuntimeError(f"the service did not answer within {patience:g} s")

    def wait(self) -> str | None:
        """Until a signal asks us to end (None), or a child ends by itself (its name)."""
        asked = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: asked.set())
        restarts = 0
        while not asked.wait(0.25):
            ended = self.processes.ended()
            if ended == "worker" and restarts < MOST_RESTARTS:
                # Answers are right without timers; a dead worker must not take delivery with it.
                restarts += 1
                self._start_worker()
            elif ended:
                return ended
        return None

    def _start_worker(self) -> None:
        self.processes.start("worker", [sys.executable, "-m", "service.cli", "worker"], self.environ)

    def _with(self, parts: str) -> dict[str, str]:
        return {**self.environ, "SERVED_PARTS": parts}


def command(plan: Plan, port: int, workers: int) -> list[str]:
    """The command line of one server."""
    if plan.server == "gunicorn":
        bind = [
            f"--bind={plan.host}:{port}",
            f"--workers={workers}",
            f"--threads={plan.threads}",
            "--worker-class=gthread",
        ]
        return [sys.executable, "-m", "gunicorn", *bind, "--log-level=warning", "service.wsgi:app"]
    options = ["--interface", "wsgi", "--host", plan.host, "--port", str(port), "--workers", str(workers)]
    pool = ["--blocking-threads", str(plan.threads), "--no-ws", "--log-level", "warning", "--respawn-failed-workers"]
    return [sys.executable, "-m", "granian", *options, *pool, "service.wsgi:app"]


def streams(plan: Plan) -> list[str]:
    """The command line of the process that holds streams."""
    options = ["--interface", "asgi", "--host", plan.host, "--port", str(plan.live_port), "--workers", "1"]
    ends = ["--no-ws", "--log-level", "warning", "--respawn-failed-workers", "--workers-kill-timeout", "2"]
    return [sys.executable, "-m", "granian", *options, *ends, "service.live.asgi:app"]


@contextmanager
def environment(settings: Settings, plan: Plan) -> Iterator[dict[str, str]]:
    """The environment of the children: the embedded Valkey is up for as long as this is entered."""
    valkey = None if settings.redis_url else Valkey.start(settings.data_dir / "valkey")
    figures = settings.data_dir / "metrics"
    shutil.rmtree(figures, ignore_errors=True)  # counts of processes that are gone
    figures.mkdir(parents=True)
    try:
        yield {
            "INTARSIA_DATA_DIR": str(settings.data_dir.resolve()),
            "INTARSIA_REDIS_URL": settings.redis_url or (valkey.url if valkey else ""),
            "INTARSIA_BASE_URL": settings.base_url,
            "INTARSIA_ADMIN_URL": settings.admin_url,
            "INTARSIA_LIVE_URL": settings.live_url,
            "INTARSIA_ZONE": settings.zone,
            "INTARSIA_LOG_LEVEL": settings.log_level,
            "PROMETHEUS_MULTIPROC_DIR": str(figures.resolve()),
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
            **({"INTARSIA_DATABASE_URL": settings.database_url} if settings.database_url else {}),
            **({"INTARSIA_STOREFRONT": str(settings.storefront.resolve())} if settings.storefront else {}),
        }
    finally:
        if valkey is not None:
            valkey.stop()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 -- our own loopback address
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
