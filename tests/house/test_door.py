"""The door, `./intarsia`: set up once, then out of the way.

A toy clone stands for ours: the real door, locks that ask for nothing (so that no index is needed), and a
program that tells how it was called.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

LOCKS = ("requirements.lock", "requirements-demo.lock", "requirements-dev.lock", "requirements-uv.lock")
PROGRAM = """
import json, os, sys
told = ("INTARSIA_DATA_DIR", "OPENBLAS_NUM_THREADS", "PYTHONPATH")
print(json.dumps({"arguments": sys.argv[1:], "folder": os.getcwd(), **{name: os.environ.get(name) for name in told}}))
sys.exit(7 if "fail" in sys.argv else 0)
"""
pytestmark = pytest.mark.skipif(not shutil.which("dash"), reason="dash, the strictest of shells, is not installed")


@dataclass(frozen=True)
class Clone:
    """A toy clone in a folder whose name has spaces in it."""

    folder: Path

    def start(self, *arguments: str, folder: Path | None = None, **environ: str) -> subprocess.Popen[str]:
        """Run the door under dash, from another folder."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("INTARSIA_", "OPENBLAS_"))}
        return subprocess.Popen(
            [shutil.which("dash") or "", str(self.folder / "intarsia"), *arguments],
            cwd=folder or self.folder.parent,
            env={**kept, "PYTHON": sys.executable, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, folder: Path | None = None, **environ: str) -> tuple[int, str, str]:
        """Its status, output and messages."""
        process = self.start(*arguments, folder=folder, **environ)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Clone:
    """A toy clone that nobody has set up."""
    folder = tmp_path_factory.mktemp("door") / "a clone, with spaces"
    (folder / "service").mkdir(parents=True)
    shutil.copy(root / "intarsia", folder)
    (folder / "service/cli.py").write_text(PROGRAM)
    for lock in LOCKS:
        (folder / lock).write_text(f"# {lock}\n")
    return Clone(folder)


@pytest.fixture(scope="session")
def first(pattern: Clone) -> tuple[int, str, str]:
    """The first run in it, which sets it up."""
    return pattern.run("serve", "--port", "1 2", "*", PIP_CONFIG_FILE=os.devnull)


@pytest.fixture
def clone(first: tuple[int, str, str], pattern: Clone, tmp_path: Path) -> Clone:
    """A clone of one's own that was set up before."""
    assert first[0] == 0, first[2]
    folder = tmp_path / "my own clone"
    shutil.copytree(pattern.folder, folder, symlinks=True)
    return Clone(folder)


def test_the_first_run_sets_up_and_hands_over(pattern: Clone, first: tuple[int, str, str]) -> None:
    """Arguments arrive as given, the caller's folder stays, the data lies in the clone."""
    status, out, err = first
    assert status == 0, err
    assert json.loads(out) == {
        "arguments": ["serve", "--port", "1 2", "*"],
        "folder": str(pattern.folder.parent),
        "INTARSIA_DATA_DIR": str(pattern.folder / ".data"),
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONPATH": str(pattern.folder),
    }
    assert "Making .venv" in err


def test_the_second_run_is_silent_and_quick(clone: Clone) -> None:
    """A stamp tells that all is there: no pip, no uv, under a second."""
    started = time.perf_counter()
    status, out, err = clone.run("serve")
    assert (status, err) == (0, "")
    assert json.loads(out)["arguments"] == ["serve"]
    assert time.perf_counter() - started < 1


def test_the_program_s_status_is_the_door_s(clone: Clone) -> None:
    """Scripts can rely on it."""
    assert clone.run("fail")[0] == 7


def test_what_the_caller_chose_stands(clone: Clone, tmp_path: Path) -> None:
    """A setting in the environment is stronger than the door's own."""
    told = json.loads(clone.run("serve", INTARSIA_DATA_DIR="elsewhere", OPENBLAS_NUM_THREADS="3", folder=tmp_path)[1])
    assert (told["INTARSIA_DATA_DIR"], told["OPENBLAS_NUM_THREADS"]) == ("elsewhere", "3")


def test_a_folder_of_the_caller_hides_no_package_of_ours(clone: Clone, tmp_path: Path) -> None:
    """Standing in a folder with a `service` of its own must not run that one."""
    (tmp_path / "service").mkdir()
    (tmp_path / "service/cli.py").write_text("print('the wrong program')\n")
    assert json.loads(clone.run("serve", folder=tmp_path, PYTHONPATH=str(tmp_path))[1])["arguments"] == ["serve"]


def test_a_link_to_the_door_is_the_door(clone: Clone, tmp_path: Path) -> None:
    """It may be linked into a folder on the PATH."""
    (tmp_path / "link").symlink_to(clone.folder / "intarsia")
    done = subprocess.run(
        ["dash", tmp_path / "link", "serve"], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert json.loads(done.stdout)["PYTHONPATH"] == str(clone.folder)


def test_a_changed_lock_is_installed_once(clone: Clone) -> None:
    """What is installed is what the lock says now."""
    for lock in LOCKS:
        with (clone.folder / lock).open("a") as file:
            file.write("# another day\n")
    assert "Installing" in clone.run("serve")[2]
    assert clone.run("serve")[2] == ""


def test_the_larger_set_serves_the_smaller(clone: Clone) -> None:
    """Who has set up for the demo does not set up again to serve; the other way round does."""
    assert "Installing" in clone.run("demo")[2]
    assert clone.run("serve")[2] == ""
    assert clone.run("demo")[2] == ""


def test_an_interrupted_set_up_heals(clone: Clone) -> None:
    """Killed in the middle, it starts from nothing, and what was half there is gone."""
    half = clone.folder / ".venv/lib/half-a-package"
    half.touch()
    (clone.folder / ".venv/.intarsia-unfinished").touch()
    status, out, err = clone.run("serve")
    assert (status, json.loads(out)["arguments"]) == (0, ["serve"])
    assert "Making .venv" in err
    assert not half.exists()
    assert clone.run("serve")[2] == ""


def test_an_environment_without_its_python_heals(clone: Clone) -> None:
    """The system's Python was upgraded, and the link in .venv leads nowhere."""
    for link in (clone.folder / ".venv/bin").glob("python*"):
        link.unlink()
    status, _, err = clone.run("serve")
    assert status == 0
    assert "Making .venv" in err


def test_two_set_ups_at_once_take_turns(clone: Clone) -> None:
    """The second waits, then finds all done."""
    (clone.folder / ".venv/.intarsia-requirements.lock").unlink()
    pair = [clone.start("serve") for _ in range(2)]
    done = [(process.communicate(timeout=120), process.returncode) for process in pair]
    assert [status for _, status in done] == [0, 0]
    messages = [err for (_, err), _ in done]
    assert sum("Setting up" in message for message in messages) == 1, messages
    assert all(json.loads(out)["arguments"] == ["serve"] for (out, _), _ in done)


def test_a_package_that_cannot_be_had_is_named(clone: Clone) -> None:
    """The end of what the installer said is shown, and the next run starts afresh."""
    wanted = f"no-such-thing==1.0 --hash=sha256:{'0' * 64}\n"
    (clone.folder / "requirements.lock").write_text(wanted)
    (clone.folder / "requirements-demo.lock").write_text(wanted)
    status, out, err = clone.run("serve", PIP_NO_INDEX="1", UV_OFFLINE="1")
    assert (status, out) == (1, "")
    assert "no-such-thing" in err
    assert "Run the same command again" in err
    (clone.folder / "requirements.lock").write_text("# nothing\n")
    assert clone.run("serve")[0] == 0


@pytest.mark.parametrize("arguments", [(), ("help",)])
def test_alone_it_lists_the_commands_and_sets_nothing_up(
    pattern: Clone, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """Looking costs nothing."""
    shutil.copy(pattern.folder / "intarsia", tmp_path)
    status, out, _ = Clone(tmp_path).run(*arguments)
    assert status == 0
    assert "./intarsia demo" in out
    assert [path.name for path in tmp_path.iterdir()] == ["intarsia"]


def test_every_command_of_the_program_is_listed(pattern: Clone, law: Callable[[str, list[str]], None]) -> None:
    """The list in the door is the program's own list, and the door's two."""
    from service.cli import cli

    listed = [line.split()[1] for line in pattern.run()[1].splitlines() if line.startswith("  ./intarsia ")]
    law("list the command in `usage` of ./intarsia", list(set(cli.commands) - set(listed)))
    law("take the command out of `usage` of ./intarsia", list(set(listed) - set(cli.commands) - {"test", "check"}))


def test_a_python_that_is_too_old_is_refused_in_one_line(pattern: Clone, tmp_path: Path) -> None:
    """It says which will do, and how to name one."""
    shutil.copy(pattern.folder / "intarsia", tmp_path)
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    status, out, err = Clone(tmp_path).run("serve", PYTHON=str(old))
    assert (status, out) == (1, "")
    assert "needs Python 3.11, 3.12 or 3.13" in err
    assert len(err.splitlines()) == 1


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
def test_the_scripts_pass_shellcheck(root: Path) -> None:
    """The door and the gate."""
    done = subprocess.run(
        ["shellcheck", root / "intarsia", root / ".ci/run"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
