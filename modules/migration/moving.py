"""Moving a module: its body carried over into a type that changed, and a note of all that happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias, cast

from modules.errors import step
from modules.field import Field
from modules.migration.conversions import converted, fitted, name_of
from modules.migration.mapping import NOTHING, Nothing
from modules.migration.steps import FieldStep, How, Plan
from rules import Json

Fields: TypeAlias = dict[str, Json]
Locales: TypeAlias = dict[str, Fields]


class What(StrEnum):
    """What happens to one value."""

    KEPT = "kept"
    RENAMED = "renamed"
    CONVERTED = "converted"
    MAPPED = "mapped"
    FITTED = "fitted"
    DEFAULTED = "defaulted"
    FILLED = "filled"
    COPIED = "copied"
    OVERRULED = "overruled"
    DROPPED = "dropped"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Note:
    """What happened to one value; `pointer` leads to where it was, or to where it is if it was not there before.

    `path` is its field as a mapping names it.
    """

    path: str
    what: What
    pointer: str
    before: Json = None
    after: Json = None


@dataclass(slots=True)
class Moved:
    """A body in its new shape."""

    body: dict[str, Any]
    notes: list[Note] = field(default_factory=list)


def move(plan: Plan, body: Mapping[str, Any]) -> Moved:
    """Carry a module's body over: each locale, each variant, each entry of a list."""
    moved = Moved(dict(body))
    mover = _Mover(plan, moved.notes)
    moved.body["locales"] = mover.locales(body["locales"])
    if "variants" in body:
        home = list(body["locales"])
        moved.body["variants"] = [mover.variant(one, number, home) for number, one in enumerate(body["variants"])]
    return moved


class _Mover:
    def __init__(self, plan: Plan, notes: list[Note]) -> None:
        self._steps = plan.steps
        self._turning = [one for one in plan.steps if one.turns]
        self._notes = notes

    def locales(self, given: Locales) -> Locales:
        made: Locales = {}
        for number, (locale, values) in enumerate(given.items()):
            made[locale] = self._level(values, self._steps, f"/locales/{locale}", "", first=number == 0)
        for one in self._turning:
            self._turn(one, made, list(given), "/locales")
        return made

    def variant(self, given: dict[str, Any], number: int, home: list[str]) -> dict[str, Any]:
        at = f"/variants/{number}/locales"
        made = {
            locale: self._level(values, self._steps, f"{at}/{locale}", "", partial=True)
            for locale, values in given.get("locales", {}).items()
        }
        for one in self._turning:
            self._turn(one, made, home, at)
        return {**given, "locales": made} if made or "locales" in given else given

    def _level(
        self,
        values: Mapping[str, Json],
        steps: tuple[FieldStep, ...],
        at: str,
        above: str,
        *,
        partial: bool = False,
        first: bool = True,
    ) -> Fields:
        """The fields of one body or of one entry, in the order in which they stood."""
        by_name = {one.old.name: one for one in steps if one.old is not None}
        made: Fields = {}
        for name, value in values.items():
            known = by_name.get(name)
            if known is None:
                made[name] = value
                continue
            carried = self._carry(known, value, f"{at}/{step(name)}")
            if carried is not NOTHING and known.new is not None:
                made[known.new.name] = carried
        if not partial:
            self._fill(made, steps, at, first)
        return made

    def _fill(self, made: Fields, steps: tuple[FieldStep, ...], at: str, first: bool) -> None:
        for one in steps:
            if one.new is None or one.entry.default is NOTHING or made.get(one.new.name) not in (None, "", []):
                continue
            wanted = one.how is How.ADDED or (one.new.required and one.new.default is None)
            if wanted and (one.new.localised or first):
                made[one.new.name] = one.entry.default
                self._note(one, What.FILLED, f"{at}/{one.new.name}", None, one.entry.default)

    def _carry(self, one: FieldStep, value: Json, at: str) -> Json | Nothing:
        """A value as its new field holds it, NOTHING where nothing of it is left."""
        if value in (None, "", []):
            return value if one.new is not None and one.how is not How.CONVERTED else NOTHING
        if one.old is None or one.new is None:
            self._note(one, What.DROPPED if one.entry.drop else What.LOST, at, value)
            return NOTHING
        if one.inner:
            return self._entries(one, value, at)
        made, what = _value(one, one.old, one.new, value)
        if made is NOTHING:
            self._note(one, What.LOST, at, value)
            return NOTHING
        if what is not What.KEPT:
            self._note(one, what, at, value, made)
        return made

    def _entries(self, one: FieldStep, value: Json, at: str) -> Json:
        entries = cast("list[Fields]", value)
        made: list[Json] = [
            dict(self._level(entry, one.inner, f"{at}/{number}", f"{one.path}/")) if isinstance(entry, dict) else entry
            for number, entry in enumerate(entries)
        ]
        if one.entry.fit and one.new is not None and (cut := fitted(made, one.new)) != made:
            self._note(one, What.FITTED, at, value, cut)
            return cut
        if one.how is How.RENAMED:
            self._note(one, What.RENAMED, at, value, made)
        return made

    def _turn(self, one: FieldStep, made: Locales, home: list[str], at: str) -> None:
        """One value for all becomes one for each locale of the module, or the other way round."""
        assert one.new is not None
        name = one.new.name
        if one.new.localised:
            given = next((values[name] for values in made.values() if name in values), NOTHING)
            for locale in home if given is not NOTHING else ():
                if name not in made.setdefault(locale, {}):
                    made[locale][name] = cast("Json", given)
                    self._note(one, What.COPIED, f"{at}/{locale}/{name}", None, cast("Json", given))
            return
        there = {locale: values.pop(name) for locale, values in made.items() if name in values}
        wins = one.entry.locale if one.entry.locale in there else next(iter(there), None)
        if wins is None:
            return
        chosen = there[wins]
        made[next(iter(made))][name] = chosen
        for locale, value in there.items():
            if value != chosen and value not in (None, "", []):
                what = What.OVERRULED if one.entry.locale else What.LOST
                self._note(one, what, f"{at}/{locale}/{name}", value, chosen)

    def _note(self, one: FieldStep, what: What, at: str, before: Json = None, after: Json = None) -> None:
        self._notes.append(Note(one.path, what, at, before, after))


def _value(one: FieldStep, old: Field, new: Field, value: Json) -> tuple[Json | Nothing, What]:
    """A single value in its new field, and what that took; NOTHING where it would be lost without leave."""
    entry, how = one.entry, (What.RENAMED if one.how is How.RENAMED else What.KEPT)
    for attempt, what in _ways(one, old, new, how):
        made = attempt(value)
        if made is NOTHING:
            continue
        if made is None or (what is how and not one.narrower and not entry.fit) or _passes(new, cast("Json", made)):
            return made, what
    if entry.default is not NOTHING:
        return entry.default, What.DEFAULTED
    # What only breaks a limit is kept as it is: the check of the module tells which.
    return (value, how) if one.how is not How.CONVERTED else (NOTHING, What.LOST)


Attempt: TypeAlias = Callable[[Json], "Json | Nothing"]


def _ways(one: FieldStep, old: Field, new: Field, how: What) -> list[tuple[Attempt, What]]:
    entry = one.entry
    ways: list[tuple[Attempt, What]] = []
    if entry.values:
        ways.append((lambda value: _mapped(entry.values, value), What.MAPPED))
    if one.how is How.CONVERTED:
        ways.append((lambda value: _kept(one, old, new, value), What.CONVERTED))
    else:
        ways.append((lambda value: value, how))
    if entry.fit:
        ways.append((lambda value: _fit(one, old, new, value), What.FITTED))
    return ways


def _mapped(values: Mapping[str, Json], value: Json) -> Json | Nothing:
    if isinstance(value, list):
        made = [values.get(name_of(one), one) for one in value]
        return [one for one in dict.fromkeys(map(name_of, made)) if one != "null"] if made != value else NOTHING
    return values.get(name_of(value), NOTHING)


def _kept(one: FieldStep, old: Field, new: Field, value: Json) -> Json | Nothing:
    made, whole = _changed(one, old, new, value)
    return made if whole or one.entry.allows_loss else NOTHING


def _fit(one: FieldStep, old: Field, new: Field, value: Json) -> Json | Nothing:
    made, whole = _changed(one, old, new, value)
    if made is NOTHING or not (whole or one.entry.allows_loss or one.how is not How.CONVERTED):
        return NOTHING
    return fitted(made, new)


def _changed(one: FieldStep, old: Field, new: Field, value: Json) -> tuple[Json | Nothing, bool]:
    if new.kind.name == "list" and old.kind is not new.kind:
        into = one.entry.into or next(iter(new.of))
        made, whole = converted(value, old, new.of[into])
        return (NOTHING, False) if made is NOTHING else ([{into: made}], whole)
    if old.kind.name == "list" and old.kind is not new.kind:
        into = one.entry.into or next(iter(old.of))
        entries = cast("list[Fields]", value)
        first = entries[0].get(into)
        made, whole = (NOTHING, True) if first is None else converted(first, old.of[into], new)
        return made, whole and len(entries) == 1 and set(entries[0]) == {into}
    return converted(value, old, new)


def _passes(field: Field, value: Json) -> bool:
    return not any(True for _ in field.kind.check(value, field, ""))
