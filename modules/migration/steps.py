"""Steps: what becomes of each field of a type that changes, worked out before any module is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum

from modules.errors import hint, step
from modules.field import Field, Role
from modules.migration.conversions import CONVERSIONS
from modules.migration.mapping import SILENT, Entry
from modules.module_type import ModuleType
from rules import Finding


class How(StrEnum):
    """What becomes of a field."""

    KEPT = "kept"
    RENAMED = "renamed"
    CONVERTED = "converted"
    ADDED = "added"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class FieldStep:
    """One field and what becomes of it. `path` names it as a mapping does; `inner` are the fields of a list's entries.

    `narrower` is whether values that were allowed may not be any more.
    """

    path: str
    how: How
    old: Field | None
    new: Field | None
    entry: Entry = SILENT
    inner: tuple[FieldStep, ...] = ()
    narrower: bool = False

    @property
    def moves(self) -> bool:
        """Whether modules may have to change for it, or may no longer pass."""
        if self.how is How.ADDED:
            return self.entry != SILENT or bool(self.new and self.new.required and self.new.default is None)
        return self.how is not How.KEPT or self.narrower or self.entry != SILENT or any(one.moves for one in self.inner)

    @property
    def turns(self) -> bool:
        """Whether one value for all locales becomes one for each, or the other way round."""
        return self.old is not None and self.new is not None and self.old.localised != self.new.localised


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps from one type to the next."""

    old: ModuleType
    new: ModuleType
    steps: tuple[FieldStep, ...]
    touched: ModuleType
    """The new type with nothing but the fields of which modules may have to change, or may no longer pass."""

    @property
    def moves(self) -> bool:
        """Whether modules have to be looked at at all."""
        return any(one.moves or one.turns for one in self.steps)

    def all_steps(self) -> Iterator[FieldStep]:
        """Each step, those of lists after the list's own."""
        yield from _all(self.steps)


def plan_of(old: ModuleType, new: ModuleType, mapping: Mapping[str, Entry]) -> tuple[Plan, list[Finding]]:
    """The steps from one type to the next, and what is wrong with the mapping."""
    planner = _Planner(mapping)
    steps = planner.steps(old.fields, new.fields, "")
    names = {one.new.name for one in steps if one.new is not None and (one.moves or one.turns)}
    some = {name: field for name, field in new.fields.items() if name in names}
    touched = replace(new, fields=some, shared=new.shared & names)
    return Plan(old, new, steps, touched), [*planner.findings, *planner.strangers(steps)]


class _Planner:
    def __init__(self, mapping: Mapping[str, Entry]) -> None:
        self.mapping = mapping
        self.findings: list[Finding] = []

    def steps(self, old: Mapping[str, Field], new: Mapping[str, Field], above: str) -> tuple[FieldStep, ...]:
        taken: dict[str, str] = {}
        made = [self._step(field, new, above, taken) for field in old.values()]
        for name, field in new.items():
            if name not in taken:
                path = above + name
                # A field that is dropped and begins anew has one entry, and that is said of the old one.
                entry = SILENT if name in old else self.mapping.get(path, SILENT)
                if entry != Entry(default=entry.default):
                    self._tell(path, "", f"{path!r} is new: it has nothing to carry over", "give it a default alone")
                made.append(FieldStep(path, How.ADDED, None, field, entry))
        return tuple(made)

    def _step(self, old: Field, fields: Mapping[str, Field], above: str, taken: dict[str, str]) -> FieldStep:
        path = above + old.name
        entry = self.mapping.get(path, SILENT)
        name = entry.rename or old.name
        new = None if entry.drop else fields.get(name)
        if entry.rename and entry.rename not in fields:
            self._tell(
                path, "rename", f"the new type has no field {name!r}{hint(name, fields)}", "name one of its fields"
            )
        if new is None:
            return FieldStep(path, How.DROPPED, old, None, entry)
        if name in taken:
            self._tell(path, "rename", f"{taken[name]!r} becomes {name!r} already", "let one of them go elsewhere")
        taken[name] = path
        self._check(path, old, new, entry)
        alike = old.kind is new.kind and old.many == new.many
        how = How.CONVERTED if not alike else How.RENAMED if name != old.name else How.KEPT
        inner = self.steps(old.of, new.of, f"{path}/") if old.of and new.of else ()
        return FieldStep(path, how, old, new, entry, inner, narrower=is_narrower(old, new))

    def _check(self, path: str, old: Field, new: Field, entry: Entry) -> None:
        if entry.convert and entry.convert != new.kind.name:
            self._tell(path, "convert", f"the new field is a {new.kind.name}", f'say "convert": "{new.kind.name}"')
        lists = [field for field in (old, new) if field.kind.name == "list"]
        if len(lists) == 1:
            into = entry.into or (next(iter(lists[0].of)) if len(lists[0].of) == 1 else "")
            if into not in lists[0].of:
                self._tell(path, "into", f"which field of an entry is {path!r}?", f"one of {', '.join(lists[0].of)}")
        elif old.kind is not new.kind and (old.kind.name, new.kind.name) not in CONVERSIONS and not entry.values:
            remedy = 'say {"drop": true}, or map each of its "values"'
            self._tell(path, "", f"there is no way from a {old.kind.name} to a {new.kind.name}", remedy)

    def strangers(self, steps: tuple[FieldStep, ...]) -> Iterator[Finding]:
        """Entries about fields that neither type has."""
        known = {one.path for one in _all(steps)}
        for path in self.mapping:
            if path not in known:
                near = get_close_matches(path, known, n=1)
                message = f"there is no field {path!r}" + (f"; did you mean {near[0]!r}?" if near else "")
                yield Finding(f"/mapping/{step(path)}", message, "name a field of the old type, or an added one")

    def _tell(self, path: str, member: str, message: str, remedy: str) -> None:
        self.findings.append(Finding(f"/mapping/{step(path)}{f'/{member}' if member else ''}", message, remedy))


def is_narrower(old: Field, new: Field) -> bool:
    """Whether the new field may refuse what the old one took; of lists, their entries apart."""
    limits = ((old.minimum, new.minimum, 1), (old.maximum, new.maximum, -1))
    return (
        any(now is not None and (was is None or now * sign > was * sign) for was, now, sign in limits)
        or not set(old.choices) <= set(new.choices)
        or bool(new.pattern and new.pattern != old.pattern)
        or bool(new.links and not (old.links and old.links <= new.links))
        or (new.role is Role.DATA and old.role is not Role.DATA)
        or (new.required and new.default is None and not (old.required and old.default is None))
    )


def _all(steps: tuple[FieldStep, ...]) -> Iterator[FieldStep]:
    for one in steps:
        yield one
        yield from _all(one.inner)
