"""All operations or none of them: judged as the whole that they would be, and done in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask import g
from sqlalchemy import Connection

from admin.bulk.each import may
from admin.bulk.judging import Change, judge_together
from admin.bulk.operations import Operation, Result
from admin.content.drafts import draft_of
from admin.content.saving import MOST_TRIES, Ready, answer, ready, stale_answer
from admin.content.usage import may_leave, shown
from admin.deps import Deps
from admin.errors import ContentRefused, ModulesMoved, StaleEdit
from admin.refusals import NOT_DONE, BadOperation, BulkRefused
from admin.sight.visible import Visible
from admin.sight.writing import WRITE
from admin.types.changes import Watch, watch_all
from modules import (
    ANY,
    Archived,
    Conflict,
    Draft,
    InUse,
    Leaving,
    MadeBy,
    Name,
    Revision,
    StillPublished,
    UnknownContent,
)
from rules import Finding

PAST: Final[Mapping[str, str]] = {"unarchive": "unarchived", "archive": "archived", "delete": "deleted"}
"""What can be done beside saving -> as the store calls it; in the order in which it is done."""

LOST: Final = (Conflict, ModulesMoved, InUse, StillPublished, UnknownContent, Archived)
"""What shows only when it is done, of one operation or some."""


@dataclass(slots=True)
class Whole:
    """The operations of a call, and what has become of them so far."""

    deps: Deps
    operations: Sequence[Operation]
    made_by: MadeBy
    held: dict[Name, Ready] = field(default_factory=dict)
    there: dict[Name, Result] = field(default_factory=dict)
    """What is saved already, byte for byte."""
    expect: dict[Name, str | None] = field(default_factory=dict)
    refused: dict[Name, Exception] = field(default_factory=dict)

    def do(self) -> list[Result]:
        """Do all of it. Raises `BulkRefused` with a result for each where any is refused."""
        self._refuse_repeated()
        drafts = self.deps.store.drafts_of([one.name for one in self.operations])
        for one in self.operations:
            try:
                self._prepare(one, drafts.get(one.name))
            except Exception as error:  # noqa: BLE001 -- told as a problem, as that of a request is; all are looked at
                self.refused[one.name] = error
        for left in range(MOST_TRIES - 1, -1, -1):
            seen = watch_all(self.deps, {name: one.content for name, one in self.held.items()})
            warnings = self._judge()
            try:
                return self._told(self._save(seen), warnings)
            except LOST as error:
                if left and self._moved(error):
                    continue
                self._blame(error)
        raise AssertionError("the loop returns or raises")

    def _refuse_repeated(self) -> None:
        first: dict[Name, str] = {}
        for one in self.operations:
            if one.op not in {"save", *PAST}:
                remedy = "save first, then publish as a release, or in a call that is not atomic"
                self._refuse(one, BadOperation(f"{one.at}/op", "publishing is a transaction of its own", remedy))
            if one.name in first:
                message = f"{'/'.join(one.name)} is changed by {first[one.name]} already"
                self._refuse(one, BadOperation(f"{one.at}/key", message, "name each piece once"))
            first[one.name] = one.at

    def _refuse(self, one: Operation, error: Exception) -> None:
        refused = {other.at: other.undone() for other in self.operations} | {one.at: one.refused(error)}
        raise _refusal(list(refused.values()))

    def _prepare(self, one: Operation, draft: Draft | None) -> None:
        may(one, WRITE)
        if one.op == "save":
            self._prepare_save(one, draft)
            return
        may_leave(self.deps, g.principal, *one.name, one.override)
        self.expect[one.name] = one.condition.expectation(*one.name, draft_of(self.deps, *one.name))

    def _prepare_save(self, one: Operation, draft: Draft | None) -> None:
        content, condition = one.content, one.condition
        try:
            found = ready(self.deps, *one.name, content, condition, draft)
        except StaleEdit as stale:
            self.there[one.name] = one.saved(stale_answer(self.deps, content, condition, draft, stale))
            return
        self.held[one.name], self.expect[one.name] = found, found.expect

    def _named(self, *ops: str) -> frozenset[Name]:
        return frozenset(one.name for one in self.operations if one.op in ops)

    def _judge(self) -> dict[Name, list[Finding]]:
        """Warnings and notes by name. Raises `BulkRefused` where anything is wrong."""
        contents = {name: one.content for name, one in self.held.items() if name not in self.refused}
        going, back = self._named("delete", "archive"), self._named("unarchive")
        change = Change(contents, going, back, frozenset(self.refused))
        judged, visible = judge_together(self.deps, change), Visible(g.principal)
        told = {name: visible.findings_in(*name, contents[name], found) for name, found in judged.findings.items()}
        self.refused |= judged.raised
        for name in contents:
            if judged.errors(name) and name not in self.refused:
                self.refused[name] = ContentRefused(*name, [one for one in told[name] if one.severity == "error"])
        if self.refused:
            raise self._refusal()
        return told

    def _save(self, seen: Sequence[Watch]) -> Sequence[Revision]:
        expect = {name: digest for one in seen for name, digest in one.expect.items()}

        def more(connection: Connection) -> Mapping[Name, bytes]:
            return {name: body for one in seen if one.more for name, body in one.more(connection).items()}

        contents = {name: one.content for name, one in self.held.items()}
        return self.deps.store.change(
            contents, (), author=g.author, now=self.deps.clock(), expect={**expect, **self.expect},
            made_by=self.made_by, leaving=list(self._leaving()), more=more,
        )  # fmt: skip

    def _leaving(self) -> Sequence[Leaving]:
        """Those that go with a reason go first: what stays is no longer named by them."""
        lots: dict[tuple[str, str], set[Name]] = {}
        for one in sorted(self.operations, key=lambda one: not one.override):
            if one.op in PAST:
                lots.setdefault((PAST[one.op], one.override), set()).add(one.name)
        order = list(PAST.values())
        return [
            Leaving(past, frozenset(names), override)
            for (past, override), names in sorted(lots.items(), key=lambda lot: order.index(lot[0][0]))
        ]

    def _told(self, saved: Sequence[Revision], warnings: Mapping[Name, list[Finding]]) -> list[Result]:
        made = {name: answer(one, warnings.get(name, []), self.held[name].draft)
                for name, one in zip(self.held, saved, strict=True)}  # fmt: skip
        return [
            one.saved(made[one.name]) if one.name in made else self.there.get(one.name) or one.done(204)
            for one in self.operations
        ]

    def _moved(self, error: Exception) -> bool:
        """Whether what they were judged with has changed, rather than one of them."""
        return isinstance(error, ModulesMoved) or (
            isinstance(error, Conflict) and (error.kind, error.key) not in self.expect
        )

    def _blame(self, error: Exception) -> None:
        """Refuse those that an error is about."""
        blamed = self._names_in(error) & {one.name for one in self.operations}
        for one in self.operations:
            if one.name in blamed or not blamed:
                told = shown(self.deps, error) if isinstance(error, InUse) else error
                expect = self.expect.get(one.name, ANY)
                self.refused[one.name] = one.condition.lost(told, expect) if isinstance(told, Conflict) else told
        raise self._refusal() from None

    def _names_in(self, error: Exception) -> frozenset[Name]:
        match error:
            case Conflict() | Archived():
                return frozenset({(error.kind, error.key)})
            case UnknownContent():
                return frozenset({(error.kind, error.key or "")})
            case StillPublished():
                return frozenset(error.names)
            case ModulesMoved():
                return frozenset({("types", error.key)})
            case InUse():
                going = self._named("delete", "archive")
                used = (name for name in error.names if self._is_used(name, going))
                return frozenset(used) or frozenset(error.names)
        return frozenset()

    def _is_used(self, name: Name, going: Collection[Name]) -> bool:
        return any((use.kind, use.key) not in going for use in self.deps.store.users(*name))

    def _refusal(self) -> Exception:
        """What is raised: where we failed ourselves, that alone; sent again, the call may be done."""
        refused = self.refused
        results = [one.refused(refused[one.name]) if one.name in refused else one.undone() for one in self.operations]
        ours = (refused[one.name] for one, told in zip(self.operations, results, strict=True) if told["status"] >= 500)
        return next(ours, _refusal(results))


def _refusal(results: list[Result]) -> BulkRefused:
    wrong: list[tuple[int, dict[str, Any]]] = [
        (number, one["problem"]) for number, one in enumerate(results) if one["status"] != NOT_DONE
    ]
    findings = [Finding(f"/operations/{number}", str(told.get("detail", "")), "") for number, told in wrong]
    return BulkRefused({"results": results}, findings)
