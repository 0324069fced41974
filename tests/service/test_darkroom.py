"""A rendition is made once, in a process of its own, and whatever goes wrong there costs no answer."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from pictures import Limits, Rendition, Target, facts_of
from service.darkroom import SEATS, Child, Darkroom, Undeveloped
from storage import BoundedFolder
from tests.pictures.drawn import drawn, scene

PHOTO = drawn("jpeg", scene((640, 480)))
DIGEST = sha256(PHOTO).hexdigest()
SMALL = Rendition(160)


@pytest.fixture
def darkroom(tmp_path: Path) -> Iterator[Darkroom]:
    made = Darkroom(BoundedFolder(tmp_path, 10_000_000), Limits())
    yield made
    made.close()


class Counted:
    """The original, and how often it was asked for."""

    def __init__(self, content: bytes = PHOTO) -> None:
        self.content = content
        self.asked = 0

    def __call__(self) -> bytes:
        self.asked += 1
        return self.content


def test_a_rendition_is_made_once_and_kept(darkroom: Darkroom, tmp_path: Path) -> None:
    original = Counted()
    made = darkroom.rendition(DIGEST, SMALL, Target.WEBP, original)
    assert made is not None and darkroom.rendition(DIGEST, SMALL, Target.WEBP, original) == made
    facts = facts_of(made)
    assert facts is not None and (facts.format, facts.width) == ("webp", 160)
    assert original.asked == 1
    other = Darkroom(BoundedFolder(tmp_path, 10_000_000), Limits())
    assert other.rendition(DIGEST, SMALL, Target.WEBP, original) == made, "another process finds it"
    assert original.asked == 1


def test_who_asks_for_the_same_at_once_waits_for_it(darkroom: Darkroom, tmp_path: Path) -> None:
    original = Counted()
    rooms = [darkroom, Darkroom(BoundedFolder(tmp_path, 10_000_000), Limits())]
    together = threading.Barrier(4)

    def ask(room: Darkroom) -> bytes | None:
        together.wait()
        return room.rendition(DIGEST, SMALL, Target.AVIF, original)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, [*rooms, *rooms]))
    rooms[1].close()
    assert len(set(answers)) == 1 and answers[0] is not None
    assert original.asked == 1


def test_only_so_many_wait_and_the_rest_goes_on_without(darkroom: Darkroom) -> None:
    """Each waits for its own picture, and the first for a lock that nobody gives back."""
    going, held = threading.Event(), threading.Semaphore(0)

    def slow() -> bytes:
        held.release()
        going.wait(20)
        return PHOTO

    with ThreadPoolExecutor(SEATS) as pool:
        waiting = [pool.submit(darkroom.rendition, f"{n:064}", SMALL, Target.WEBP, slow) for n in range(SEATS)]
        for _ in range(SEATS):
            assert held.acquire(timeout=20)
        assert darkroom.rendition(DIGEST, SMALL, Target.WEBP, Counted()) is None
        going.set()
        assert all(one.result() for one in waiting)
    assert darkroom.rendition(DIGEST, SMALL, Target.WEBP, Counted()), "there is room again"


def test_what_cannot_be_made_is_not_tried_again_and_again(darkroom: Darkroom, caplog: pytest.LogCaptureFixture) -> None:
    broken = Counted(PHOTO[:300])
    for _ in range(3):
        assert darkroom.rendition(DIGEST, SMALL, Target.WEBP, broken) is None
    assert broken.asked == 1
    (record,) = caplog.records
    assert DIGEST[:12] in record.getMessage() and "w160" in record.getMessage()
    assert darkroom.rendition(DIGEST, Rendition(320), Target.WEBP, Counted()), "others are made"


def kill(child: Child) -> None:
    assert child.process is not None
    os.kill(child.process.pid, signal.SIGKILL)
    child.process.wait()


def stop(child: Child) -> None:
    assert child.process is not None
    os.kill(child.process.pid, signal.SIGSTOP)


def test_a_process_that_died_is_started_again(darkroom: Darkroom) -> None:
    assert darkroom.rendition(DIGEST, SMALL, Target.WEBP, Counted())
    kill(darkroom.child)
    assert darkroom.rendition(DIGEST, Rendition(320), Target.WEBP, Counted())


def test_a_process_that_hangs_is_killed_in_time(darkroom: Darkroom) -> None:
    darkroom.child.develop(PHOTO, SMALL, Target.WEBP, Limits(), 20)
    stop(darkroom.child)
    with pytest.raises(Undeveloped, match="took too long"):
        darkroom.child.develop(PHOTO, SMALL, Target.WEBP, Limits(), 0.3)
    assert darkroom.child.develop(PHOTO, SMALL, Target.WEBP, Limits(), 20)


@pytest.mark.parametrize(("content", "limits"), [(b"<svg/>", Limits()), (PHOTO, Limits(pixels=5))])
def test_why_it_cannot_be_made_is_told(darkroom: Darkroom, content: bytes, limits: Limits) -> None:
    with pytest.raises(Undeveloped, match="Broken"):
        darkroom.child.develop(content, SMALL, Target.WEBP, limits, 20)
    assert darkroom.child.develop(PHOTO, SMALL, Target.WEBP, Limits(), 20), "the next one is made"


def test_a_disk_that_is_full_costs_no_answer(darkroom: Darkroom, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(darkroom.kept, "put", full)
    assert darkroom.rendition(DIGEST, SMALL, Target.WEBP, Counted()) is None
