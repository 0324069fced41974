"""The embedded server: one a folder, no orphan, data back after a crash."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import redis

from storage import Valkey, ValkeyError

Eventually = Callable[..., None]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Valkey]:
    """A server of this test's own, which it may kill."""
    server = Valkey.start(tmp_path / "hot")
    yield server
    server.stop()


def client(server: Valkey) -> redis.Redis:
    return redis.Redis.from_url(server.url, socket_timeout=2)


def servers_of(folder: Path) -> list[psutil.Process]:
    """The running servers whose working folder this is."""
    found = []
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "valkey-server" and process.cwd() == str(folder.resolve()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def another_process(folder: Path) -> subprocess.Popen[str]:
    """A process that starts the folder's server, says so, and then sleeps."""
    program = """
        import sys, time
        from pathlib import Path
        from storage import Valkey
        server = Valkey.start(Path(sys.argv[1]))
        print(server.pid, flush=True)
        time.sleep(60)
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() != "None"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_data_is_back_after_the_server_is_killed(server: Valkey, eventually: Eventually) -> None:
    client(server).set("kept", "yes")
    first = server.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    eventually(lambda: server.pid not in (None, first) and server.answers())
    assert client(server).get("kept") == b"yes"


def test_two_starts_on_one_folder_are_one_server(server: Valkey) -> None:
    second = Valkey.start(server.folder)
    try:
        # Time enough for a second server to show itself, were there one.
        time.sleep(0.5)
        client(server).set("said by the first", "yes")
        assert second.url == server.url
        assert second.pid is None
        assert client(second).get("said by the first") == b"yes"
        assert len(servers_of(server.folder)) == 1
    finally:
        second.stop()
    assert server.answers(), "who only attached does not stop the server"


def test_no_server_outlives_a_killed_parent(tmp_path: Path, eventually: Eventually) -> None:
    process = another_process(tmp_path)
    try:
        assert len(servers_of(tmp_path)) == 1
    finally:
        end(process)
    eventually(lambda: not servers_of(tmp_path))


def test_not_even_a_stopped_server_outlives_its_parent(tmp_path: Path, eventually: Eventually) -> None:
    process = another_process(tmp_path)
    servers_of(tmp_path)[0].suspend()
    end(process)
    eventually(lambda: not servers_of(tmp_path))


def test_who_attached_takes_over_when_the_owner_is_gone(tmp_path: Path, eventually: Eventually) -> None:
    owner = another_process(tmp_path)
    attached = Valkey.start(tmp_path)
    try:
        client(attached).set("kept", "yes")
        assert attached.pid is None
        end(owner)
        eventually(lambda: attached.pid is not None and attached.answers())
        assert client(attached).get("kept") == b"yes"
    finally:
        attached.stop()


def test_a_torn_tail_does_not_keep_the_server_down(tmp_path: Path) -> None:
    server = Valkey.start(tmp_path)
    client(server).set("kept", "yes")
    server.stop()
    (log,) = (tmp_path / "appendonlydir").glob("*.incr.aof")
    with log.open("ab") as file:
        file.write(b"*3\r\n$3\r\nSET\r\n$4\r\nhal")
    again = Valkey.start(tmp_path)
    try:
        assert client(again).get("kept") == b"yes"
    finally:
        again.stop()


def test_a_long_folder_name_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("a-long-name-" * 9)
    server = Valkey.start(deep)
    try:
        assert len(os.fsencode(server.socket)) <= 107
        assert client(server).ping()
        assert server.socket.parent.stat().st_mode & 0o077 == 0
    finally:
        server.stop()


def test_nobody_else_may_open_the_socket(server: Valkey) -> None:
    assert server.socket.stat().st_mode & 0o077 == 0


def test_no_port_is_opened(server: Valkey) -> None:
    assert client(server).config_get("port") == {"port": "0"}


def test_stop_ends_the_server_and_frees_the_folder(tmp_path: Path) -> None:
    server = Valkey.start(tmp_path)
    server.stop()
    assert not servers_of(tmp_path)
    again = Valkey.start(tmp_path)
    assert again.pid is not None
    again.stop()


def test_a_server_that_cannot_start_says_where_to_look(tmp_path: Path) -> None:
    (tmp_path / "appendonlydir").write_text("a file where the server wants a folder")
    began = time.monotonic()
    with pytest.raises(ValkeyError, match="log ends with"):
        Valkey.start(tmp_path, patience=1.0)
    assert time.monotonic() - began < 8
