"""Changes of facts: what could be otherwise about one person, how to make it so, and how to say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from rules.explaining.words import Words, duration, figure, listed, moment, said_moment
from rules.nodes import Events
from rules.values import Facts, Instant, Json
from rules.windows import spoken

MOST: Final = 8
"""Changes of one fact that are tried: each costs an evaluation of every predicate that reads it."""

AMOUNTS: Final = ("or more", "or less", "more than", "less than")
MOMENTS: Final = ("or later", "or earlier", "after", "before")
"""How the ends of a range are said."""


@dataclass(frozen=True, slots=True)
class Span:
    """A range of numbers; None where it has no end on this side, `*_in` where the end belongs to it."""

    low: float | None
    low_in: bool
    high: float | None
    high_in: bool

    def __contains__(self, value: float) -> bool:
        above = self.low is None or value > self.low or (self.low_in and value == self.low)
        return above and (self.high is None or value < self.high or (self.high_in and value == self.high))


@dataclass(frozen=True, slots=True)
class SetFact:
    """Another value of the fact at a path; null takes it away.

    Every number of `span`, and each of `others`, would do as well. The value is but an example where it is not
    `exact`, and anything but what it is now will most likely do where it is `free`; `dated` values are moments.
    `told` says it in other words.
    """

    path: tuple[str, ...]
    before: Json
    after: Json
    span: Span | None = None
    others: tuple[Json, ...] = ()
    free: bool = False
    exact: bool = True
    dated: bool = False
    told: str = ""

    @property
    def key(self) -> str:
        """Which fact it is about."""
        return f"fact {'.'.join(self.path)}"

    def apply(self, facts: Facts) -> Facts:
        """The facts with it done; `LookupError` where there is no place for it."""
        return replace(facts, values=with_value(facts.values, self.path, self.after))

    def says(self, words: Words) -> str:
        """It in words: `Orders from 2 to 3 or more`."""
        name = words.fact(self.path)
        if self.after is None:
            return f"{name} no longer known (now {self._said(self.before, words)})"
        if isinstance(self.after, list) and isinstance(self.before, list):
            return f"{name} {_list_change(self.before, self.after)}"
        if self.free:
            now = self._said(self.before, words)
            return f"{name} known" if self.before is None else f"{name} from {now} to something else"
        if self.told:
            return f"{name} {self.told}, for example"
        wanted = self._wanted(words)
        if self.before is None:
            return f"{name} known to be {wanted}"
        return f"{name} from {self._said(self.before, words)} to {wanted}"

    def _said(self, value: Json, words: Words) -> str:
        return said_moment(value) if self.dated else words.value(value, self.path)

    def _wanted(self, words: Words) -> str:
        if self.span is not None:
            return _span_words(self.span, self.path, words)
        would_do = [self._said(value, words) for value in (self.after, *self.others)]
        if self.others:
            return f"one of {listed(would_do)}"
        return would_do[0] if self.exact else f"{would_do[0]}, for example"


@dataclass(frozen=True, slots=True)
class SetMember:
    """Membership in a segment, the other way round."""

    segment: str
    joined: bool

    @property
    def key(self) -> str:
        """Which fact it is about."""
        return f"segment {self.segment}"

    def apply(self, facts: Facts) -> Facts:
        """The facts with it done."""
        one = {self.segment}
        return replace(facts, segments=facts.segments | one if self.joined else facts.segments - one)

    def says(self, words: Words) -> str:
        """It in words: `segment “coffee-lovers” joined`."""
        return f"segment “{self.segment}” {'joined' if self.joined else 'left'}"


@dataclass(frozen=True, slots=True)
class SetLog:
    """More occurrences of an event type, each with these properties and so many seconds ago; some of those that there
    are left out. Where `unlike` names a property, each has a value of its own there."""

    type: str
    more: int = 0
    ago: float = 0.0
    properties: Mapping[str, Json] | None = None
    fewer: tuple[int, ...] = ()
    within: str = ""
    unlike: str = ""
    before: str = ""
    """What must not come in the time since."""

    @property
    def key(self) -> str:
        """Which fact it is about."""
        return f"events {self.type}"

    def apply(self, facts: Facts) -> Facts:
        """The facts with it done."""
        log = [one for at, one in enumerate(facts.events.get(self.type, ())) if at not in self.fewer]
        at = facts.now - self.ago
        later = sum(one[0] > at for one in log)  # type: ignore[operator]  # instants, by the contract of EventLog
        fresh: list[Any] = [[at, self._properties(number)] for number in range(1, self.more + 1)]
        events = _copied(facts.events)
        events[self.type] = [*log[:later], *fresh, *log[later:]]
        return replace(facts, events=events)

    def says(self, words: Words) -> str:
        """It in words: `one more “Product Viewed” within 10 minutes`."""
        given = ", ".join(f"{name} {words.value(value)}" for name, value in (self.properties or {}).items())
        unlike = f"{'each with' if self.more > 1 else 'with'} another {self.unlike}" if self.unlike else ""
        with_ = "".join(f" {part}" for part in (f"with {given}" if given else "", unlike) if part)
        fewer = f"{_count(len(self.fewer))} fewer" if self.fewer else ""
        more = f"{_count(self.more)} more" if self.more else ""
        ago = f" {duration(self.ago)} ago" if self.ago else ""
        ago += f" and no “{self.before}” since" if self.before else ""
        within = f" within {spoken(self.within)}" if self.within and not ago else ""
        return f"{' and '.join(filter(None, (fewer, more)))} “{self.type}”{with_}{ago}{within}"

    def _properties(self, number: int) -> dict[str, Json]:
        given = self.properties or {}
        return dict(with_value(given, tuple(self.unlike.split(".")), f"another {number}") if self.unlike else given)


@dataclass(frozen=True, slots=True)
class Wait:
    """The clock at a later moment, and nothing else happening until then."""

    until: Instant

    @property
    def key(self) -> str:
        """Which fact it is about."""
        return "now"

    def apply(self, facts: Facts) -> Facts:
        """The facts with it done."""
        return replace(facts, now=self.until)

    def says(self, words: Words) -> str:
        """It in words: `waiting until 26 November 2026, 18:00 UTC`."""
        return f"waiting until {moment(self.until)}"


Change: TypeAlias = SetFact | SetMember | SetLog | Wait
"""What could be otherwise; `apply` makes it so, `says` says it, `key` tells which fact it is about."""


def applied(changes: tuple[Change, ...], facts: Facts) -> Facts:
    """The facts with all of the changes done."""
    for change in changes:
        facts = change.apply(facts)
    return facts


def with_value(values: Mapping[str, Json], path: tuple[str, ...], value: Json) -> Mapping[str, Json]:
    """The values with another one at a path; `LookupError` where the path leads through what has no keys."""
    name, *rest = path
    held = _copied(values)
    if not rest:
        held[name] = value
        return held
    inner = held.get(name)
    if inner is not None and not hasattr(inner, "keys"):
        raise LookupError(name)
    held[name] = with_value(inner or {}, tuple(rest), value)
    return held


def span_of(reading: Events) -> str:
    """The window of a reading as it is written; empty where there is none."""
    return str(reading.spec.get("within") or "")


def _copied(values: Mapping[str, Any]) -> dict[str, Any]:
    return values.copy() if isinstance(values, dict) else dict(values)


def _count(count: int) -> str:
    return "one" if count == 1 else figure(count)


def _list_change(before: list[Json], after: list[Json]) -> str:
    more = [item for item in after if item not in before]
    fewer = [item for item in before if item not in after]
    told = [f"with {Words().value(more)} added"] if more else []
    return " and ".join([*told, f"without {Words().value(fewer)}"] if fewer else told) or "in another order"


def _span_words(span: Span, path: tuple[str, ...], words: Words) -> str:
    low, high = (None if end is None else words.value(end, path) for end in (span.low, span.high))
    more, less, over, under = MOMENTS if words.is_moment(path) else AMOUNTS
    above = f"{low} {more}" if span.low_in else f"{over} {low}"
    below = f"{high} {less}" if span.high_in else f"{under} {high}"
    if low is None or high is None:
        return "any number" if low == high else above if high is None else below
    if low == high:
        return low
    return f"between {low} and {high}" if span.low_in and span.high_in else f"{above}, but {below}"
