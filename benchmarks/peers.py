"""Other engines of JSON-logic, each in an environment of its own: most install the same import name.

    from benchmarks.peers import PEERS, Worker

    with Worker(PEERS["panzi"]) as panzi:
        panzi.ask("values", cases=[[{"+": [1, 2]}, None]])  # [{"value": 3}]

An environment is made at first use, in a folder of the system's temporary one or in `INTARSIA_PEERS`, and kept.
What a worker can be asked is said in `benchmarks/peer_worker.py`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

WORKER: Final = Path(__file__).with_name("peer_worker.py")


@dataclass(frozen=True, slots=True)
class Peer:
    """One engine: what we call it, and what pip installs. `pure` where it is all Python."""

    name: str
    requirements: tuple[str, ...]
    pure: bool = True


PEERS: Final = {
    peer.name: peer
    for peer in (
        Peer("panzi", ("panzi-json-logic==1.0.1",)),
        Peer("modernized", ("json-logic-modernized==1.0.1",)),
        Peer("qubit", ("json-logic-qubit==0.9.1", "six==1.17.0")),
        Peer("datalogic", ("datalogic-py==5.9.0",), pure=False),
    )
}


def python_of(peer: Peer) -> Path:
    """The interpreter of the peer's environment, which is made where it is not there."""
    base = Path(os.environ.get("INTARSIA_PEERS", "") or Path(tempfile.gettempdir(), "intarsia-peers"))
    version = "{}.{}".format(*sys.version_info)
    folder = base / f"{version}-{'-'.join(peer.requirements).replace('==', '-')}"
    python = folder / "bin" / "python"
    if not (folder / "whole").exists():
        shutil.rmtree(folder, ignore_errors=True)
        print(f"making an environment for {', '.join(peer.requirements)}", file=sys.stderr)
        venv.create(folder, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *peer.requirements], check=True)
        (folder / "whole").touch()
    return python


class Worker:
    """A process in the environment of a peer that answers questions, one at a time."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        command = [str(python_of(peer)), "-I", "-B", str(WORKER), peer.name]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def ask(self, what: str, **given: Any) -> Any:
        """The answer to one question; `RuntimeError` with the peer's own words where it has none."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"what": what, "given": given}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline() or '{"error": "the process ended"}')
        if "error" in answer:
            raise RuntimeError(f"{self.peer.name}: {answer['error']}")
        return answer["answer"]

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
