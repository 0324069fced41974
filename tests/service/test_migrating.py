"""The worker carries migrations on beside its other chores."""

from __future__ import annotations

import threading

import pytest

from service.worker import AGAIN, Chore, Worker


def test_a_chore_that_has_more_to_do_waits_for_nothing_but_the_others() -> None:
    stop, done = threading.Event(), []

    def busy() -> str | None:
        done.append("busy")
        return AGAIN if done.count("busy") < 5 else None

    def other() -> None:
        done.append("other")
        if done.count("busy") == 5:
            stop.set()

    now = iter(range(50))
    Worker([Chore("busy", 100.0, busy), Chore("other", 0.0, other)], clock=lambda: float(next(now))).run(stop)
    assert done == ["busy", "other"] * 5, "it waits for no pace of its own, and the others have their turns"


def test_a_chore_that_fails_is_tried_again_at_its_pace(caplog: pytest.LogCaptureFixture) -> None:
    stop, tries = threading.Event(), []

    def fails() -> None:
        tries.append(1)
        if len(tries) == 3:
            stop.set()
        raise ValueError("it holds somebody's name")

    now = iter(range(1_000))
    Worker([Chore("bad", 0.0, fails)], clock=lambda: float(next(now))).run(stop)
    assert [record.getMessage() for record in caplog.records] == ["bad: ValueError"]
