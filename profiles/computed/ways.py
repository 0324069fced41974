"""The ways of computing: how each takes an event into its state, and what the state says now. Pure.

A state is plain JSON and is never changed: what takes an event gives the next one. Where events come in another order,
the value is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import orjson

from profiles.computed.rfm import monetary_of, rfm_of
from profiles.computed.sessions import session_of, take_session
from profiles.computed.values import amount_of, packed, plain, values_at, word_of
from profiles.computed.windowed import Entry, inside, put
from profiles.events import Event
from rules import Computed, Instant, Json, Way

State: TypeAlias = Any
Turns: TypeAlias = Mapping[str, Instant]
"""Part of the value (empty: all of it) -> when time alone can change it."""

MOST_WORDS: Final = 500
"""Different values that are told apart of one attribute; a count of different ones stops there."""
TEXT_KEPT: Final = 300


@dataclass(frozen=True, slots=True)
class Taking:
    """One way: what it takes of an event, how it adds that up for good, and how either is read."""

    taken: Callable[[Computed, Event], list[Json]]
    """The values of one event, an entry each."""
    add: Callable[[State, Computed, Instant, Json], State]
    """The state for good after one more value."""
    total: Callable[[State, Computed, Instant], tuple[Json, Turns]]
    """What a state for good says now."""
    among: Callable[[list[Entry], Computed, Instant], tuple[Json, Turns]]
    """What the entries of a window say now, newest first."""


def take(computed: Computed, state: State, event: Event) -> State:
    """The state after one more event, of a type that the definition names."""
    if computed.where is not None and computed.where.evaluate(dict(event.properties)) is not True:
        return state
    if computed.way is Way.SESSIONS:
        return take_session(state, computed.gap, event)
    way = WAYS[computed.way]
    values = way.taken(computed, event)
    if not values:
        return state
    if computed.within is not None:
        return put(state or (), [[event.at, value] for value in values], computed.within)
    for value in values:
        state = way.add(state, computed, event.at, value)
    return state


def read(computed: Computed, state: State, now: Instant) -> tuple[Json, Turns]:
    """What a state says now, None where it says nothing; and until when that holds without another event."""
    if computed.way is Way.SESSIONS:
        return session_of(state, computed.gap, now)
    way = WAYS[computed.way]
    if computed.within is None:
        return way.total(state, computed, now)
    entries, turn = inside(state or (), computed.within, now)
    value, turns = way.among(entries, computed, now)
    return value, turns if turn is None else {**turns, "": turn}


def _once(_: Computed, __: Event) -> list[Json]:
    return [None]


def _amounts(computed: Computed, event: Event) -> list[Json]:
    return [units for one in values_at(event.properties, computed.of) if (units := amount_of(one)) is not None]


def _words(computed: Computed, event: Event) -> list[Json]:
    return [word for one in values_at(event.properties, computed.of) if (word := word_of(one, computed.of))]


def _told(computed: Computed, event: Event) -> list[Json]:
    """The value, or the moment where no property is named."""
    if not computed.of:
        return [event.at]
    values = values_at(event.properties, computed.of)[:1]
    return [one[:TEXT_KEPT] if isinstance(one, str) else one for one in values]


def _spent(computed: Computed, event: Event) -> list[Json]:
    amounts = [one for one in _amounts(computed, event) if isinstance(one, int)]
    return [sum(amounts)]


def _one_more(state: State, _: Computed, __: Instant, ___: Json) -> State:
    return (state or 0) + 1


def _plus(state: State, _: Computed, __: Instant, units: Json) -> State:
    return packed(int(state or 0) + int(units))  # type: ignore[arg-type]  # as `_amounts` gives it


def _earlier(state: State, _: Computed, at: Instant, value: Json) -> State:
    return [at, value] if state is None or _rank(at, value) < _rank(*state) else state


def _later(state: State, _: Computed, at: Instant, value: Json) -> State:
    return [at, value] if state is None or _rank(at, value) > _rank(*state) else state


def _rank(at: Instant, value: Json) -> tuple[Instant, bytes]:
    return at, orjson.dumps(value)


def _another(state: State, _: Computed, at: Instant, word: Json) -> State:
    """Word -> how often, and when last."""
    known = state or {}
    if word not in known and len(known) >= MOST_WORDS:
        return state
    count, last = known.get(word, (0, at))
    return {**known, str(word): [count + 1, max(last, at)]}


def _deed(state: State, _: Computed, at: Instant, units: Json) -> State:
    count, total, last = state or (0, 0, at)
    return [count + 1, packed(int(total) + int(units)), max(last, at)]  # type: ignore[arg-type]  # as `_spent` gives it


def _number(state: State, _: Computed, __: Instant) -> tuple[Json, Turns]:
    return state or 0, {}


def _sum(state: State, _: Computed, __: Instant) -> tuple[Json, Turns]:
    return plain(int(state or 0)), {}


def _value(state: State, _: Computed, __: Instant) -> tuple[Json, Turns]:
    return None if state is None else state[1], {}


def _size(state: State, _: Computed, __: Instant) -> tuple[Json, Turns]:
    return len(state or ()), {}


def _favourite(state: State, _: Computed, __: Instant) -> tuple[Json, Turns]:
    """The most frequent word; of several the one that came last, of those the first by alphabet."""
    known: dict[str, list[Any]] = state or {}
    most = max((count for count, _ in known.values()), default=0)
    among = [word for word, told in known.items() if told[0] == most]
    return min(among, key=lambda word: (-known[word][1], word), default=None), {}


def _rfm(state: State, computed: Computed, now: Instant) -> tuple[Json, Turns]:
    return (None, {}) if state is None else rfm_of(state[0], int(state[1]), state[2], computed.bounds, now)


def _length(entries: list[Entry], _: Computed, __: Instant) -> tuple[Json, Turns]:
    return len(entries), {}


def _sum_among(entries: list[Entry], _: Computed, __: Instant) -> tuple[Json, Turns]:
    return plain(sum(units for _, units in entries)), {}


def _first_among(entries: list[Entry], _: Computed, __: Instant) -> tuple[Json, Turns]:
    return min(entries, key=lambda one: _rank(*one))[1] if entries else None, {}


def _last_among(entries: list[Entry], _: Computed, __: Instant) -> tuple[Json, Turns]:
    return max(entries, key=lambda one: _rank(*one))[1] if entries else None, {}


def _size_among(entries: list[Entry], _: Computed, __: Instant) -> tuple[Json, Turns]:
    return len({word for _, word in entries}), {}


def _favourite_among(entries: list[Entry], computed: Computed, now: Instant) -> tuple[Json, Turns]:
    known: dict[str, list[Any]] = {}
    for at, word in entries:  # newest first: the first moment of a word is its last
        if (told := known.get(word)) is None:
            known[word] = [1, at]
        else:
            told[0] += 1
    return _favourite(known, computed, now)


def _rfm_among(entries: list[Entry], computed: Computed, now: Instant) -> tuple[Json, Turns]:
    if not entries:
        return None, {}
    return rfm_of(len(entries), monetary_of(entries), entries[0][0], computed.bounds, now)


WAYS: Final[Mapping[Way, Taking]] = {
    Way.COUNT: Taking(_once, _one_more, _number, _length),
    Way.SUM: Taking(_amounts, _plus, _sum, _sum_among),
    Way.FIRST: Taking(_told, _earlier, _value, _first_among),
    Way.LAST: Taking(_told, _later, _value, _last_among),
    Way.MOST_FREQUENT: Taking(_words, _another, _favourite, _favourite_among),
    Way.UNIQUE: Taking(_words, _another, _size, _size_among),
    Way.RFM: Taking(_spent, _deed, _rfm, _rfm_among),
}
"""Way -> how it counts; sessions have a file of their own."""
