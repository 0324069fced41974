"""The audit log and the outbox: what is written stands and falls with the transaction that it tells of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from storage import (
    TOPICS,
    Act,
    Database,
    Notice,
    Seals,
    Search,
    UnknownTopic,
    emit,
    fits,
    is_personal,
    read_log,
    record,
    verify,
)
from storage.audit.writing import log
from storage.outbox import news

OURS = Seals(b"ours")


def an_act(number: int) -> Act:
    return Act("ann", "content.save", f"modules/m{number}", 5.0 + number, after="d" * 64)


@pytest.fixture
def sealed(database: Database) -> Iterator[Database]:
    """The same database, opened with a key."""
    opened = Database(database.url, OURS)
    yield opened
    opened.close()


def test_what_was_written_is_proved_also_over_several_transactions(sealed: Database) -> None:
    for numbers in (range(3), range(3, 4), range(4, 1500)):
        with sealed.write() as connection:
            record(connection, *(an_act(n) for n in numbers))
    with sealed.read() as connection:
        checked = verify(connection, OURS)
        assert (checked.rows, checked.sound) == (1500, True)
        newest = read_log(connection, limit=2)
    assert [(row.seq, row.what) for row in newest] == [(1500, "modules/m1499"), (1499, "modules/m1498")]
    assert str(checked.head) == f"1500:{newest[0].hash}"


def test_neither_is_there_when_the_change_fails(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as connection:
        record(connection, an_act(1))
        emit(connection, Notice("content.saved", "modules/m1", 5.0))
        raise RuntimeError
    with database.read() as connection:
        assert connection.execute(select(log)).all() == []
        assert connection.execute(select(news)).all() == []


@pytest.mark.parametrize(
    "words",
    [
        "UPDATE audit_log SET who = 'bob'",
        "UPDATE audit_log SET who = 'bob' WHERE seq = 2",
        "DELETE FROM audit_log WHERE seq = 3",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "INSERT OR REPLACE INTO audit_log SELECT seq, at, 'bob', action, what, before, after, note, hash, sealed_by,"
        " seal FROM audit_log WHERE seq = 2",
        "INSERT INTO audit_log SELECT seq - 9, at, who, action, what, before, after, note, hash, sealed_by, seal"
        " FROM audit_log",
        "INSERT INTO audit_log SELECT seq, at, 'bob', action, what, before, after, note, hash, sealed_by, seal"
        " FROM audit_log ON CONFLICT (seq) DO UPDATE SET who = 'bob'",
    ],
)
def test_the_database_refuses_to_change_or_lose_a_row(sealed: Database, words: str) -> None:
    with sealed.write() as connection:
        record(connection, *(an_act(n) for n in range(3)))
    with pytest.raises(DBAPIError), sealed.write() as connection:
        connection.execute(text(words))
    with sealed.read() as connection:
        assert verify(connection, OURS).sound
        assert connection.scalar(select(func.count()).select_from(log)) == 3


def test_rows_are_found_by_who_what_and_when_and_read_a_page_at_a_time(database: Database) -> None:
    acts = [
        Act("ann", "content.save", "modules/a", 1.0),
        Act("bob", "content.save", "modules/ab", 2.0),
        Act("bob", "release.published", "releases/r1", 3.0),
        Act("ann", "content.delete", "Modules/a", 4.0),
    ]
    with database.write() as connection:
        record(connection, *acts)
    with database.read() as connection:

        def found(search: Search) -> list[int]:
            return [row.seq for row in read_log(connection, search)]

        assert found(Search(who="bob")) == [3, 2]
        assert found(Search(action="content.*")) == [4, 2, 1]
        assert found(Search(what="modules/*")) == [2, 1]
        assert found(Search(what="modules/a")) == [1]
        assert found(Search(what="modules/_*", action="%")) == []
        assert found(Search(since=2.0, until=4.0)) == [3, 2]
        assert found(Search(who="bob", action="content.save", since=1.0)) == [2]
        assert [row.seq for row in read_log(connection, after=3, limit=1)] == [2]
        assert [row.seq for row in read_log(connection, after=1, limit=2, oldest=True)] == [2, 3]


def test_news_come_in_the_order_in_which_they_happened(database: Database) -> None:
    for number in range(3):
        with database.write() as connection:
            emit(connection, Notice("content.saved", f"modules/m{number}", 5.0, {"version": number}))
    with database.read() as connection:
        rows = connection.execute(select(news.c.entity, news.c.body).order_by(news.c.seq)).all()
    assert rows == [(f"modules/m{n}", {"version": n}) for n in range(3)]


def test_a_topic_that_is_in_no_table_cannot_be_told() -> None:
    """So whatever is emitted anywhere can be looked up, and asked for."""
    with pytest.raises(UnknownTopic, match=r"did you mean 'content\.saved'"):
        Notice("content.save", "modules/m1", 5.0)


@pytest.mark.parametrize(
    ("pattern", "topics"),
    [
        ("content.saved", {"content.saved"}),
        ("content.sav", set()),
        ("content.un*", {"content.unarchived", "content.unpublished"}),
        ("*", {topic for topic in TOPICS if not is_personal(topic)}),
        ("trigger.*", {"trigger.*"}),
    ],
)
def test_topics_are_asked_for_by_name_by_their_beginning_or_all(pattern: str, topics: set[str]) -> None:
    assert {topic for topic in TOPICS if fits(pattern, topic)} == topics
