"""Handing out: everything that is kept of one person, as JSON or as CSV, made while it is sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

import orjson

from profiles.privacy.erasing import person_of
from profiles.privacy.stores import Person, Schema, Store, Told
from rules import Instant
from storage import Database

FORM: Final = "intarsia-person-1"
MANIFEST: Final = "about.json"


def schema_of(stores: Mapping[str, Store]) -> Schema:
    """The JSON Schema (2020-12) of what is handed out, made from the stores themselves."""
    held = {
        name: {
            "description": one.summary,
            "type": "array",
            "items": {"type": "object", "properties": dict(one.fields)},
        }
        for name, one in stores.items()
    }
    told = {"form": {"const": FORM}, "profile_id": {"type": "string"}, "made_at": {"type": "number"}}
    stores_schema = {"type": "object", "properties": held, "required": list(held), "additionalProperties": False}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Everything that is kept of one person",
        "type": "object",
        "properties": {**told, "stores": stores_schema},
        "required": [*told, "stores"],
        "additionalProperties": False,
    }


@dataclass(frozen=True, slots=True)
class Exporter:
    """Hands out what the stores hold of a person, from one snapshot."""

    database: Database
    stores: Mapping[str, Store]

    def find(self, profile_id: str) -> Person:
        """Somebody. Raises `UnknownPerson`."""
        with self.database.read() as connection:
            return person_of(connection, profile_id)

    def counts(self, person: Person) -> dict[str, int]:
        """How much each store holds of a person."""
        with self.database.read() as connection:
            return {name: one.count(connection, person) for name, one in self.stores.items()}

    def as_json(self, person: Person, now: Instant) -> Iterator[bytes]:
        """One document, as `schema_of` says."""
        head = orjson.dumps({"form": FORM, "profile_id": person.profile_id, "made_at": now})
        yield head[:-1] + b',"stores":{'
        with self.database.read() as connection:
            for place, (name, one) in enumerate(self.stores.items()):
                yield (b"," if place else b"") + orjson.dumps(name) + b":["
                for number, row in enumerate(one.rows(connection, person)):
                    yield (b"," if number else b"") + orjson.dumps(row)
                yield b"]"
        yield b"}}"

    def as_csv(self, person: Person, now: Instant) -> Iterator[bytes]:
        """A zip archive of a table for each store, with the schema of all. What is no text is JSON in its cell."""
        sink = _Sink()
        with ZipFile(sink, "w", ZIP_DEFLATED) as archive, self.database.read() as connection:
            about = {"form": FORM, "profile_id": person.profile_id, "made_at": now}
            archive.writestr(MANIFEST, orjson.dumps(about, option=orjson.OPT_INDENT_2))
            archive.writestr("schema.json", orjson.dumps(schema_of(self.stores), option=orjson.OPT_INDENT_2))
            for name, one in self.stores.items():
                with archive.open(f"{name}.csv", "w") as member:
                    for line in _lines(one, one.rows(connection, person)):
                        member.write(line)
                        yield sink.taken()
        yield sink.taken()


def _lines(one: Store, rows: Iterator[Told]) -> Iterator[bytes]:
    columns = list(one.fields)
    yield _line(columns)
    for row in rows:
        yield _line([_cell(row.get(name)) for name in columns])


def _line(cells: list[str]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(cells)
    return written.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


class _Sink(io.RawIOBase):
    """Where an archive is written to, to be taken away piece by piece: it is never whole in memory."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
