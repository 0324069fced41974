"""Two sides brought together: what each has changed since they last agreed, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from connectors.files import laid_out
from connectors.files import same as says_the_same
from connectors.workspace.settling import Choice, settle
from modules import ABSENT, KINDS, Clash, Merged, changes, digest_of, merge, read_json

Name: TypeAlias = tuple[str, str]
Contents: TypeAlias = Mapping[Name, bytes]


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


def reconcile(common: Common, ours: Contents, theirs: Contents, choice: Choice = Choice.NONE) -> list[Outcome]:
    """Every piece that differs between the sides, with what becomes of it, in the order of kinds and keys."""
    order = {kind: number for number, kind in enumerate(KINDS)}
    names = sorted({*ours, *theirs}, key=lambda name: (order[name[0]], name[1]))
    outcomes = (_outcome(name, common, ours.get(name), theirs.get(name), choice) for name in names)
    return [outcome for outcome in outcomes if outcome is not None]


def _outcome(name: Name, common: Common, ours: bytes | None, theirs: bytes | None, choice: Choice) -> Outcome | None:
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
        return Outcome(name, base, ours, theirs, None, (Clash("", *(told(name, one) for one in (base, ours, theirs))),))
    merged = merge(ABSENT if base is None else read_json(base), read_json(ours), read_json(theirs))
    if merged.clashes and choice is not Choice.NONE:
        merged = Merged(settle(merged, choice))
    return Outcome(name, base, ours, theirs, written(merged.body, ours, theirs), merged.clashes)


def written(value: Any, *sides: bytes) -> bytes:
    """A body as bytes: those of a side that says the same, else readable ones."""
    for content in sides:
        if next(changes(read_json(content), value), None) is None:
            return content
    return laid_out(value)


def told(name: Name, content: bytes | None) -> Any:
    """A body as it is told to people: its value, or of a picture its size."""
    if content is None:
        return ABSENT
    return read_json(content) if KINDS[name[0]].is_json else f"{len(content):,} bytes"


def same(name: Name, one: bytes | None, other: bytes | None) -> bool:
    """Whether two bodies say the same, or neither is there."""
    if one is None or other is None:
        return one is other
    return says_the_same(name[0], one, other)
