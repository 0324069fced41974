"""A flood of events is told to come again, and when; nothing of it is half taken in."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from service.admission import SAVED_UP, SEATS, Admission
from service.call_schemas import MAX_BATCH
from service.problems import Problem
from tests.conftest import FixedClock
from tests.service.conftest import Shop

RATE = 100


def send(shop: Shop, many: int, key: str = "all") -> TestResponse:
    shop.serial += 1
    calls = [
        {"type": "track", "userId": "ann", "event": "E", "messageId": f"{shop.serial}-{number}"}
        for number in range(many)
    ]
    return shop.post("/v1/batch", {"batch": calls}, key)


def test_a_key_that_sends_too_much_is_told_when_to_come_again(open_shop: Callable[..., Shop]) -> None:
    shop = open_shop(track_rate=RATE)
    assert send(shop, MAX_BATCH).status_code == 200
    answer = send(shop, 3 * RATE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")
    assert answer.content_type == "application/problem+json"
    profile = shop.house.profiles.get("user:ann")
    shop.clock.forward(3)
    assert shop.house.profiles.get("user:ann") == profile, "nothing of it was taken in"
    assert send(shop, 3 * RATE).status_code == 200
    assert send(shop, 1).status_code == 429
    assert shop.post("/v1/track", {"userId": "ann", "event": "E", "messageId": "x"}).status_code == 429
    assert send(shop, 1, "browser").status_code == 200, "each key has its own"


def test_without_a_limit_nobody_waits(shop: Shop) -> None:
    assert [send(shop, 500).status_code for _ in range(3)] == [200] * 3


@pytest.mark.parametrize("rate", [1, RATE, 10_000])
def test_a_whole_batch_always_fits_after_a_while(rate: int, clock: FixedClock) -> None:
    admission = Admission(rate, clock)
    for _ in range(3):
        with pytest.raises(Problem) as refused:
            for _ in range(20 * SAVED_UP):
                admission.admit("shop", MAX_BATCH)
        clock.forward(float(refused.value.headers["Retry-After"]))
        admission.admit("shop", MAX_BATCH)


def test_a_clock_that_goes_back_gives_and_takes_nothing(clock: FixedClock) -> None:
    admission = Admission(RATE, clock)
    admission.admit("shop", MAX_BATCH)
    clock.forward(-1_000)
    with pytest.raises(Problem):
        admission.admit("shop", 1)
    clock.forward(1)
    admission.admit("shop", RATE)


def test_no_more_write_at_once_than_leave_a_thread_for_pages(clock: FixedClock) -> None:
    admission = Admission(0, clock)
    with ExitStack() as taken:
        for _ in range(SEATS):
            taken.enter_context(admission.seat())
        with pytest.raises(Problem) as refused, admission.seat():
            pass
    assert (refused.value.status, refused.value.headers["Retry-After"]) == (429, "1")
    with admission.seat():
        pass


def test_while_nothing_can_be_written_the_rest_is_sent_away_at_once_and_who_has_a_seat_is_served_in_the_end(
    shop: Shop, eventually: Callable[..., None]
) -> None:
    """More than can be written is told to come again: it never waits in a line without end."""
    other = sqlite3.connect(shop.house.settings.data_dir / "intarsia.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answers: list[int] = []
    body = {"userId": "ann", "event": "E"}

    def write(number: int) -> None:
        client, headers = shop.app.test_client(), {"Authorization": f"Bearer {shop.secrets['all']}"}
        answers.append(client.post("/v1/track", json={**body, "messageId": f"m{number}"}, headers=headers).status_code)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(SEATS + 5)]
    for thread in threads:
        thread.start()
    eventually(lambda: answers == [429] * 5)
    other.execute("ROLLBACK")
    other.close()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] * SEATS + [429] * 5
    profile = shop.house.profiles.get("user:ann")
    assert profile is not None and len(profile.events["E"]) == SEATS


def test_a_database_that_others_write_to_is_busy_and_not_broken(shop: Shop) -> None:
    engine = shop.house.database.engine

    def impatient(connection: Any, *_: Any) -> None:
        connection.cursor().execute("PRAGMA busy_timeout=20")

    event.listen(engine, "checkout", impatient)
    other = sqlite3.connect(shop.house.settings.data_dir / "intarsia.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = send(shop, 1)
    other.execute("ROLLBACK")
    other.close()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert send(shop, 1).status_code == 200
