"""Whoever can write to the database, but has not the key, is found: the first bad row is named exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, text, update

from storage import Act, Base, Database, Head, Seals, record, verify
from storage.audit.triggers import TRIGGERS
from storage.audit.writing import FIRST, hash_of, head, log

OURS, THEIRS = Seals(b"ours"), Seals(b"theirs")
ROWS = 12

PLACES = st.integers(1, ROWS)
CELLS = st.sampled_from([column.name for column in log.columns if column.name != "seq"])


class Undo(Exception):
    """Ends a transaction without a trace."""


@pytest.fixture
def filled(database: Database) -> Iterator[Database]:
    """A log of twelve rows, sealed with our key."""
    sealed = Database(database.url, OURS)
    for start in range(0, ROWS, 4):
        with sealed.write() as connection:
            record(connection, *(Act("ann", "content.save", f"modules/m{n}", 5.0 + n) for n in range(start, start + 4)))
    yield sealed
    sealed.close()


@contextmanager
def tampering(database: Database) -> Iterator[Connection]:
    """As somebody who owns the tables: the guards are away, and afterwards nothing has happened."""
    with pytest.raises(Undo), database.write() as connection:
        of_table = " ON audit_log" if connection.dialect.name == "postgresql" else ""
        for name in TRIGGERS:
            connection.execute(text(f"DROP TRIGGER {name}{of_table}"))
        yield connection
        raise Undo


@dataclass(frozen=True)
class Sort:
    """One sort of tampering: does it with two places in order, and gives the first bad row."""

    name: str
    do: Callable[[Connection, int, int, str], int]


def rows_of(connection: Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(log).order_by(log.c.seq)).mappings()]


def put_rows(connection: Connection, rows: list[dict[str, Any]]) -> None:
    connection.execute(delete(log))
    if rows:
        connection.execute(insert(log), rows)


def act_of(row: dict[str, Any]) -> Act:
    return Act(**{name: row[name] for name in Act.__slots__})


def chained(rows: list[dict[str, Any]], seals: Seals | None, *, start: int) -> list[dict[str, Any]]:
    """The rows from `start` numbered and chained anew, sealed by `seals` or with the seals left as they are."""
    before = rows[start - 2]["hash"] if start > 1 else FIRST
    for seq, row in enumerate(rows[start - 1 :], start):
        before = hash_of(before, seq, act_of(row))
        row |= {"seq": seq, "hash": before}
        if seals:
            row |= {"sealed_by": seals.newest, "seal": seals.mark(f"row {seq} {before}")}
    return rows


def write_head(connection: Connection, rows: list[dict[str, Any]], seals: Seals) -> None:
    seq, hash_ = (rows[-1]["seq"], rows[-1]["hash"]) if rows else (0, FIRST)
    since = connection.scalar(select(head.c.since))
    mark = seals.mark(f"head {seq}:{hash_} since {since!r}")
    connection.execute(update(head).values(seq=seq, hash=hash_, seal=mark))


def change_a_cell(connection: Connection, one: int, _: int, cell: str) -> int:
    row = rows_of(connection)[one - 1]
    value = row[cell] + 1 if cell == "at" else f"x{row[cell]}"[: len(row[cell]) or 1]
    connection.execute(update(log).where(log.c.seq == one).values({cell: value}))
    return one


def delete_a_row(connection: Connection, one: int, _: int, __: str) -> int:
    connection.execute(delete(log).where(log.c.seq == one))
    return one


def delete_the_first(connection: Connection, one: int, _: int, __: str) -> int:
    connection.execute(delete(log).where(log.c.seq <= one))
    return 1


def close_the_gap(connection: Connection, one: int, _: int, __: str) -> int:
    """A row is taken out, and those behind it move up."""
    rows = rows_of(connection)
    del rows[one - 1]
    for row in rows[one - 1 :]:
        row["seq"] -= 1
    put_rows(connection, rows)
    return one


def swap_numbers(connection: Connection, one: int, other: int, _: str) -> int:
    rows = rows_of(connection)
    rows[one - 1]["seq"], rows[other - 1]["seq"] = other, one
    put_rows(connection, rows)
    return one


def swap_words(connection: Connection, one: int, other: int, _: str) -> int:
    rows = rows_of(connection)
    first, second = rows[one - 1], rows[other - 1]
    for name in Act.__slots__:
        first[name], second[name] = second[name], first[name]
    put_rows(connection, rows)
    return one


def insert_in_the_middle(connection: Connection, one: int, _: int, __: str) -> int:
    rows = rows_of(connection)
    rows.insert(one - 1, {**rows[one - 1], "who": "mallory"})
    put_rows(connection, chained(rows, None, start=one))
    return one


def insert_before_the_first(connection: Connection, one: int, _: int, __: str) -> int:
    connection.execute(insert(log), [{**rows_of(connection)[0], "seq": 1 - one}])
    return 1 - one


def add_at_the_end(connection: Connection, _: int, __: int, ___: str) -> int:
    rows = rows_of(connection)
    rows.append({**rows[-1], "who": "mallory"})
    put_rows(connection, chained(rows, THEIRS, start=ROWS + 1))
    return ROWS + 1


def chain_the_tail_anew(connection: Connection, one: int, _: int, cell: str) -> int:
    """All hashes are right again, seals stay as they were."""
    rows = rows_of(connection)
    rows[one - 1]["who"] = "mallory"
    put_rows(connection, chained(rows, None, start=one))
    return one


def seal_the_tail_anew(connection: Connection, one: int, _: int, __: str) -> int:
    """With a key of their own, under its name or under ours."""
    rows = rows_of(connection)
    rows[one - 1]["who"] = "mallory"
    rows = chained(rows, THEIRS, start=one)
    if one % 2:
        for row in rows:
            row["sealed_by"] = OURS.newest
    put_rows(connection, rows)
    write_head(connection, rows, THEIRS)
    return one


def cut_off_the_tail(connection: Connection, one: int, _: int, __: str) -> int:
    put_rows(connection, rows_of(connection)[: one - 1])
    return one


def cut_off_the_tail_and_forge_the_head(connection: Connection, one: int, _: int, __: str) -> int:
    rows = rows_of(connection)[: one - 1]
    put_rows(connection, rows)
    write_head(connection, rows, THEIRS)
    return one


def cut_off_the_tail_and_the_head(connection: Connection, one: int, _: int, __: str) -> int:
    put_rows(connection, rows_of(connection)[: one - 1])
    connection.execute(delete(head))
    return one


SORTS = [
    Sort(do.__name__, do)
    for do in (
        change_a_cell,
        delete_a_row,
        delete_the_first,
        close_the_gap,
        swap_numbers,
        swap_words,
        insert_in_the_middle,
        insert_before_the_first,
        add_at_the_end,
        chain_the_tail_anew,
        seal_the_tail_anew,
        cut_off_the_tail,
        cut_off_the_tail_and_forge_the_head,
        cut_off_the_tail_and_the_head,
    )
]


@pytest.mark.parametrize("sort", SORTS, ids=lambda sort: sort.name)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(PLACES, min_size=2, max_size=2, unique=True), cell=CELLS)
def test_the_first_bad_row_is_named(filled: Database, sort: Sort, places: list[int], cell: str) -> None:
    one, other = sorted(places)
    with tampering(filled) as connection:
        bad = sort.do(connection, one, other, cell)
        checked = verify(connection, OURS)
        assert checked.flaw is not None
        assert checked.flaw.seq == bad, checked.flaw
        assert checked.rows == max(bad - 1, 0)
    with filled.read() as connection:
        assert verify(connection, OURS).sound


def test_guards_that_are_gone_are_told(filled: Database) -> None:
    with tampering(filled) as connection:
        checked = verify(connection, OURS)
    assert (checked.flaw, set(checked.unguarded)) == (None, TRIGGERS)
    assert not checked.sound


@pytest.mark.parametrize("cut", [1, 5, ROWS])
def test_work_that_goes_on_hides_no_cut(filled: Database, cut: int) -> None:
    """The next row keeps its distance from a tail that was cut off."""
    with tampering(filled) as connection:
        cut_off_the_tail(connection, cut, 0, "")
        record(connection, Act("ann", "content.save", "modules/later", 50.0))
        flaw = verify(connection, OURS).flaw
        assert flaw is not None
        assert flaw.seq == cut


@pytest.mark.parametrize("sort", [cut_off_the_tail_and_forge_the_head, cut_off_the_tail_and_the_head])
def test_work_that_goes_on_after_the_head_was_touched_tells_so(filled: Database, sort: Callable[..., int]) -> None:
    with tampering(filled) as connection:
        bad = sort(connection, 7, 0, "")
        record(connection, Act("ann", "content.save", "modules/later", 50.0))
        flaw = verify(connection, OURS).flaw
        assert flaw is not None
        assert (flaw.seq, "head" in flaw.message) == (bad, True)


@pytest.mark.parametrize(("kept", "first"), [([4], None), ([9], 1), ([4, 9], 5), ([4, 6, ROWS], 7), ([ROWS + 1], 7)])
def test_who_has_the_key_is_found_by_a_head_that_was_kept_elsewhere(
    filled: Database, kept: list[int], first: int | None
) -> None:
    """Row 7 is forged as only we could: it lies behind the last head that agrees."""
    with tampering(filled) as connection:
        rows = rows_of(connection)
        heads = [Head(n, rows[n - 1]["hash"]) if n <= ROWS else Head(n, FIRST) for n in kept]
        rows[6]["who"] = "mallory"
        rows = chained(rows, OURS, start=7)
        if kept == [ROWS + 1]:
            rows = rows[:6]
        put_rows(connection, rows)
        write_head(connection, rows, OURS)
        flaw = verify(connection, OURS, heads).flaw
    assert (flaw.seq if flaw else None) == first


def test_a_key_may_be_changed_and_the_one_before_still_proves(filled: Database) -> None:
    both = Seals(b"newer", b"ours")
    renewed = Database(filled.url, both)
    with renewed.write() as connection:
        record(connection, Act("ann", "content.save", "modules/later", 50.0))
    with renewed.read() as connection:
        assert verify(connection, both).sound
        assert str(verify(connection, OURS).flaw).startswith("row 13: it is sealed with a key that is not ours")
    renewed.close()


@pytest.mark.parametrize("value", ["CAST(x'ff' AS TEXT)", "x'00ff'"], ids=["no UTF-8", "bytes"])
def test_a_cell_that_cannot_even_be_read_is_named(sqlite_url: str, value: str) -> None:
    """SQLite keeps in a column whatever it is given."""
    database = Database(sqlite_url, OURS)
    Base.metadata.create_all(database.engine)
    with database.write() as connection:
        record(connection, *(Act("ann", "content.save", f"modules/m{n}", 5.0 + n) for n in range(ROWS)))
        connection.execute(text("DROP TRIGGER audit_log_keeps_rows"))
        connection.execute(text(f"UPDATE audit_log SET note = {value} WHERE seq = 8"))
    with database.read() as connection:
        flaw = verify(connection, OURS).flaw
    assert flaw is not None
    assert flaw.seq == 8
    database.close()
