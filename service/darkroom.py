"""The darkroom: renditions are developed in a process of their own, each once, and kept while there is room."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from pictures import Limits, Rendition, Target
from storage import BoundedFolder

log = logging.getLogger("intarsia")

ROOT = Path(__file__).resolve().parent.parent
SEATS: Final = 3
"""Requests of one process that may wait for a rendition: of the four threads that serve, one is left for pages."""
PATIENCE: Final = 10.0
"""Seconds that one may take, waiting included; then the original is served."""
REPEAT: Final = 60.0
"""Seconds after which something that failed is tried again."""
MOST_FAILED: Final = 10_000


class Undeveloped(Exception):
    """A rendition that could not be made, and why."""


@dataclass(slots=True)
class Child:
    """The process that decodes. It is started when it is needed, and again after it was killed or grew idle."""

    process: subprocess.Popen[bytes] | None = None
    turn: threading.Lock = field(default_factory=threading.Lock)

    def develop(self, content: bytes, rendition: Rendition, target: Target, limits: Limits, patience: float) -> bytes:
        """The rendition. Raises `Undeveloped`; who takes longer than `patience` seconds is killed."""
        question = {
            "rendition": rendition.written,
            "target": target,
            "limits": asdict(limits),
            "size": len(content),
        }
        if not self.turn.acquire(timeout=patience):
            raise Undeveloped("others are being made")
        try:
            return self._ask(json.dumps(question).encode() + b"\n", content, patience)
        finally:
            self.turn.release()

    def stop(self) -> None:
        """End it."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def _ask(self, question: bytes, content: bytes, patience: float) -> bytes:
        process = self._running()
        overdue = threading.Timer(patience, process.kill)
        overdue.start()
        try:
            return _exchange(process, question, content)
        except (OSError, ValueError) as error:
            taken = "took too long" if not overdue.is_alive() else "broke off"
            self.stop()
            raise Undeveloped(f"it {taken} ({type(error).__name__})") from error
        finally:
            overdue.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is not None and self.process.poll() is not None:
            self.stop()
        if self.process is None:
            paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pictures.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": paths},
            )
        return self.process


def _exchange(process: subprocess.Popen[bytes], question: bytes, content: bytes) -> bytes:
    questions, answers = process.stdin, process.stdout
    assert questions is not None and answers is not None
    questions.write(question)
    questions.write(content)
    questions.flush()
    told = json.loads(answers.readline())
    if "error" in told:
        raise Undeveloped(told["error"])
    made = answers.read(told["size"])
    if len(made) != told["size"]:
        raise ValueError("the answer is cut off")
    return made


@dataclass(slots=True)
class Darkroom:
    """Renditions by their names. Whoever asks for one that is being made, here or in another process, waits for it."""

    kept: BoundedFolder
    limits: Limits
    child: Child = field(default_factory=Child)
    seats: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(SEATS))
    failed: dict[str, float] = field(default_factory=dict)
    """Until when a name is not tried again."""

    def rendition(
        self, digest: str, rendition: Rendition, target: Target, original: Callable[[], bytes]
    ) -> bytes | None:
        """The rendition of the picture with this digest; None where it cannot be had now: the original is shown."""
        name = rendition.name(digest, target)
        found = self.kept.get(name)
        if found is not None or self.failed.get(name, 0.0) > time.monotonic():
            return found
        if not self.seats.acquire(blocking=False):
            return None  # as many wait as may: a page is worth more than a smaller picture
        try:
            return self._develop(name, rendition, target, original)
        except (Undeveloped, OSError) as error:  # of the disk, too: what cannot be kept is not made again and again
            log.warning("rendition %s of %s as %s: %s", rendition.written, digest[:12], target, error)
            self._note(name)
            return None
        finally:
            self.seats.release()

    def close(self) -> None:
        """End the process that decodes."""
        self.child.stop()

    def _develop(self, name: str, rendition: Rendition, target: Target, original: Callable[[], bytes]) -> bytes:
        until = time.monotonic() + PATIENCE
        with self._turn(name, until):
            found = self.kept.get(name)
            if found is not None:
                return found
            left = max(0.1, until - time.monotonic())
            made = self.child.develop(original(), rendition, target, self.limits, left)
            self.kept.put(name, made)
            return made

    @contextmanager
    def _turn(self, name: str, until: float) -> Iterator[None]:
        """One at a time makes what has this name, whatever its process: the lock ends with whoever holds it."""
        folder = self.kept.folder / ".turns"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / name[:3]).open("ab") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > until:
                        raise Undeveloped("another process is making it") from None
                    time.sleep(0.01)
            yield

    def _note(self, name: str) -> None:
        if len(self.failed) >= MOST_FAILED:
            self.failed.clear()
        self.failed[name] = time.monotonic() + REPEAT
