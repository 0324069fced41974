"""Surveys: what a migration would do, told from every module that it would touch, before it touches any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from modules.content_kinds import digest_of
from modules.errors import step
from modules.migration.moving import Note, What, move
from modules.migration.steps import FieldStep, How, Plan
from modules.module_parsing import check_words
from modules.module_type import ModuleType
from rules import Finding

MOST_TOLD: Final = 50
"""Examples, and modules that no longer pass, which are told; of more, their number is."""

MOST_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class Carried:
    """A module carried over: its new bytes, the old ones where nothing in it changed; what happened; what is wrong."""

    content: bytes
    notes: tuple[Note, ...]
    wrong: tuple[Finding, ...]

    @property
    def lost(self) -> list[Note]:
        """What would be gone without leave."""
        return [note for note in self.notes if note.what is What.LOST]


def carry(plan: Plan, content: bytes) -> Carried:
    """Carry one module over, and judge it by its new type."""
    body = orjson.loads(content)
    if not _is_module(body):
        return Carried(content, (), (Finding("", "it has not the shape of a module", "mend it first"),))
    moved = move(plan, body)
    same = orjson.dumps(moved.body) == orjson.dumps(body)  # as text: an order that changed is a change
    return Carried(content if same else written(moved.body), tuple(moved.notes), tuple(judge(plan, moved.body)))


def _is_module(body: Any) -> bool:
    """Whether a body has locales and variants where they belong. The store takes any bytes."""
    if not isinstance(body, dict) or "locales" not in body:
        return False
    bodies = [body, *body.get("variants", ())]
    if not all(isinstance(one, dict) for one in bodies):
        return False
    locales = [one.get("locales", {}) for one in bodies]
    return all(isinstance(one, dict) and all(isinstance(v, dict) for v in one.values()) for one in locales)


def judge(plan: Plan, body: Mapping[str, Any]) -> list[Finding]:
    """What the new type has against a module that passed the old one: only fields that change are looked at."""
    some = plan.touched
    if not some.fields:
        return []
    seen: dict[str, Any] = {"type": some.key, "locales": _only(body["locales"], some)}
    if "variants" in body:
        seen["variants"] = [
            {"key": one["key"], "locales": _only(one.get("locales", {}), some)} for one in body["variants"]
        ]
    return check_words(seen, {some.key: some})


def _only(locales: Mapping[str, Mapping[str, Any]], some: ModuleType) -> dict[str, dict[str, Any]]:
    return {locale: {n: v for n, v in fields.items() if n in some.fields} for locale, fields in locales.items()}


def written(body: Mapping[str, Any]) -> bytes:
    """A body as a file of ours: readable, in UTF-8, with a newline at its end."""
    return orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


@dataclass(slots=True)
class Survey:
    """What was found so far. `seen` are the modules that were looked at, with the digests of their bytes."""

    plan: Plan
    seen: dict[str, str] = field(default_factory=dict)
    changed: int = 0
    invalid: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    invalid_count: int = 0
    counts: dict[str, Counter[What]] = field(default_factory=dict)
    losses: dict[str, dict[str, Note]] = field(default_factory=dict)
    """Field -> the modules that would lose something, each with its first loss."""
    examples: list[tuple[str, Note]] = field(default_factory=list)

    @classmethod
    def of(cls, plan: Plan, modules: Iterable[tuple[str, bytes]]) -> Survey:
        """Look at all of these."""
        made = cls(plan)
        for key, content in modules:
            made.add(key, digest_of(content), content, carry(plan, content))
        return made

    def add(self, key: str, digest: str, content: bytes, carried: Carried) -> None:
        """Take account of one module."""
        self.seen[key] = digest
        self.changed += carried.content is not content
        if carried.wrong:
            self.invalid_count += 1
            if len(self.invalid) < MOST_TOLD:
                self.invalid[key] = carried.wrong
        for note in carried.notes:
            self.counts.setdefault(note.path, Counter())[note.what] += 1
            if note.what is What.LOST:
                self.losses.setdefault(note.path, {}).setdefault(key, note)
        if len(self.examples) < MOST_TOLD:
            self.examples += [(key, note) for note in carried.notes][: MOST_TOLD - len(self.examples)]

    @property
    def findings(self) -> list[Finding]:
        """Why it may not run: what would be lost, and which modules would no longer pass, with the way out."""
        return [*self._told_losses(), *self._told_invalid()]

    def _told_losses(self) -> Iterable[Finding]:
        for path, modules in self.losses.items():
            count = self.counts[path][What.LOST]
            message = f"{count} value(s) of {path!r} would be lost, in {len(modules)} module(s): {_named(modules)}"
            yield Finding(f"/mapping/{step(path)}", message, self._way_out(path))

    def _told_invalid(self) -> Iterable[Finding]:
        for key, wrong in self.invalid.items():
            for one in wrong[:3]:
                remedy = f"{one.remedy}; or say in the mapping what stands there instead, as a default or a value"
                yield Finding(f"/modules/{key}{one.pointer}", one.message, remedy)

    def _way_out(self, path: str) -> str:
        here = next(one for one in self.plan.all_steps() if one.path == path)
        if here.how is How.DROPPED:
            names = [one.path for one in self.plan.steps if one.how is How.ADDED and "/" not in path]
            rename = f'{{"rename": "{names[0]}"}}' if names else '{"rename": "…"}'
            return f'say {{"drop": true}}, or {rename} to another field of the new type'
        if here.turns and here.new and not here.new.localised and here.how is not How.CONVERTED:
            return 'say whose value all share from now on: {"locale": "en"}'
        kind = here.new.kind.name if here.new else ""
        return f'say {{"convert": "{kind}"}}, "values" for single ones, and a "default" for those that have no way'

    def told(self) -> dict[str, Any]:
        """All of it, as plain data."""
        return {
            "modules": {
                "total": len(self.seen),
                "changed": self.changed,
                "unchanged": len(self.seen) - self.changed,
                "invalid": self.invalid_count,
            },
            "fields": [_told_step(one, self.counts.get(one.path, Counter())) for one in self.plan.all_steps()],
            "examples": [_told_note(key, note) for key, note in self.examples],
            "findings": self.findings,
        }


def _told_step(one: FieldStep, counts: Counter[What]) -> dict[str, Any]:
    told: dict[str, Any] = {"field": one.path, "how": str(one.how), "outcomes": {str(w): n for w, n in counts.items()}}
    if one.old and one.new:
        changes = {
            "to": (one.old.name, one.new.name),
            "kind": (one.old.kind.name, one.new.kind.name),
            "many": (one.old.many, one.new.many),
            "localised": (one.old.localised, one.new.localised),
            "required": (one.old.required, one.new.required),
        }
        told["changes"] = {name: {"from": was, "to": now} for name, (was, now) in changes.items() if was != now}
    return told


def _told_note(key: str, note: Note) -> dict[str, Any]:
    return {
        "module": key,
        "pointer": note.pointer,
        "field": note.path,
        "outcome": str(note.what),
        "before": note.before,
        "after": note.after,
    }


def _named(keys: Iterable[str]) -> str:
    some = list(keys)
    return ", ".join(some[:MOST_NAMED]) + (" …" if len(some) > MOST_NAMED else "")
