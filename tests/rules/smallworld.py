"""A world so small that everybody in it can be asked: what is claimed of all people is tried on all of them."""

from __future__ import annotations

from itertools import combinations, product
from math import prod
from random import Random
from typing import Any

from hypothesis import strategies as st

from rules import Attribute, Facts, FactType, Outcome, Vocabulary, parse
from rules.compiler import compile_truth

NOW = 1_000_000.0
HOURS = (*(NOW + hour * 3600.0 for hour in range(-14, 14)), NOW - 1, NOW + 1, NOW + 1800)
"""Moments of a day and a little more, so that every hour comes."""
MOST = 2_000
CHOICES = ("a", "b", "c")
VOCABULARY = Vocabulary(
    {
        path: Attribute(path, type_, path, choices=choices)
        for path, type_, choices in (
            ("p.n", FactType.NUMBER, ()),
            ("p.m", FactType.NUMBER, ()),
            ("p.t", FactType.STRING, ()),
            ("p.c", FactType.STRING, CHOICES),
            ("p.b", FactType.BOOLEAN, ()),
            ("p.d", FactType.DATETIME, ()),
        )
    },
    {"E": "necessary"},
    frozenset({"s"}),
)
NUMBERS = st.sampled_from([-1, 0, 1, 1.5, 2])
TEXTS = st.sampled_from(["", "a", "b", "ba"])

EVERY: dict[str, tuple[Any, ...]] = {
    "n": (None, -2, -1, -0.5, 0, 0.5, 1, 1.25, 1.5, 1.75, 2, 3),
    "m": (None, -2, -1, -0.5, 0, 0.5, 1, 1.25, 1.5, 1.75, 2, 3),
    "t": (None, "", " ", "a", "a ", "ab", "b", "ba", "bab", "z", "aba", "A"),
    "c": (None, *CHOICES),
    "b": (None, True, False),
    "d": (None, -1e12, -1.0, 0.0, NOW - 3600, NOW - 3599, NOW, NOW + 1, NOW + 3600, NOW + 7200, 1e12),
}
LOGS = ((), (0,), (30,), (90,), (0, 30), (0, 90), (0, 30, 90), (5, 6, 7), (70, 80, 90), (0, 1, 2, 3))
"""How long ago it can have happened: in the last minute, in the minute before, or both."""


def _call(name: str, *args: Any) -> Any:
    return {name: list(args)}


def var(name: str) -> Any:
    """A fact of this world."""
    return {"var": f"p.{name}"}


COMPARISONS = st.sampled_from(["==", "!=", "===", "!==", "<", "<=", ">", ">="])
COUNT = st.builds(lambda within: {"events": {"type": "E", "within": within}}, st.sampled_from(["1m", "2m"]))
AGE = st.builds(
    lambda measure: {"events": {"type": "E", "within": "1m", "measure": measure}},
    st.sampled_from(["last_age", "first_age"]),
)
INSTANTS = st.sampled_from([NOW - 3600, NOW, NOW + 3600, "1970-01-12T14:46:40Z", -1e9])
WRITTEN = {"date": ["1970-01-12T14:46:40", "Europe/Berlin"]}
MOVED = {"date_add": [var("d"), 1, "hour"]}
MOMENT = st.sampled_from([{"now": []}, var("d"), MOVED, WRITTEN])
HOUR_OF_NOW = {"date_part": [{"now": []}, "hour", "UTC"]}
HOUR = st.sampled_from([HOUR_OF_NOW, {"date_part": [var("d"), "hour", "UTC"]}])
PART_OF_DAY = {"date_part": [{"now": []}, "daypart", "Europe/Berlin"]}
FAMILIES = (
    st.builds(_call, COMPARISONS, st.sampled_from([var("n"), {"var": ["p.n", 1]}]), NUMBERS)
    | st.builds(_call, COMPARISONS, NUMBERS, st.just(var("n")))
    | st.builds(_call, st.sampled_from(["<", "<="]), NUMBERS, st.just(var("n")), NUMBERS)
    | st.sampled_from([var("n"), {"missing": ["p.n"]}, {"==": [{"%": [var("n"), 2]}, 0]}]),
    st.builds(_call, COMPARISONS, st.sampled_from([var("t"), {"var": ["p.t", "b"]}]), TEXTS)
    | st.builds(_call, st.sampled_from(["starts_with", "ends_with", "contains"]), st.just(var("t")), TEXTS)
    | st.builds(lambda words: {"in": [var("t"), words]}, st.lists(TEXTS, min_size=1, max_size=3))
    | st.sampled_from([var("t"), {"missing": ["p.t", "p.c"]}]),
    st.builds(_call, st.sampled_from(["==", "!="]), st.just(var("c")), st.sampled_from(CHOICES))
    | st.builds(lambda words: {"in": [var("c"), words]}, st.lists(st.sampled_from(CHOICES), min_size=1, max_size=3))
    | st.builds(_call, st.sampled_from(["==", "!="]), st.just(var("b")), st.booleans())
    | st.sampled_from([var("b"), {"in_segment": "s"}, {"==": [1, 1]}, {"==": [1, 2]}]),
    st.builds(_call, COMPARISONS, COUNT, st.sampled_from([0, 1, 1.5, 2, 3]))
    | st.builds(_call, COMPARISONS, AGE, st.sampled_from([-1, 0, 5, 30, 59, 60])),
    st.builds(_call, st.sampled_from(["before", "after"]), MOMENT, INSTANTS)
    | st.builds(_call, st.sampled_from(["before", "after"]), INSTANTS, MOMENT)
    | st.builds(_call, st.just("between"), MOMENT, INSTANTS, INSTANTS)
    | st.builds(_call, COMPARISONS, MOMENT, INSTANTS),
    st.builds(_call, COMPARISONS, HOUR, st.sampled_from([-1, 0, 5, 5.5, 12, 23, 24]))
    | st.builds(lambda hours: {"in": [HOUR_OF_NOW, hours]}, st.lists(st.integers(0, 23), min_size=1, max_size=3))
    | st.builds(_call, st.sampled_from(["==", "!="]), st.just(PART_OF_DAY), st.sampled_from(["night", "evening", "x"])),
    st.builds(_call, COMPARISONS, st.sampled_from([var("n"), var("m")]), NUMBERS)
    | st.just({"<": [var("n"), var("m")]}),
)
"""Predicates that can meet on one fact."""


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, min_size=1, max_size=4)
    return (
        st.builds(lambda name, args: {name: args}, st.sampled_from(["and", "or"]), some)
        | st.builds(lambda one: {"!": [one]}, inner)
        | st.builds(lambda *args: {"if": list(args)}, inner, inner, inner)
    )


def _rules(families: tuple[st.SearchStrategy[Any], ...]) -> st.SearchStrategy[Any]:
    return st.recursive(st.one_of(*families), _grown, max_leaves=6)


SOME = st.sampled_from([*combinations(FAMILIES, 1), *combinations(FAMILIES, 2)])
RULES = SOME.flatmap(_rules)
PAIRS = SOME.flatmap(lambda families: st.lists(_rules(families), min_size=2, max_size=3))
"""Rules about the same few facts."""


def everybody(logic: Any) -> list[Facts]:
    """Everybody there can be, as far as the rule can tell them apart; of more than `MOST` so many, drawn by lot."""
    said = repr(logic)
    names = [name for name in EVERY if f"p.{name}'" in said]
    groups = (frozenset(), frozenset({"s"})) if "in_segment" in said else (frozenset[str](),)
    ranges = [*(EVERY[name] for name in names), _times(said), groups]
    return [_somebody(names, drawn) for drawn in _drawn(ranges)]


def said_of(logic: Any, people: list[Facts]) -> list[Outcome]:
    """What the rule says of each of them, without a look at how long that holds."""
    decide = compile_truth(parse(logic).root, timed=False).decide
    return [decide(facts.values, facts).outcome for facts in people]


def _drawn(ranges: list[Any]) -> Any:
    if prod(map(len, ranges)) <= MOST:
        return product(*ranges)
    lot = Random(0)
    return [[lot.choice(values) for values in ranges] for _ in range(MOST)]


def _somebody(names: list[str], drawn: Any) -> Facts:
    *values, (now, log), inside = drawn
    known = {name: value for name, value in zip(names, values, strict=True) if value is not None}
    return Facts(now, {"p": known}, {"E": list(log)}, inside)


def _times(said: str) -> list[tuple[float, tuple[Any, ...]]]:
    """When it is, and what has happened by then."""
    nows = HOURS if "now" in said else (NOW,)
    logs = LOGS if "events" in said else ((),)
    return [(now, tuple([now - age, {"kind": "x"}] for age in ages)) for now in nows for ages in logs]
