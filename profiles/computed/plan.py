"""The computed attributes of a vocabulary, by the events that change them; and the states of one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from profiles.computed.ways import take
from profiles.events import Event
from rules import Computed, Vocabulary

MOST_COMPUTED: Final = 100
"""Computed attributes of one vocabulary."""

States = Mapping[str, "list[Any]"]
"""Name -> `[digest of the definition, state]`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to compute: definitions by name (`orders_90d` of `profile.orders_90d`)."""

    definitions: Mapping[str, Computed] = field(default_factory=dict)
    by_event: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Event type -> the names of the definitions that name it."""
    of_every: tuple[str, ...] = ()
    """Those that count whatever has a name."""

    def touched(self, event: Event) -> tuple[str, ...]:
        """The definitions that this event may change."""
        return self.by_event.get(event.name, ()) + self.of_every if event.name else ()

    def begun(self) -> dict[str, list[Any]]:
        """The states of somebody who did nothing yet."""
        return {name: [computed.digest, None] for name, computed in self.definitions.items()}

    def lacks(self, states: States) -> frozenset[str]:
        """The definitions that were not computed for who has these states: new ones, and ones that changed."""
        known = {name for name, (digest, _) in states.items()}
        return frozenset(
            name
            for name, computed in self.definitions.items()
            if name not in known or states[name][0] != computed.digest
        )

    def fits(self, states: States) -> bool:
        """Whether these states are of the definitions of this plan, and of all of them."""
        return len(states) == len(self.definitions) and not self.lacks(states)

    def counted(self, states: States, event: Event) -> dict[str, list[Any]]:
        """The states after one more event; those that were never computed stay so."""
        touched = self.touched(event)
        after = dict(states)
        for name in touched:
            computed, known = self.definitions[name], after.get(name)
            if known is not None and known[0] == computed.digest:
                after[name] = [computed.digest, take(computed, known[1], event)]
        return after

    def recounted(self, states: States, events: Iterable[Event]) -> dict[str, list[Any]]:
        """The states with what they lack computed of all that the person did; what is no longer defined is gone."""
        lacking = self.lacks(states)
        only = Plan.of({name: self.definitions[name] for name in lacking})
        fresh = only.begun()
        for event in events:
            fresh = only.counted(fresh, event)
        return {name: states[name] for name in self.definitions if name not in lacking} | fresh

    @classmethod
    def of(cls, definitions: Mapping[str, Computed]) -> Plan:
        """The plan of these definitions."""
        by_event: dict[str, tuple[str, ...]] = {}
        for name, computed in sorted(definitions.items()):
            for event in sorted(computed.events):
                by_event[event] = (*by_event.get(event, ()), name)
        return cls(definitions, by_event, tuple(sorted(n for n, one in definitions.items() if not one.events)))


NOTHING: Final = Plan()
"""The plan of a vocabulary that computes nothing."""

_plans: dict[int, tuple[Vocabulary, Plan]] = {}


def plan_of(vocabulary: Vocabulary) -> Plan:
    """What this vocabulary computes; worked out once."""
    found = _plans.get(id(vocabulary))
    if found is None:
        if len(_plans) >= 16:
            _plans.clear()
        # The vocabulary is kept, so that its id stays its own.
        found = _plans[id(vocabulary)] = (vocabulary, _plan(vocabulary))
    return found[1]


def _plan(vocabulary: Vocabulary) -> Plan:
    computed = {
        path.removeprefix("profile."): attribute.computed
        for path, attribute in sorted(vocabulary.attributes.items())
        if attribute.computed is not None
    }
    return Plan.of(dict(list(computed.items())[:MOST_COMPUTED])) if computed else NOTHING
