"""Prove that the log is as it was written, or name the first row that is not."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import orjson
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from storage.audit.triggers import missing_triggers
from storage.audit.writing import BROKEN, FIRST, Act, Head, hash_of, head, log, words_of_head, words_of_row
from storage.seals import Seals

AT_ONCE: Final = 2_000
"""Rows that are held in memory."""

REPORT_EVERY: Final = 20_000

_ROW = (log.c.seq, log.c.hash, log.c.sealed_by, log.c.seal, *(log.c[name] for name in Act.__slots__))


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first row that is not as it was written, and what is wrong. The rows before it are as they were."""

    seq: int
    message: str

    def __str__(self) -> str:
        """One sentence."""
        return f"row {self.seq}: {self.message}"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a proof found: how many rows are as they were written, where the log ends, the first that is not.

    `unguarded` names triggers of the table that are missing.
    """

    rows: int
    head: Head
    since: float
    flaw: Flaw | None
    unguarded: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing at all is wrong."""
        return self.flaw is None and not self.unguarded


def verify(
    connection: Connection, seals: Seals, against: Sequence[Head] = (), tell: Callable[[int], object] = lambda _: None
) -> Checked:
    """Read the whole log and compare it with its hashes, its seals, its head and the heads that were kept elsewhere.

    Memory does not grow with the log. `tell` is called with the number of rows proved so far.
    """
    seq, before, flaw = 0, FIRST, None
    kept = {one.seq: one for one in sorted(against, key=lambda one: one.seq)}
    with closing(_rows(connection)) as rows:
        for row in rows:
            if isinstance(row, Flaw):
                flaw = row
                break
            if not _as_written(row, seq + 1, before, seals) or seq + 1 in kept:
                flaw = _flaw_of(row, Head(seq, before), seals) or _differs(row, kept)
                if flaw is not None:
                    break
            seq, before = row[0], row[1]
            if seq % REPORT_EVERY == 0:
                tell(seq)
    end = Head(seq, before)
    told = connection.execute(select(head)).mappings().first()
    flaw = flaw or _flaw_of_end(told, end, seals) or _beyond(end, kept)
    since = told["since"] if told else 0.0
    return Checked(end.seq, end, since, flaw, tuple(missing_triggers(connection)))


def _rows(connection: Connection) -> Generator[Sequence[Any] | Flaw, None, None]:
    last, many = None, AT_ONCE
    while True:
        wanted = select(*_ROW).order_by(log.c.seq)
        if last is not None:
            wanted = wanted.where(log.c.seq > last)
        try:
            with connection.execute(wanted.execution_options(yield_per=many)) as found:
                for part in found.partitions():
                    for row in part:
                        yield row
                        last = row[0]
        except DBAPIError as error:
            if many == 1:
                yield Flaw((last or 0) + 1, f"it cannot be read: {type(error.orig).__name__}")
                return
            many = 1  # one at a time from where it stopped, to name the very row
        else:
            return


def _as_written(row: Sequence[Any], due: int, before: str, seals: Seals) -> bool:
    """The short way through, for the million rows with which all is well; what is wrong is found out the long way."""
    seq, hash_, sealed_by, seal, who, action, what, at, old, new, note = row
    try:
        told = sha256(orjson.dumps([before, seq, at, who, action, what, old, new, note])).hexdigest()
    except TypeError:
        return False
    return seq == due and told == hash_ and action != BROKEN and seals.proves(sealed_by, words_of_row(seq, hash_), seal)


def _flaw_of(row: Sequence[Any], before: Head, seals: Seals) -> Flaw | None:
    seq, hash_, sealed_by, seal, *told = row
    act = Act(*told)
    due = before.seq + 1
    if seq != due:
        missing = f"it is missing; the next that is there is {seq}"
        return Flaw(due, missing) if seq > due else Flaw(seq, f"it does not belong: here row {due} is due")
    try:
        honest = hash_of(before.hash, seq, act) == hash_
    except (TypeError, ValueError):
        honest = False
    if not honest:
        return Flaw(seq, "what it says does not match its hash")
    if not seals.proves(sealed_by, words_of_row(seq, hash_), seal):
        stranger = f"it is sealed with a key that is not ours ({sealed_by!r})"
        return Flaw(seq, "its hash does not match its seal" if seals.knows(sealed_by) else stranger)
    if act.action == BROKEN:
        return Flaw(seq, f"when it was written, the log was not as it had been left: {act.note}")
    return None


def _differs(row: Sequence[Any], kept: dict[int, Head]) -> Flaw | None:
    here = kept.get(row[0])
    if here is None or here.hash == row[1]:
        return None
    proved = max((seq for seq in kept if seq < here.seq), default=0)
    return Flaw(proved + 1, f"this row or one of those up to {here.seq} is not the one of the head that was kept")


def _flaw_of_end(told: Any, end: Head, seals: Seals) -> Flaw | None:
    if told is None:
        return Flaw(end.seq + 1, "the log has no head, so nothing proves that this row was never there")
    last = Head(told["seq"], told["hash"])
    if not seals.proves(told["sealed_by"], words_of_head(last, told["since"]), told["seal"]):
        return Flaw(end.seq + 1, f"the head of the log ({last.seq}) does not match its seal")
    if last.seq > end.seq:
        return Flaw(end.seq + 1, f"it is missing, and all up to row {last.seq}: the end of the log was cut off")
    if last != end:
        return Flaw(last.seq + 1, "it was not there when the head of the log was written")
    return None


def _beyond(end: Head, kept: dict[int, Head]) -> Flaw | None:
    last = max(kept, default=0)
    return (
        Flaw(end.seq + 1, f"it is missing, and all up to row {last} of the head that was kept")
        if last > end.seq
        else None
    )
