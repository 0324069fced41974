"""Copies kept in a process: used only while the board says that nobody changed them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage import Copy, HotCopies, Valkey
from storage.link import Command, Reply, Session
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
        monkeypatch.setattr(hot, "_fetch", lambda key, *mark: keys.append(key) or fetch(key, *mark))
        return keys

    return count


@pytest.fixture
def hot(valkey: Valkey, request: pytest.FixtureRequest) -> Iterator[HotCopies]:
    door = HotCopies(valkey.url, prefix=request.node.name, timeout=5)
    yield door
    door.close()


@pytest.fixture
def board(tmp_path: Path) -> Board:
    path = board_path(tmp_path / "some.sock")
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
    ask = Session.ask

    def slow(session: Session, *commands: Command) -> list[Reply]:
        replies = ask(session, *commands)
        if commands[0][0] == "MGET" and replies[0][-1] == b"%016d+old" % 1:
            hot.put({"a": Copy(2, b"new")})  # while the answer is under way
        return replies

    monkeypatch.setattr(Session, "ask", slow)
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


def test_a_board_has_its_room_from_the_first_moment(tmp_path: Path) -> None:
    path = board_path(tmp_path / "valkey.sock")
    Board.put_up(path)
    assert path.stat().st_blocks * 512 >= path.stat().st_size, "a hole that finds no room later ends the process"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_where_no_board_can_be_put_up_there_is_none_and_nothing_fails(tmp_path: Path) -> None:
    path = board_path(tmp_path / "not there" / "valkey.sock")
    Board.put_up(path)
    assert Board.beside(f"unix://{tmp_path}/not%20there/valkey.sock") is None


def test_a_board_that_was_cut_is_none(tmp_path: Path, board: Board) -> None:
    socket = tmp_path / "some.sock"
    board_path(socket).write_bytes(b"")
    assert Board.beside(f"unix://{socket}") is None


@pytest.mark.parametrize("other", ["none", "another"])
def test_as_soon_as_a_client_looks_at_no_board_or_another_nobody_relies_on_one(tmp_path: Path, other: str) -> None:
    server = Valkey.start(tmp_path)
    try:
        first = HotCopies(server.url, timeout=5)
        first.put({"a": Copy(1, b"one")})
        assert first.get("a") == b"one"
        board_path(server.socket).unlink()
        if other == "another":
            Board.put_up(board_path(server.socket))
        second = HotCopies(server.url, timeout=5)
        second.forget_all()  # as every worker does before it serves
        time.sleep(TRUSTED)
        second.put({"a": Copy(2, b"two")})
        assert first.get("a") is None, "a miss: everything was forgotten"
        assert first.get("a") == b"two"
        second.put({"a": Copy(3, b"three")})
        assert first.get("a") == b"three"
        first.close()
        second.close()
    finally:
        server.stop()


def test_who_keeps_nothing_tells_the_others_of_changes_all_the_same(valkey: Valkey) -> None:
    keeper = HotCopies(valkey.url, prefix="keeper", timeout=5)
    plain = HotCopies(valkey.url, prefix="keeper", timeout=5, near=False)
    plain.put({"a": Copy(1, b"one")})
    assert keeper.get("a") == b"one"
    plain.put({"a": Copy(2, b"two")})
    assert keeper.get("a") == b"two"
    keeper.close()
    plain.close()
