"""Engines of JSON-logic in JavaScript, installed by npm into a folder of their own: `node` and `npm` must be there.

with Node("json-logic-js", "2.0.5") as reference:
    reference.values([[{"+": [1, 2]}, None]])  # [{"value": 3}]
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Final

WORKER: Final = Path(__file__).with_name("node_worker.js")


class Node:
    """A process that answers with one package in one version; what it says is in `benchmarks/node_worker.js`."""

    def __init__(self, package: str, version: str) -> None:
        folder = _installed(package, version)
        environment = os.environ | {"NODE_PATH": str(folder / "node_modules")}
        self._process = subprocess.Popen(
            ["node", str(WORKER), package], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def values(self, cases: list[Any]) -> list[Any]:
        """What comes of each rule and data: `value`, or `error` and its `type`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(cases) + "\n")
        self._process.stdin.flush()
        answers: list[Any] = json.loads(self._process.stdout.readline())
        return answers

    def __enter__(self) -> Node:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


def _installed(package: str, version: str) -> Path:
    base = Path(os.environ.get("INTARSIA_PEERS", "") or Path(tempfile.gettempdir(), "intarsia-peers"))
    folder = base / f"{package}-{version}"
    if not (folder / "whole").exists():
        shutil.rmtree(folder, ignore_errors=True)
        print(f"installing {package} {version}", file=sys.stderr)
        folder.mkdir(parents=True)
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder)]
        subprocess.run([*command, f"{package}@{version}"], check=True)
        (folder / "whole").touch()
    return folder
