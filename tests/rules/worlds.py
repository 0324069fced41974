"""Random rules and people for the properties."""

from typing import Any

from hypothesis import strategies as st

NUMBERS = st.integers(-3, 3) | st.sampled_from([0.5, -1.5, 2.0])
TEXTS = st.sampled_from(["", "a", "b", "10", "2", "é", "\U0001f600"])
SCALARS = NUMBERS | TEXTS | st.booleans()
VALUES = SCALARS | st.lists(SCALARS, max_size=3)

PATHS = st.sampled_from(["p.a", "p.b", "p.c", "top", "p.deep.x"])


def people() -> st.SearchStrategy[dict[str, Any]]:
    """Facts in which every path of the rules is there."""
    inner = st.fixed_dictionaries({"a": VALUES, "b": VALUES, "c": VALUES, "deep": st.fixed_dictionaries({"x": VALUES})})
    return st.fixed_dictionaries({"p": inner, "top": VALUES})


def _variable() -> st.SearchStrategy[Any]:
    return st.builds(lambda path: {"var": path}, PATHS) | st.builds(lambda p, d: {"var": [p, d]}, PATHS, SCALARS)


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def call(names: str, least: int, most: int) -> st.SearchStrategy[Any]:
        args = st.lists(inner, min_size=least, max_size=most)
        return st.builds(lambda name, given: {name: given}, st.sampled_from(names.split()), args)

    member = st.builds(lambda what, among: {"in": [what, among]}, _variable(), st.lists(TEXTS, max_size=3))
    over = st.builds(
        lambda name, rows, body: {name: [rows, body]},
        st.sampled_from(["some", "all", "none", "filter", "map"]),
        _variable(),
        st.builds(lambda op, bound: {op: [{"var": ""}, bound]}, st.sampled_from([">", "==", "<="]), SCALARS),
    )
    return (
        call("== === != !== < <= > >=", 2, 2)
        | call("< <=", 3, 3)
        | call("and or", 1, 3)
        | call("! !!", 1, 1)
        | call("if", 2, 5)
        | call("+ * cat min max merge", 1, 3)
        | call("- / % in starts_with ends_with contains", 2, 2)
        | member
        | over
    )


def rules() -> st.SearchStrategy[Any]:
    """Rules over those paths."""
    return st.recursive(SCALARS | _variable(), _grown, max_leaves=12)
