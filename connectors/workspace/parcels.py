"""What is pushed to a service, packed into as few calls as it takes."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from connectors.workspace.reconciling import Contents, Name
from modules import KINDS

MOST_OPERATIONS: Final = 1_000
"""Operations that a service takes in one call."""

MOST_BYTES: Final = 15_000_000
"""Bytes of a call; a service takes 20 MB, and more only for single large pictures."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One call: what it is about, in the order of its operations, and its body. All of it is done, or nothing."""

    names: tuple[Name, ...]
    body: bytes


def parcels(
    puts: Contents, gone: Collection[Name], expect: Mapping[Name, str | None], override: str = ""
) -> Sequence[Parcel]:
    """Saves in the order of dependence, then removals in the opposite one, each on condition that nobody else changed
    it. What fits is one call."""
    order = {kind: number for number, kind in enumerate(KINDS)}
    steps = [
        *((name, _save(name, puts[name])) for name in sorted(puts, key=lambda name: order[name[0]])),
        *((name, _delete(override)) for name in sorted(gone, key=lambda name: -order[name[0]])),
    ]
    named = [(name, orjson.dumps({**_named(name), **step, **_condition(expect[name])})) for name, step in steps]
    return [_parcel(some) for some in _cut(named)]


def _named(name: Name) -> dict[str, str]:
    return {"kind": name[0], "key": name[1]}


def _save(name: Name, content: bytes) -> dict[str, Any]:
    if KINDS[name[0]].is_json:
        try:
            return {"op": "save", "text": content.decode()}
        except UnicodeDecodeError:
            pass  # the service says what is wrong with it
    return {"op": "save", "base64": base64.b64encode(content).decode()}


def _delete(override: str) -> dict[str, Any]:
    return {"op": "delete", **({"override": override} if override else {})}


def _condition(expected: str | None) -> dict[str, str]:
    return {"if_none_match": "*"} if expected is None else {"if_match": expected}


def _cut(steps: Sequence[tuple[Name, bytes]]) -> Iterator[list[tuple[Name, bytes]]]:
    some: list[tuple[Name, bytes]] = []
    size = 0
    for name, step in steps:
        if some and (len(some) == MOST_OPERATIONS or size + len(step) > MOST_BYTES):
            yield some
            some, size = [], 0
        some.append((name, step))
        size += len(step) + 1
    if some:
        yield some


def _parcel(some: Sequence[tuple[Name, bytes]]) -> Parcel:
    operations = b",".join(step for _, step in some)
    body = b'{"atomic":true,"made_by":"import","operations":[%s]}' % operations
    return Parcel(tuple(name for name, _ in some), body)
