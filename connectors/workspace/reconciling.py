"""Two sides brought together: what each has changed since they last agreed, piece by piece."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from connectors.files import laid_out
from connectors.files import same as says_the_same
from modules import KINDS, digest_of, read_json

Name: TypeAlias = tuple[str, str]
Contents: TypeAlias = Mapping[Name, bytes]


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that both sides have changed, each in its own way; an absent value is `ABSENT`."""

    pointer: str
    base: Any
    ours: Any
    theirs: Any


class Absent:
    """Where there is nothing: null is a value of its own."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT = Absent()
"""Nothing at a place: null is a value."""

Merge: TypeAlias = Callable[[Any, Any, Any], tuple[Any, Sequence[Clash]]]
"""(base, ours, theirs) -> the body with the changes of both, and where they clash."""


class Choice(StrEnum):
    """Whose change counts where both have changed the same place."""

    NONE = "none"
    OURS = "ours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One piece of content after both sides are brought together; None stands for its absence.

    `result` is what both are to hold. Where there are `clashes`, there is no result to trust.
    """

    name: Name
    base: bytes | None
    ours: bytes | None
    theirs: bytes | None
    result: bytes | None
    clashes: tuple[Clash, ...] = ()

    @property
    def theirs_differs(self) -> bool:
        """Whether the other side is to change."""
        return not same(self.name, self.result, self.theirs)

    @property
    def ours_differs(self) -> bool:
        """Whether our side is to change."""
        return not same(self.name, self.result, self.ours)


@dataclass(frozen=True, slots=True)
class Common:
    """What the sides last agreed on: digests, and the bodies that are kept."""

    digests: Mapping[Name, str]
    body: Callable[[str], bytes | None]

    def of(self, name: Name) -> bytes | None:
        """The body that both had, None where there was none or it is not kept."""
        digest = self.digests.get(name)
        return self.body(digest) if digest else None

    def holds(self, name: Name, content: bytes | None) -> bool:
        """Whether this is what both had."""
        if content is None or name not in self.digests:
            return content is None and name not in self.digests
        return digest_of(content) == self.digests[name] or same(name, content, self.of(name))


def reconcile(
    common: Common, ours: Contents, theirs: Contents, merge: Merge, choice: Choice = Choice.NONE
) -> list[Outcome]:
    """Every piece that differs between the sides, with what becomes of it, in the order of kinds and keys."""
    order = {kind: number for number, kind in enumerate(KINDS)}
    names = sorted({*ours, *theirs}, key=lambda name: (order[name[0]], name[1]))
    outcomes = (_outcome(name, common, ours.get(name), theirs.get(name), merge, choice) for name in names)
    return [outcome for outcome in outcomes if outcome is not None]


def _outcome(
    name: Name, common: Common, ours: bytes | None, theirs: bytes | None, merge: Merge, choice: Choice
) -> Outcome | None:
    if same(name, ours, theirs):
        return None
    base = common.of(name)
    if common.holds(name, theirs):
        return Outcome(name, base, ours, theirs, ours)
    if common.holds(name, ours):
        return Outcome(name, base, ours, theirs, theirs)
    if ours is None or theirs is None or not KINDS[name[0]].is_json:
        if choice is not Choice.NONE:
            return Outcome(name, base, ours, theirs, ours if choice is Choice.OURS else theirs)
        return Outcome(name, base, ours, theirs, None, (Clash("", *_values(name, base, ours, theirs)),))
    before, mine, other = (value_of(content) if content else {} for content in (base, ours, theirs))
    merged, clashes = merge(before, mine, other)
    if clashes and choice is not Choice.NONE:
        merged, clashes = settle(merged, clashes, choice), ()
    return Outcome(name, base, ours, theirs, written(merged, ours, theirs), tuple(clashes))


def settle(merged: Any, clashes: Sequence[Clash], choice: Choice) -> Any:
    """The merged body with one side's value at every place that clashes."""
    for clash in clashes:
        merged = put_at(merged, clash.pointer, clash.ours if choice is Choice.OURS else clash.theirs)
    return merged


def put_at(body: Any, pointer: str, value: Any) -> Any:
    """A copy of a body with this value at a JSON pointer; `ABSENT` takes the place away."""
    if not pointer:
        return value
    step, _, rest = pointer[1:].partition("/")
    name = step.replace("~1", "/").replace("~0", "~")
    rest = f"/{rest}" if _ else ""
    if isinstance(body, list):
        index = len(body) if name == "-" else int(name)
        inner = put_at(body[index] if index < len(body) else None, rest, value)
        return [*body[:index], *([] if inner is ABSENT else [inner]), *body[index + 1 :]]
    there = dict(body) if isinstance(body, dict) else {}
    inner = put_at(there.get(name), rest, value)
    if inner is ABSENT:
        there.pop(name, None)
        return there
    return {**there, name: inner}


def written(value: Any, *sides: bytes | None) -> bytes:
    """A body as bytes: those of a side that says the same, else readable ones."""
    wanted = _canonical(value)
    for content in sides:
        if content is not None and _canonical(value_of(content)) == wanted:
            return content
    return laid_out(value)


def same(name: Name, one: bytes | None, other: bytes | None) -> bool:
    """Whether two bodies say the same, or neither is there."""
    if one is None or other is None:
        return one is other
    return says_the_same(name[0], one, other)


def value_of(content: bytes) -> Any:
    """The JSON value of a body."""
    return read_json(content)


def _canonical(value: Any) -> str:
    return json.dumps(value)


def _values(name: Name, *contents: bytes | None) -> list[Any]:
    if not KINDS[name[0]].is_json:
        return [ABSENT if content is None else f"{len(content):,} bytes" for content in contents]
    return [ABSENT if content is None else value_of(content) for content in contents]
