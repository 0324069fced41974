"""Copies kept in a process: used only while the board says that nobody changed them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage import Copy, HotCopies, Valkey
from storage.near import MARKS, TRUSTED, Board, Near, board_path

ROOT = Path(__file__).resolve().parents[2]

WRITER = """
import sys
from storage import Copy, HotCopies
hot = HotCopies(sys.argv[1], prefix=sys.argv[2])
for line in sys.stdin:
    version = int(line)
    hot.put({"a": Copy(version, b"%d" % version)})
    print("told", flush=True)
"""

Counted = Callable[[HotCopies], list[str]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Notes down which keys a door really asks its server for."""

    def count(hot: HotCopies) -> list[str]:
        keys: list[str] = []
        fetch = hot._fetch
        monkeypatch.setattr(hot, "_fetch", lambda key: keys.append(key) or fetch(key))
        return keys

    return count


@pytest.fixture
def hot(valkey: Valkey, request: pytest.FixtureRequest) -> Iterator[HotCopies]:
    door = HotCopies(valkey.url, prefix=request.node.name, timeout=5)
    yield door
    door.close()


@pytest.fixture
def board(tmp_path: Path) -> Board:
    path = tmp_path / "some.marks"
    Board.put_up(path)
    return Board(path)


def test_a_copy_that_nobody_changed_costs_no_hop(hot: HotCopies, asked: Counted) -> None:
    keys = asked(hot)
    hot.put({"a": Copy(1, b"one")})
    assert [hot.get("a") for _ in range(5)] == [b"one"] * 5
    assert keys == ["a"]


def test_what_another_process_told_is_seen_at_once(valkey: Valkey, hot: HotCopies, asked: Counted) -> None:
    prefix = "told-by-another"
    door = HotCopies(valkey.url, prefix=prefix, timeout=5)
    keys = asked(door)
    command = [sys.executable, "-c", WRITER, valkey.url, prefix]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        for version in range(1, 200):
            writer.stdin.write(f"{version}\n")
            writer.stdin.flush()
            assert writer.stdout.readline() == "told\n"
            assert door.get("a") == b"%d" % version
            assert door.get("a") == b"%d" % version
        writer.stdin.close()
    assert 199 <= len(keys) < 250, "each change is fetched, and what did not change is not"
    door.close()


def test_a_read_that_overlaps_a_change_is_never_kept_for_later(hot: HotCopies, monkeypatch: pytest.MonkeyPatch) -> None:
    hot.put({"a": Copy(1, b"old")})
    fetch = hot._fetch

    def slow(key: str) -> bytes | None:
        found = fetch(key)
        if found == b"old":
            hot.put({"a": Copy(2, b"new")})  # while the answer is under way
        return found

    monkeypatch.setattr(hot, "_fetch", slow)
    assert hot.get("a") == b"old"
    assert hot.get("a") == b"new"


def test_forgetting_and_dropping_reach_what_is_kept(valkey: Valkey, hot: HotCopies) -> None:
    other = HotCopies(valkey.url, prefix="forget-near", timeout=5)
    one = HotCopies(valkey.url, prefix="forget-near", timeout=5)
    one.put({"a": Copy(1, b"one")})
    assert other.get("a") == b"one"
    one.drop(["a"])
    assert other.get("a") is None
    one.put({"a": Copy(2, b"two")})
    assert other.get("a") == b"two"
    one.forget_all()
    assert other.get("a") is None
    one.close()
    other.close()


def test_readers_and_a_writer_in_threads_never_go_back(hot: HotCopies) -> None:
    told, wrong, done = [0], list[str](), threading.Event()
    hot.put({"a": Copy(0, b"0")})

    def read() -> None:
        while not done.is_set():
            least = told[0]
            found = int(hot.get("a") or -1)
            if found < least:
                wrong.append(f"{found} after {least} had been told")

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for version in range(1, 400):
        hot.put({"a": Copy(version, b"%d" % version)})
        told[0] = version
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_the_server_is_asked_again_after_a_while_so_its_death_is_noticed(board: Board) -> None:
    near = Near(board)
    near.keep("a", board.mark("a"), b"one")
    assert near.get("a", board.mark("a")) == b"one"
    near._heard -= TRUSTED
    assert near.get("a", board.mark("a")) is None


def test_what_is_kept_is_bounded_and_the_oldest_goes_first(board: Board) -> None:
    near = Near(board, most_bytes=1_000)
    for number in range(40):
        near.keep(f"k{number}", board.mark(f"k{number}"), b"x" * 100)
    held = [number for number in range(40) if near.get(f"k{number}", board.mark(f"k{number}"))]
    assert held == list(range(30, 40))


def test_keys_that_share_a_mark_are_read_again_never_wrong(board: Board) -> None:
    many = [f"user:{number}" for number in range(MARKS // 64)]
    near = Near(board)
    for key in many:
        near.keep(key, board.mark(key), key.encode())
    board.change([many[0]])
    assert near.get(many[0], board.mark(many[0])) is None
    left = [near.get(key, board.mark(key)) for key in many[1:]]
    assert {found for found in left if found} <= {key.encode() for key in many}
    assert sum(found is None for found in left) < 5


def test_a_server_without_a_board_is_asked_each_time(tmp_path: Path, board: Board) -> None:
    assert Board.beside(f"unix://{tmp_path}/nobody.sock") is None
    assert Board.beside("redis://127.0.0.1:6379/0") is None
    assert Board.beside(f"unix://{tmp_path}/some.sock") is not None


def test_putting_up_a_board_again_leaves_its_marks(tmp_path: Path) -> None:
    path = board_path(tmp_path / "valkey.sock")
    Board.put_up(path)
    first = Board(path)
    first.change(["a"])
    Board.put_up(path)
    assert Board(path).mark("a") == first.mark("a")
    assert first.mark("a") != (0, 0)
