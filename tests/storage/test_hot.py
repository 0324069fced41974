"""Hot copies: quick, safe to lose, never stale, and no caller ever waits long or sees an error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import redis

from storage import Copy, HotCopies, Valkey

Eventually = Callable[..., None]

SLOWEST = 0.25
"""Seconds: the 50 ms of a call, and room for a busy machine."""


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A server that this test may kill or stop."""
    server = Valkey.start(tmp_path)
    yield server
    server.stop()


@pytest.fixture(params=[True, False], ids=["near", "far"])
def doors(request: pytest.FixtureRequest) -> Iterator[Callable[..., HotCopies]]:
    """Makes doors to a server, with copies kept in the process and without; closes them at the end."""
    opened: list[HotCopies] = []

    def open_one(url: str | None, **settings: object) -> HotCopies:
        prefix = f"{settings.pop('prefix', 'hot')}-{request.param}"  # one server serves both
        opened.append(HotCopies(url, prefix=prefix, near=request.param, **{"pause": 0.05, **settings}))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for door in opened:
        door.close()


Doors = Callable[..., HotCopies]


def process_of(server: Valkey) -> psutil.Process:
    assert server.pid is not None
    return psutil.Process(server.pid)


def timed(call: Callable[[], object]) -> tuple[object, float]:
    began = time.monotonic()
    return call(), time.monotonic() - began


def test_a_copy_is_read_back(valkey: Valkey, doors: Doors) -> None:
    hot = doors(valkey.url, prefix="read-back")
    assert hot.get("a") is None
    hot.put({"a": Copy(1, b"one"), "b": Copy(1, b"")})
    assert hot.get("a") == b"one"
    assert hot.get("b") == b""
    assert hot.available


def test_every_process_sees_the_same_copies(valkey: Valkey, doors: Doors) -> None:
    one, other = doors(valkey.url, prefix="shared"), doors(valkey.url, prefix="shared")
    one.put({"a": Copy(1, b"one")})
    assert other.get("a") == b"one"


def test_an_older_version_never_replaces_a_newer_one(valkey: Valkey, doors: Doors) -> None:
    hot = doors(valkey.url, prefix="versions")
    hot.put({"a": Copy(10, b"ten")})
    hot.put({"a": Copy(9, b"nine")})
    hot.offer("a", Copy(0, b""))
    assert hot.get("a") == b"ten"
    hot.put({"a": Copy(11, b"eleven")})
    assert hot.get("a") == b"eleven"


def test_copies_expire(valkey: Valkey, doors: Doors, eventually: Eventually) -> None:
    hot = doors(valkey.url, prefix="expire")
    hot.put({"a": Copy(1, b"one")}, ttl=0.03)
    eventually(lambda: hot.get("a") is None)


def test_more_copies_than_one_call_takes(valkey: Valkey, doors: Doors) -> None:
    hot = doors(valkey.url, prefix="many")
    hot.put({f"k{n}": Copy(1, b"%d" % n) for n in range(1_234)})
    assert [hot.get(f"k{n}") for n in (0, 499, 500, 1_233)] == [b"0", b"499", b"500", b"1233"]


def test_dropped_copies_are_gone(valkey: Valkey, doors: Doors) -> None:
    hot = doors(valkey.url, prefix="drop")
    hot.put({"a": Copy(1, b"one"), "b": Copy(1, b"two")})
    hot.drop(["a"])
    assert (hot.get("a"), hot.get("b")) == (None, b"two")


def test_forgetting_all_reaches_every_process_at_once(valkey: Valkey, doors: Doors) -> None:
    one, other = doors(valkey.url, prefix="forget"), doors(valkey.url, prefix="forget")
    one.put({"a": Copy(5, b"old")})
    assert other.get("a") == b"old"
    one.forget_all()
    assert other.get("a") is None
    assert one.get("a") is None


def test_what_is_written_after_others_forgot_is_not_lost(valkey: Valkey, doors: Doors) -> None:
    writer, other = doors(valkey.url, prefix="relearn"), doors(valkey.url, prefix="relearn")
    writer.put({"a": Copy(1, b"one")})
    other.forget_all()
    writer.put({"a": Copy(2, b"two")})
    assert other.get("a") == b"two"
    assert writer.available


def test_without_a_url_it_knows_nothing_and_lacks_nothing(doors: Doors) -> None:
    hot = doors(None)
    hot.put({"a": Copy(1, b"one")})
    hot.drop(["a"])
    hot.forget_all()
    assert hot.get("a") is None
    assert hot.available


def test_nothing_is_opened_before_the_first_use(doors: Doors, tmp_path: Path) -> None:
    assert doors(f"unix://{tmp_path}/nobody").available


def test_a_refused_connection_is_a_miss_and_says_unavailable(doors: Doors, tmp_path: Path) -> None:
    hot = doors(f"unix://{tmp_path}/nobody")
    answer, seconds = timed(lambda: hot.get("a"))
    assert (answer, hot.available) == (None, False)
    assert seconds < SLOWEST


def test_a_hung_server_costs_one_bounded_wait_and_then_nothing(own_valkey: Valkey, doors: Doors) -> None:
    hot = doors(own_valkey.url)
    hot.put({"a": Copy(1, b"one")})
    process = process_of(own_valkey)
    process.suspend()
    try:
        answer, seconds = timed(lambda: hot.get("a"))
        assert (answer, hot.available) == (None, False)
        assert 0.04 < seconds < SLOWEST
        answer, seconds = timed(lambda: [hot.get("a") for _ in range(1_000)])
        assert seconds < 0.04, "while the server is down nobody waits for it"
    finally:
        process.resume()


def test_it_heals_by_itself(own_valkey: Valkey, doors: Doors, eventually: Eventually) -> None:
    hot = doors(own_valkey.url)
    hot.put({"a": Copy(1, b"one")})
    process = process_of(own_valkey)
    process.suspend()
    assert hot.get("a") is None
    process.resume()
    eventually(lambda: hot.available)
    assert hot.get("a") == b"one"


def test_a_write_that_failed_leaves_no_stale_copy(own_valkey: Valkey, doors: Doors, eventually: Eventually) -> None:
    hot, other = doors(own_valkey.url), doors(own_valkey.url)
    hot.put({"a": Copy(1, b"old"), "b": Copy(1, b"same")})
    process = process_of(own_valkey)
    process.suspend()
    _, seconds = timed(lambda: hot.put({"a": Copy(2, b"new")}))
    assert seconds < SLOWEST
    process.resume()
    eventually(lambda: hot.available)
    assert other.get("a") != b"old"
    other.offer("a", Copy(1, b"old"))
    assert other.get("a") != b"old", "a reader that was slow cannot bring the old one back"
    other.offer("a", Copy(2, b"new"))
    assert (hot.get("a"), hot.get("b")) == (b"new", b"same")


def test_many_failed_writes_make_everything_forgotten(own_valkey: Valkey, doors: Doors, eventually: Eventually) -> None:
    hot = doors(own_valkey.url)
    hot.put({"bystander": Copy(1, b"old")})
    process = process_of(own_valkey)
    process.suspend()
    hot.put({f"k{n}": Copy(2, b"new") for n in range(1_100)})
    process.resume()
    eventually(lambda: hot.available)
    assert hot.get("bystander") is None


def test_a_drop_that_failed_is_made_good(own_valkey: Valkey, doors: Doors, eventually: Eventually) -> None:
    hot = doors(own_valkey.url)
    hot.put({"a": Copy(1, b"secret")})
    process = process_of(own_valkey)
    process.suspend()
    hot.drop(["a"])
    process.resume()
    eventually(lambda: hot.available)
    assert hot.get("a") is None


def test_what_a_restarted_server_still_holds_is_never_read(own_valkey: Valkey, doors: Doors) -> None:
    hot = doors(own_valkey.url)
    hot.put({"a": Copy(1, b"old")})
    first = process_of(own_valkey)
    first.kill()
    first.wait(5)
    deadline = time.monotonic() + 5
    while not own_valkey.answers():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    raw = redis.Redis.from_url(own_valkey.url)
    assert any(b"old" in (raw.get(key) or b"") for key in raw.scan_iter()), "the server itself does remember"
    raw.close()
    assert hot.get("a") is None
    assert hot.available, "a connection that was closed while idle is opened again at once"


def test_four_threads_share_one_door(valkey: Valkey, doors: Doors) -> None:
    hot = doors(valkey.url, prefix="threads")
    hot.put({f"k{n}": Copy(1, b"%d" % n) for n in range(4)})
    wrong: list[object] = []

    def read(n: int) -> None:
        wrong.extend(found for _ in range(300) if (found := hot.get(f"k{n}")) != b"%d" % n)

    threads = [threading.Thread(target=read, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
