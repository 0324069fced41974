"""The audit log and the outbox: what is written stands and falls with the transaction that it tells of."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from storage import Act, Database, Notice, emit, record
from storage.audit import FIRST, hash_of, log
from storage.outbox import news


def an_act(number: int) -> Act:
    return Act("ann", "content.save", f"modules/m{number}", 5.0 + number, after="d" * 64)


def test_each_row_is_chained_to_the_one_before(database: Database) -> None:
    with database.write() as connection:
        record(connection, *(an_act(n) for n in range(3)))
    with database.write() as connection:
        record(connection, an_act(3))
    with database.read() as connection:
        rows = connection.execute(select(log.c.seq, log.c.what, log.c.hash).order_by(log.c.seq)).all()
    assert [(row.seq, row.what) for row in rows] == [(n + 1, f"modules/m{n}") for n in range(4)]
    before = FIRST
    for number, row in enumerate(rows):
        assert row.hash == hash_of(before, row.seq, an_act(number))
        before = row.hash


def test_neither_is_there_when_the_change_fails(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as connection:
        record(connection, an_act(1))
        emit(connection, Notice("content.saved", "modules/m1", 5.0))
        raise RuntimeError
    with database.read() as connection:
        assert connection.execute(select(log)).all() == []
        assert connection.execute(select(news)).all() == []


def test_news_come_in_the_order_in_which_they_happened(database: Database) -> None:
    for number in range(3):
        with database.write() as connection:
            emit(connection, Notice("content.saved", f"modules/m{number}", 5.0, {"version": number}))
    with database.read() as connection:
        rows = connection.execute(select(news.c.entity, news.c.body).order_by(news.c.seq)).all()
    assert rows == [(f"modules/m{n}", {"version": n}) for n in range(3)]
