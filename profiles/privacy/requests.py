"""Requests: taken down with a due date, carried out with proof, each step in the audit log without a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, select, update

from profiles.errors import RequestClosed, UnknownPerson, UnknownRequest
from profiles.intake import LOCK, Intake
from profiles.privacy.asking import Kind, Standing, event_of
from profiles.privacy.calendar import months_after
from profiles.privacy.erasing import Eraser, person_of
from profiles.privacy.exporting import Exporter
from profiles.privacy.stores import Person
from profiles.privacy.tables import requests
from rules import Instant, Json
from storage import Act, Database, lock_out, record, vault_of

R = requests.c
MONTHS: Final = 1
"""Within which a request is to be met (GDPR, article 12, 3)."""
MORE_MONTHS: Final = 2
"""By which that may be extended, once, with a reason."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asked for, and where it stands. Who asked and for what is empty once the person is forgotten."""

    seq: int
    kind: Kind
    state: Standing
    profile_id: str
    asked_by: str
    details: Mapping[str, Json]
    received_at: Instant
    due_at: Instant
    extended: str
    done_at: Instant | None
    done_by: str
    proof: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests are wanted; empty: any. `due_before` leaves open ones that were to be met before that moment."""

    kind: str = ""
    state: str = ""
    profile_id: str = ""
    due_before: Instant | None = None


@dataclass(frozen=True, slots=True)
class Requests:
    """All requests of people. `author` is who takes down, carries out or refuses."""

    database: Database
    intake: Intake
    eraser: Eraser
    exporter: Exporter
    months: int = field(default=MONTHS)

    def take_down(
        self, kind: Kind, profile_id: str, asked_by: str, details: Mapping[str, Json], received_at: Instant, *,
        author: str, now: Instant,
    ) -> Request:  # fmt: skip
        """Write down what somebody asks for. Raises `UnknownPerson`."""
        with self.database.write() as connection:
            lock_out(connection, LOCK, shared=True)
            person_of(connection, profile_id)
            told = orjson.dumps({"asked_by": asked_by, "details": details})
            row = {
                "kind": kind, "state": Standing.OPEN, "profile_id": profile_id,
                "told": vault_of(connection).seal(connection, profile_id, told), "received_at": received_at,
                "due_at": months_after(received_at, self.months), "extended": "", "done_by": "", "proof": {},
            }  # fmt: skip
            seq: int = connection.execute(requests.insert().values(row).returning(R.seq)).scalar_one()
            record(connection, _act(author, "receive", seq, kind, now))
            return _get(connection, seq)

    def find(self, wanted: RequestFilter, *, after: tuple[float, int] | None = None, limit: int = 100) -> list[Request]:
        """Requests, those first that are due first; those after a due date and number."""
        query = select(requests).order_by(R.due_at, R.seq).limit(limit)
        for column in ("kind", "state", "profile_id"):
            if value := getattr(wanted, column):
                query = query.where(R[column] == value)
        if wanted.due_before is not None:
            query = query.where(R.state == Standing.OPEN, R.due_at < wanted.due_before)
        if after is not None:
            query = query.where((R.due_at > after[0]) | ((R.due_at == after[0]) & (R.seq > after[1])))
        with self.database.read() as connection:
            return [_of(connection, row) for row in connection.execute(query).all()]

    def get(self, seq: int) -> Request:
        """One of them. Raises `UnknownRequest`."""
        with self.database.read() as connection:
            return _get(connection, seq)

    def extend(self, seq: int, reason: str, *, author: str, now: Instant) -> Request:
        """Give it two months more, once. Raises `UnknownRequest`; `RequestClosed` where that was done or it is over."""
        with self.database.write() as connection:
            found = _held(connection, seq)
            if found.extended:
                raise RequestClosed(seq, "extended")
            due = months_after(found.due_at, MORE_MONTHS)
            connection.execute(update(requests).where(R.seq == seq).values(due_at=due, extended=reason))
            record(connection, _act(author, "extend", seq, found.kind, now))
            return _get(connection, seq)

    def refuse(self, seq: int, reason: str, *, author: str, now: Instant) -> Request:
        """Do not do it, for a reason. Raises `UnknownRequest` and `RequestClosed`."""
        with self.database.write() as connection:
            found = _held(connection, seq)
            _close(connection, found, Standing.REFUSED, {"reason": reason}, author, now)
            return _get(connection, seq)

    def carry_out(self, seq: int, *, author: str, now: Instant) -> Request:
        """Do what was asked for; the request then holds the proof of it. Raises `UnknownRequest`, `RequestClosed`, and
        `UnknownPerson` where the person is no more."""
        found = self.get(seq)
        if found.state is not Standing.OPEN:
            raise RequestClosed(seq, found.state)
        if found.kind is Kind.ERASE:
            return self._erase(seq, author, now)
        person = self.exporter.find(found.profile_id)
        proof = self._proof(found, person, now)
        with self.database.write() as connection:
            _close(connection, _held(connection, seq), Standing.DONE, proof, author, now)
            return _get(connection, seq)

    def _proof(self, found: Request, person: Person, now: Instant) -> dict[str, Any]:
        """Do what changes a person by an event, which counts once; what was found and done, in numbers."""
        name = next((one for one in person.names if one.startswith(("user:", "anon:"))), "")
        event = event_of(found.kind, found.seq, name, found.details, now)
        if event is None:
            return {"found": self.exporter.counts(person)}
        if not name:
            raise UnknownPerson
        (receipt,) = self.intake.accept([event], now)
        return {"event": event.message_id, "status": receipt.status}

    def lift(self, names: Sequence[str], *, author: str, now: Instant) -> str:
        """Let names that were erased come again; the entry of the ledger. Raises `NeverErased`."""
        with self.database.write() as connection:
            entry = self.eraser.lift(connection, names, now)
            record(connection, Act(author, "person.lift", f"people/erasures/{entry.id}", now))
        return entry.id

    def _erase(self, seq: int, author: str, now: Instant) -> Request:
        with self.database.write() as connection:
            lock_out(connection, LOCK)
            found = _held(connection, seq)
            person = person_of(connection, found.profile_id)
            done = self.eraser.forget(connection, person, now)
            proof = {"erasure": done.erasure, "erased": dict(done.gone), "keys": done.keys, "left": done.left}
            _close(connection, found, Standing.DONE, proof, author, now)
            closed = _get(connection, seq)
        self.eraser.after([person])
        return closed


def _close(
    connection: Connection, found: Request, state: Standing, proof: Mapping[str, Any], author: str, now: Instant
) -> None:
    done = {"state": state, "proof": dict(proof), "done_at": now, "done_by": author}
    connection.execute(update(requests).where(R.seq == found.seq).values(done))
    # The digest in the log proves that the proof is the one that was written then.
    digest = sha256(orjson.dumps(proof, option=orjson.OPT_SORT_KEYS)).hexdigest()
    record(connection, _act(author, f"{found.kind}.{state}", found.seq, found.kind, now, digest))


def _act(author: str, verb: str, seq: int, kind: Kind, now: Instant, after: str = "") -> Act:
    return Act(author, f"person.{verb}", f"people/requests/{seq}", now, after=after, note=kind)


def _held(connection: Connection, seq: int) -> Request:
    """An open request, held until the transaction ends."""
    row = connection.execute(select(requests).where(R.seq == seq).with_for_update()).one_or_none()
    if row is None:
        raise UnknownRequest(seq)
    found = _of(connection, row)
    if found.state is not Standing.OPEN:
        raise RequestClosed(seq, found.state)
    return found


def _get(connection: Connection, seq: int) -> Request:
    row = connection.execute(select(requests).where(R.seq == seq)).one_or_none()
    if row is None:
        raise UnknownRequest(seq)
    return _of(connection, row)


def _of(connection: Connection, row: Row[Any]) -> Request:
    plain = vault_of(connection).open(connection, row.told) if row.told else None
    told = orjson.loads(plain) if plain else {}
    columns = ("seq", "profile_id", "received_at", "due_at", "extended", "done_at", "done_by", "proof")
    return Request(
        kind=Kind(row.kind),
        state=Standing(row.state),
        asked_by=told.get("asked_by", ""),
        details=told.get("details", {}),
        **{name: getattr(row, name) for name in columns},
    )
