"""Child processes that end with us: each in a group of its own, stopped by its group, never orphaned."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# The child asks the kernel for a SIGTERM when we die, then becomes the program. A preexec function would
# run Python between fork and exec, which can deadlock in a process with threads.
LAUNCHER = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)
if os.getppid() != int(sys.argv[1]):
    os._exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""


@dataclass(slots=True)
class Processes:
    """The children of one `serve` or `demo`."""

    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, arguments: Sequence[str], environ: Mapping[str, str]) -> None:
        """Start a child under a name."""
        command = [*arguments]
        if sys.platform == "linux":
            command = [sys.executable, "-I", "-S", "-c", LAUNCHER, str(os.getpid()), *arguments]
        self.children[name] = subprocess.Popen(  # noqa: S603 -- our own programs
            command, env={**os.environ, **environ}, start_new_session=True, stdin=subprocess.DEVNULL
        )

    def ended(self) -> str | None:
        """The name of a child that is over, if any."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def stop(self, patience: float = 8.0) -> None:
        """End every child: the whole group is asked first, then killed."""
        # To the group, not the master alone: a server told to end in its first second may never pass it on.
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and any(child.poll() is None for child in self.children.values()):
            time.sleep(0.05)
        self._signal(signal.SIGKILL)
        for child in self.children.values():
            child.wait()
        self.children.clear()

    def _signal(self, number: int) -> None:
        for child in self.children.values():
            if child.poll() is None or number == signal.SIGKILL:
                try:
                    os.killpg(child.pid, number)
                except ProcessLookupError:
                    continue
