"""Two requests under one `Idempotency-Key` at once, and a worker that dies over one: the database decides."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from storage import Database
from tests.admin.conftest import Editor, build
from tests.admin.retries import build_again, hook, wrapped
from tests.conftest import FixedClock

ROOT = Path(__file__).parents[2]


@pytest.fixture
def app(database: Database, clock: FixedClock) -> Flask:
    """A worker by whose clock a test goes."""
    return build(database, clock=clock)


@pytest.fixture
def other(app: Flask) -> Editor:
    """Another worker over the same database."""
    return Editor(build_again(app).test_client())


def test_while_the_first_is_being_answered_the_second_is_told_to_wait(app: Flask, other: Editor) -> None:
    slip, inside, go = wrapped(app, "manage.Webhooks"), threading.Event(), threading.Event()
    slip.before = lambda: (inside.set(), go.wait(20), None)[-1]
    with ThreadPoolExecutor() as pool:
        first = pool.submit(hook, Editor(app.test_client()))
        assert inside.wait(20)
        second, another = hook(other), hook(other, description="another")
        go.set()
    assert second.status_code == 409
    assert "still being answered" in second.get_json()["detail"]
    assert another.status_code == 422
    assert first.result().status_code == 201
    assert hook(other).data == first.result().data


def test_of_many_at_once_one_is_done(app: Flask, other: Editor, editor: Editor) -> None:
    """Two workers, each asked from several threads: the database decides."""
    workers = [app, build_again(app)] * 4
    start = threading.Barrier(len(workers))

    def ask(worker: Flask) -> Any:
        start.wait(20)
        return hook(Editor(worker.test_client()))

    with ThreadPoolExecutor(len(workers)) as pool:
        told = list(pool.map(ask, workers))
    assert {answer.status_code for answer in told} <= {201, 409}
    done = [a for a in told if a.status_code == 201 and "Idempotency-Replayed" not in a.headers]
    assert len(done) == 1
    assert {a.data for a in told if a.status_code == 201} == {done[0].data}
    assert len(editor("GET", "/webhooks").get_json()["items"]) == 1


CRASH = """
    import os, signal, sys
    from storage import Database
    from tests.admin.conftest import Editor, build
    from tests.admin.retries import hook, wrapped

    app = build(Database(sys.argv[1]), clock=lambda: float(sys.argv[2]))
    slip = wrapped(app, "manage.Webhooks")
    setattr(slip, sys.argv[3], lambda: os.kill(os.getpid(), signal.SIGKILL))
    hook(Editor(app.test_client()))
"""


@pytest.mark.parametrize(("moment", "made"), [("before", 1), ("after", 2)])
def test_after_a_kill_in_the_middle_a_retry_waits_a_minute_and_then_runs(
    editor: Editor, database: Database, clock: FixedClock, moment: str, made: int
) -> None:
    """What was committed before the kill stays: the retry does it a second time, as the manual says."""
    arguments = [database.url, str(clock()), moment]
    program = [sys.executable, "-c", textwrap.dedent(CRASH), *arguments]
    assert subprocess.run(program, cwd=ROOT, check=False, timeout=120).returncode == -9
    assert hook(editor).status_code == 409
    clock.forward(59)
    assert hook(editor).status_code == 409
    clock.forward(1)
    assert hook(editor, description="another").status_code == 422, "not even then is it another request's"
    assert hook(editor).status_code == 201
    assert hook(editor).headers["Idempotency-Replayed"] == "true"
    assert len(editor("GET", "/webhooks").get_json()["items"]) == made


def test_a_long_answer_is_not_taken_for_an_abandoned_one(app: Flask, other: Editor, clock: FixedClock) -> None:
    slip, inside, go = wrapped(app, "manage.Webhooks"), threading.Event(), threading.Event()
    slip.before = lambda: (inside.set(), go.wait(20), None)[-1]
    with ThreadPoolExecutor() as pool:
        first = pool.submit(hook, Editor(app.test_client()))
        assert inside.wait(20)
        for _ in range(6):
            clock.forward(20)
            app.extensions["idempotency"].renew()
        assert hook(other).status_code == 409
        go.set()
    assert first.result().status_code == 201
    assert app.extensions["idempotency"].holders == set()
