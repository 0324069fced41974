"""Limits that give way: where existing content breaks what its type asks for, the type asks for less."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.importing.report import Report
from connectors.importing.world import Fields, Spec
from modules import Field, parse_type
from rules import Finding

EMPTY: tuple[Any, ...] = (None, "", [])

GIVES_WAY = ("max", "min", "pattern", "links")
"""Options that are left out, the first that helps, where a value breaks them."""


@dataclass(slots=True)
class Loosener:
    """Holds values against their fields. `type_of` tells the type of a module by its key."""

    report: Report
    type_of: Callable[[str], str | None]
    made: dict[int, tuple[Spec, Spec, Field]] = field(default_factory=dict)
    """Fields that were made of specs, by the identity of the spec, with what it said then."""

    def loosen(self, specs: Mapping[str, Spec], fields: Fields, where: str, entry: str) -> None:
        """Make every field of these one that holds what is there, with a word in the report for each that changes."""
        for name, spec in specs.items():
            value, at = fields.get(name), f"{where}.{name}"
            if value not in EMPTY:
                self._hold(name, spec, value, at, entry)
            elif spec.pop("required", False):
                self.report.changed(at, "it is no longer required: some entries have none", entry)

    def give_nothing(self, specs: Mapping[str, Spec], fields: Fields) -> None:
        """Write where a default would stand, which did not there, that nothing stands."""
        for name, spec in specs.items():
            if "default" in spec and fields.get(name) in EMPTY:
                fields[name] = None

    def _hold(self, name: str, spec: Spec, value: Any, at: str, entry: str) -> None:
        if spec["kind"] == "choice":
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, str) and one not in spec["choices"]:
                    spec["choices"].append(one)
                    self.report.changed(at, f"the choice {one!r} was added: an entry has it", entry)
        if spec["kind"] == "reference":
            self._lead(spec, value, at, entry)
        if spec["kind"] == "list" and isinstance(value, list):
            for row in value:
                self.loosen(spec["of"], row, at, entry)
        while any(option in spec for option in GIVES_WAY) and (wrong := self._findings(name, spec, value)):
            option = next((o for o in GIVES_WAY if o in spec and self._helps(name, spec, value, o, len(wrong))), None)
            if option is None:
                return  # no limit is to blame: the last door judges
            told = spec.pop(option)
            self.report.changed(at, f"{option} ({told}) is left out: some entries break it", entry)

    def _lead(self, spec: Spec, value: Any, at: str, entry: str) -> None:
        for key in value if isinstance(value, list) else [value]:
            there = self.type_of(str(key))
            named = [spec["to"]] if isinstance(spec.get("to"), str) else spec.get("to")
            if there is not None and named and there not in named:
                spec["to"] = [*named, there]
                self.report.changed(at, f"it may name modules of the type {there}, too: an entry does", entry)

    def _helps(self, name: str, spec: Spec, value: Any, option: str, count: int) -> bool:
        without = {one: told for one, told in spec.items() if one != option}
        return len(_findings(_field(name, without), value)) < count

    def _findings(self, name: str, spec: Spec, value: Any) -> list[Finding]:
        known = self.made.get(id(spec))
        if known is None or known[1] != spec:
            known = self.made[id(spec)] = (spec, dict(spec), _field(name, spec))
        return _findings(known[2], value)


def fitting_default(name: str, spec: Spec, value: Any) -> bool:
    """Whether a value may be the default of a field."""
    return value not in EMPTY and not _findings(_field(name, spec), value)


def _field(name: str, spec: Spec) -> Field:
    return parse_type("made", {"title": "made", "fields": {name: spec}}, trusted=True).fields[name]


def _findings(made: Field, value: Any) -> list[Finding]:
    return list(made.kind.check(value, made, ""))
