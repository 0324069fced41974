"""A world so small that everybody in it can be asked: what is claimed of all people is tried on all of them."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

from hypothesis import strategies as st

from rules import Attribute, Facts, FactType, Vocabulary

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
        )
    },
    {"E": "necessary"},
    frozenset({"s"}),
)
NOW = 1_000_000.0
NUMBERS = st.sampled_from([-1, 0, 1, 1.5, 2])
TEXTS = st.sampled_from(["", "a", "b", "ba"])

EVERY: dict[str, tuple[Any, ...]] = {
    "n": (None, -2, -1, -0.5, 0, 0.5, 1, 1.25, 1.5, 1.75, 2, 3),
    "m": (None, -2, -1, -0.5, 0, 0.5, 1, 1.25, 1.5, 1.75, 2, 3),
    "t": (None, "", " ", "a", "a ", "ab", "b", "ba", "bab", "z", "aba", "A"),
    "c": (None, *CHOICES),
    "b": (None, True, False),
}
LOGS = tuple(
    tuple([NOW - age, {"kind": "x"}] for age in ages)
    for ages in ((), (0,), (30,), (90,), (0, 30), (0, 90), (0, 30, 90), (5, 6, 7), (70, 80, 90), (0, 1, 2, 3))
)
"""What can have happened: in the last minute, in the minute before, or both."""


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
    """Everybody there can be, as far as the rule can tell them apart."""
    said = repr(logic)
    names = [name for name in EVERY if f"p.{name}'" in said]
    logs = LOGS if "events" in said else ((),)
    groups = (frozenset(), frozenset({"s"})) if "in_segment" in said else (frozenset(),)
    return [
        Facts(NOW, {"p": {n: v for n, v in zip(names, values, strict=True) if v is not None}}, {"E": list(log)}, inside)
        for values in product(*(EVERY[name] for name in names))
        for log in logs
        for inside in groups
    ]
