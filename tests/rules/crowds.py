"""Rules as they are targeted with, and people of whom anything may be absent or odd."""

from typing import Any

from hypothesis import strategies as st

from rules import Facts, Json, Outcome, Rule

NOW = 1_000_000.0

NUMBERS = st.integers(-3, 12) | st.sampled_from([0.5, -1.5, 2.0, -0.0, 1e300, 2**53, 2**53 + 1, 2**60, 1e308])
TEXTS = st.sampled_from(["", "a", "a\0", "aa", "b", "10", "2", " 2 ", "é", "\U0001f600", "\uffff", "true"])
SCALARS = NUMBERS | TEXTS | st.booleans()
ODD = st.lists(SCALARS, max_size=2) | st.dictionaries(TEXTS, SCALARS, max_size=2) | st.none()
PATHS = st.sampled_from(["p.a", "p.b", "top", "p.deep.x", "p.deep.y", "p.a.length", "p.a.0"])
TYPES = st.sampled_from(["Viewed", "Bought"])
SEGMENTS = st.sampled_from(["fans", "new", "a"])


def _call(name: str, *args: Any) -> Json:
    return {name: list(args)}


VARIABLES = st.builds(lambda p: {"var": p}, PATHS) | st.builds(lambda p, d: {"var": [p, d]}, PATHS, SCALARS)
COUNTS = st.builds(lambda t, w: {"events": {"type": t, "within": w}}, TYPES, st.sampled_from(["10s", "1m", "1h"]))
OTHERS = st.builds(
    lambda t, more: {"events": {"type": t, "within": "1m", **more}},
    TYPES,
    st.sampled_from([{"measure": "sum", "field": "price"}, {"measure": "last_age"}]),
)
NAMES = st.sampled_from(["==", "===", "!=", "!==", "<", "<=", ">", ">="])
AHEAD = st.sampled_from([-60, 0, 7, 60, 3_600])
PARTS = st.sampled_from(["hour", "minute", "weekday"])
QUANTIFIERS = st.sampled_from(["some", "all", "none"])
LEAVES = (
    st.builds(_call, NAMES, VARIABLES, SCALARS)
    | st.builds(_call, NAMES, SCALARS, VARIABLES)
    | st.builds(_call, st.sampled_from(["<", "<="]), NUMBERS, VARIABLES, NUMBERS)
    | st.builds(lambda v, words: {"in": [v, words]}, VARIABLES, st.lists(TEXTS, max_size=3))
    | st.builds(_call, NAMES, COUNTS, st.integers(-1, 5))
    | st.builds(_call, NAMES, st.integers(-1, 5), COUNTS)
    | st.builds(_call, NAMES, OTHERS, NUMBERS)
    | st.builds(_call, NAMES, VARIABLES, VARIABLES)
    | st.builds(lambda text, v: {"in": [text, v]}, TEXTS, VARIABLES)
    | st.builds(lambda key: {"in_segment": key}, SEGMENTS)
    | st.builds(lambda name, v, one: {name: [v, {"==": [{"var": ""}, one]}]}, QUANTIFIERS, VARIABLES, SCALARS)
    | st.builds(lambda path: {"missing": [path]}, PATHS)
    | st.builds(lambda name, ahead: {name: [{"now": []}, NOW + ahead]}, st.sampled_from(["before", ">="]), AHEAD)
    | st.builds(lambda part, n: {"==": [{"date_part": [{"now": []}, part]}, n]}, PARTS, st.integers(0, 59))
)
PREDICATES = LEAVES | st.builds(lambda one: {"!": [one]}, LEAVES)
FLAT = st.builds(_call, st.sampled_from(["and", "or"])) | st.builds(
    lambda name, args: {name: args}, st.sampled_from(["and", "or"]), st.lists(PREDICATES, min_size=1, max_size=9)
)
RULES = (
    PREDICATES
    | FLAT
    | st.builds(lambda one: {"!": [one]}, FLAT)
    | st.builds(lambda name, args: {name: args}, st.sampled_from(["and", "or"]), st.lists(FLAT, min_size=1, max_size=2))
    | st.just(True)
)

OCCURRENCES = st.lists(
    st.builds(
        lambda ago, price: [NOW - ago, {"price": price}], st.sampled_from([-5, 0, 5, 10, 30, 60, 61, 9e9]), SCALARS
    ),
    max_size=6,
).map(lambda log: sorted(log, key=lambda one: -one[0]))


@st.composite
def people(draw: st.DrawFn) -> Facts:
    """Facts of which any may be absent, null or of another type than rules expect."""
    deep = draw(st.dictionaries(st.sampled_from("xy"), SCALARS | ODD) | SCALARS | ODD)
    inner = {**draw(st.dictionaries(st.sampled_from("ab"), SCALARS | ODD)), "deep": deep}
    values = {"p": draw(st.just(inner) | st.just(inner) | SCALARS | ODD), "top": draw(SCALARS | ODD)}
    return Facts(NOW, values, draw(st.dictionaries(TYPES, OCCURRENCES)), draw(st.frozensets(SEGMENTS)))


def held(rules: dict[Any, Rule], facts: Facts, lenient: set[Any]) -> set[Any]:
    """The names of the rules that hold, as the loop over all of them says; of lenient ones unknown counts as yes."""
    good = {True: {Outcome.YES, Outcome.UNKNOWN}, False: {Outcome.YES}}
    return {name for name, rule in rules.items() if rule.decide(facts).outcome in good[name in lenient]}
