"""Carriers: what makes the new bytes of a module, forwards into a changed type, or back to how it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from modules.errors import ContentError
from modules.migration.steps import Plan
from modules.migration.survey import carry, written
from modules.migration.values import Edited
from modules.module_parsing import parse_module
from modules.module_type import ModuleType
from modules.store.merging import merge
from rules import Finding


@dataclass(frozen=True, slots=True)
class Outcome:
    """A module carried over: its bytes from now on (those it has, where nothing changes), or why it cannot be."""

    content: bytes
    findings: tuple[Finding, ...] = ()


class Carrier(Protocol):
    """Carries one module over; a pure function of the module."""

    def __call__(self, key: str, digest: str, content: bytes) -> Outcome:
        """The module with this key, whose draft has this digest and these bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Forward:
    """Into the new type of a plan."""

    plan: Plan

    def __call__(self, key: str, digest: str, content: bytes) -> Outcome:
        """Nothing is lost without leave, also of what was edited since the plan was made."""
        made = carry(self.plan, content)
        lost = [
            Finding(note.pointer, f"this value of {note.path!r} would be lost", "say in the mapping what becomes of it")
            for note in made.lost
        ]
        return Outcome(made.content, (*lost, *made.wrong))


@dataclass(frozen=True, slots=True)
class Backward:
    """To the type as it was. `moved` has for each module the bytes before and after the migration that is undone."""

    old: ModuleType
    edited: Edited
    moved: Mapping[str, tuple[str, bytes, bytes]]
    """Module -> the digest of its body after the migration, the bytes before it and after it."""

    def __call__(self, key: str, digest: str, content: bytes) -> Outcome:
        """Whoever was not edited gets the very bytes from before."""
        there = self.moved.get(key)
        if there is None:
            return self._judged(content, "it was made since")
        after, before, moved = there
        if digest == after or self.edited is Edited.RESTORE:
            return Outcome(before)
        if self.edited is Edited.KEEP:
            return self._judged(content, "it was edited since")
        return self._merged(before, moved, content)

    def _merged(self, before: bytes, moved: bytes, content: bytes) -> Outcome:
        base, mine, theirs = (orjson.loads(one) for one in (moved, content, before))
        found = merge(base, mine, theirs)
        if found.clashes:
            remedy = 'edit it by hand, or give the edit up with "edited": "restore"'
            return Outcome(content, tuple(
                Finding(one.pointer, "it was edited since, where the migration changed it too", remedy)
                for one in found.clashes
            ))  # fmt: skip
        return self._judged(written(found.body), "it was edited since")  # type: ignore[arg-type]

    def _judged(self, content: bytes, why: str) -> Outcome:
        body: Any = orjson.loads(content)
        try:
            parse_module("it", body, {self.old.key: self.old})
        except ContentError as error:
            remedy = 'mend it for the older type, or choose what becomes of edits: "merge" or "restore"'
            return Outcome(content, tuple(Finding(f.pointer, f"{why}: {f.message}", remedy) for f in error.findings))
        return Outcome(content)
