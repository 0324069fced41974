"""Where the facts of a profile stand now: computed values, traits of the wrong type, traits that are too old."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from profiles.computed import NOTHING, Plan, plan_of, read
from profiles.profile import Profile
from rules import FactType, Instant, Json, Vocabulary

ROOT: Final = "profile."

KINDS: Final[Mapping[FactType, tuple[type, ...]]] = {
    FactType.STRING: (str,),
    FactType.NUMBER: (int, float),
    FactType.BOOLEAN: (bool,),
    FactType.DATETIME: (int, float, str),
    FactType.LIST: (list,),
    FactType.OBJECT: (dict,),
}


class Known(StrEnum):
    """Where a fact stands: only one that is `known` is there for rules."""

    KNOWN = "known"
    ABSENT = "absent"
    WITHHELD = "withheld"
    MISTYPED = "mistyped"
    STALE = "stale"
    UNCOUNTED = "uncounted"


@dataclass(frozen=True, slots=True)
class Told:
    """What is registered of a trait that decides whether it can be read: its type, and how long it holds."""

    type: FactType
    lasts: float | None


@dataclass(slots=True)
class Standing:
    """What one vocabulary says of the facts of profiles."""

    plan: Plan = NOTHING
    traits: Mapping[str, Told] = field(default_factory=dict)
    fresh: tuple[str, ...] = ()
    """Names of traits that lapse."""
    context: frozenset[str] = frozenset()
    """Names of the facts of the context that are registered."""
    last: frozenset[str] = frozenset()
    """Names of those that stay with a person, as `profile.last.<name>`; `*` is every one."""
    last_for: Mapping[str, float] = field(default_factory=dict)
    """Of those that lapse, for how many seconds each is known."""
    _related: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)

    @property
    def has_turns(self) -> bool:
        """Whether time alone can change any fact at all."""
        return bool(self.fresh or self.last_for or self.plan.definitions)

    def unreadable(self, profile: Profile, now: Instant) -> dict[str, Known]:
        """The traits that are no facts now, and why; `last.city` is where somebody was last."""
        wrong = {name: Known.STALE for name, ends in self._last(profile) if now >= ends}
        for name, value in profile.traits.items():
            told = self.traits.get(name)
            if told is None or value is None:
                continue
            if told.lasts is not None and now >= profile.since.get(f"traits.{name}", 0.0) + told.lasts:
                wrong[name] = Known.STALE
            elif not is_of(value, told.type):
                wrong[name] = Known.MISTYPED
        return wrong

    def values(self, profile: Profile, now: Instant) -> dict[str, Json]:
        """The computed facts, as they are now; None hides what else is called so."""
        nothing: dict[str, Json] = dict.fromkeys(self.plan.definitions)
        return {**nothing, **{name: value for name, value, _ in self._computed(profile, now)}}

    def turn(self, profile: Profile, reads: frozenset[str], now: Instant) -> Instant | None:
        """The earliest moment at which a fact that is read changes by time alone; None where none does."""
        if not self.has_turns or not profile.id:
            return None
        related = self._read(reads)
        turns = [profile.since[key] + lasts for key, lasts in self._lapsing(profile, related)]
        turns += [ends for name, ends in self._last(profile) if {ROOT + name, "profile.last", "profile"} & reads]
        for name, _, parts in self._computed(profile, now, related):
            turns += [at for part, at in parts.items() if _reads_part(reads, f"{ROOT}{name}", part)]
        return min((at for at in turns if at > now), default=None)

    def _last(self, profile: Profile) -> Iterator[tuple[str, Instant]]:
        """Where and on what somebody was last, as far as it lapses: each name, and when it does."""
        for name, lasts in self.last_for.items():
            if (told := profile.since.get(f"last.{name}")) is not None:
                yield f"last.{name}", told + lasts

    def _lapsing(self, profile: Profile, related: frozenset[str]) -> Iterator[tuple[str, float]]:
        for name in self.fresh:
            lasts = self.traits[name].lasts
            if name in related and lasts is not None and f"traits.{name}" in profile.since:
                yield f"traits.{name}", lasts

    def _computed(
        self, profile: Profile, now: Instant, related: frozenset[str] | None = None
    ) -> Iterator[tuple[str, Json, Mapping[str, Instant]]]:
        definitions = self.plan.definitions
        for name, (digest, state) in profile.computed.items():
            computed = definitions.get(name)
            if computed is not None and computed.digest == digest and (related is None or name in related):
                yield (name, *read(computed, state, now))

    def _read(self, reads: frozenset[str]) -> frozenset[str]:
        """The names of the facts that are read, or of which a part is."""
        found = self._related.get(reads)
        if found is None:
            if len(self._related) > 256:
                self._related.clear()
            parts = {path.split(".")[1] for path in reads if path.startswith(ROOT)}
            whole = "profile" in reads
            names = {*self.fresh, *self.plan.definitions}
            found = self._related[reads] = frozenset(names if whole else names & parts)
        return found


def _reads_part(reads: frozenset[str], path: str, part: str) -> bool:
    if not part or path in reads or "profile" in reads:
        return True
    return f"{path}.{part}" in reads


def is_of(value: Any, fact_type: FactType) -> bool:
    """Whether a value is of a type. A moment is a number, or a date as text."""
    if isinstance(value, bool):
        return fact_type is FactType.BOOLEAN
    if fact_type is FactType.DATETIME and isinstance(value, str):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            return False
    return isinstance(value, KINDS[fact_type])


def standing_of(vocabulary: Vocabulary) -> Standing:
    """What this vocabulary says of the facts of profiles."""
    traits = {
        path.removeprefix(ROOT): Told(one.type, None if one.freshness is None else one.freshness.total_seconds())
        for path, one in vocabulary.attributes.items()
        if path.startswith(ROOT) and path.count(".") == 1 and one.computed is None and not path.endswith("*")
    }
    fresh = tuple(sorted(name for name, told in traits.items() if told.lasts is not None))
    last_for = {
        path.removeprefix(LAST): one.freshness.total_seconds()
        for path, one in vocabulary.attributes.items()
        if path.startswith(LAST) and one.freshness is not None
    }
    context, last = _below(vocabulary, "context."), _below(vocabulary, LAST)
    return Standing(plan_of(vocabulary), traits, fresh, context, last, last_for)


LAST: Final = "profile.last."


def _below(vocabulary: Vocabulary, above: str) -> frozenset[str]:
    """The names that are registered right below a path."""
    paths = (path.removeprefix(above) for path in vocabulary.attributes if path.startswith(above))
    return frozenset(path.partition(".")[0] for path in paths)
