"""Data of which nothing is as it should be: for what must be total."""

import math

from hypothesis import strategies as st

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.5, 2**53, 1e308, -1e-320, "", "a", "1", "abc", "1.2.3", "2025-02-30", "Z", "é😀", {}])
)
ODD = st.sampled_from([math.nan, math.inf, 10**400, -(10**400), "\udc00", "x" * 5_000, list(range(300))])
KEYS = st.sampled_from(["a", "b", "c", "type", "", "1"])
DATA = st.recursive(
    SCALARS | ODD,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
