"""A bounded folder keeps what is used, within its bounds, and never gives back what was harmed."""

from __future__ import annotations

import os
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import pytest

from storage import BoundedFolder


def name(word: object) -> str:
    return sha256(str(word).encode()).hexdigest()


def test_what_is_put_is_got_until_it_is_harmed(tmp_path: Path) -> None:
    folder = BoundedFolder(tmp_path, 1_000)
    assert folder.get(name("a")) is None
    folder.put(name("a"), b"content")
    assert folder.get(name("a")) == b"content"
    folder.put(name("a"), b"")
    assert folder.get(name("a")) == b""
    path = tmp_path / name("a")[:2] / name("a")
    path.write_bytes(path.read_bytes() + b"!")
    assert folder.get(name("a")) is None
    assert not path.exists()
    with pytest.raises(ValueError, match="not a digest"):
        folder.get("../escape")


def test_what_was_used_least_recently_goes_first(tmp_path: Path) -> None:
    folder = BoundedFolder(tmp_path, 100 * (1_000 + 32))
    for number in range(100):
        folder.put(name(number), b"x" * 1_000)
        path = tmp_path / name(number)[:2] / name(number)
        os.utime(path, (1_000 + number, 1_000 + number))
    assert folder.get(name(0)), "used now"
    folder.put(name("one more"), b"x" * 1_000)
    folder.clear()
    left = [number for number in range(100) if folder.get(name(number))]
    assert 85 <= len(left) <= 95
    assert left[0] == 0 and left[1:] == list(range(100 - len(left) + 1, 100))


def _fill(folder: Path, person: int) -> None:
    bounded = BoundedFolder(folder, 100_000)
    for number in range(150):
        key = name(f"{person % 2} {number}")
        bounded.put(key, key.encode() * 40)
        assert bounded.get(key) in (key.encode() * 40, None)


def test_processes_share_it_and_it_stays_within_its_bounds(tmp_path: Path) -> None:
    context = get_context("spawn")
    people = [context.Process(target=_fill, args=(tmp_path, person)) for person in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    assert [person.exitcode for person in people] == [0, 0]
    kept = [path for path in tmp_path.glob("??/*") if not path.name.startswith(".")]
    assert kept and sum(path.stat().st_size for path in kept) <= 100_000 * 1.15
    assert not list(tmp_path.glob("??/.new-*"))
