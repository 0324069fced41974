"""A module is shown just when its schedule is open, and an answer holds just until that changes."""

from __future__ import annotations

import pytest

from engine import Gate
from tests.engine.toys import catalogue, decide, layout, module, shown, stops
from tests.modules.schedules import Case, cases

CASES = [case for case in cases() if not case.refused]
SLOT = {"key": "top", "max": 1}


@pytest.mark.parametrize("many", [1, 1_000], ids=["a crowd", "few"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_around_each_edge_the_answer_turns_and_says_when(case: Case, many: int) -> None:
    """The second before, the edge itself and the second after it, whether the clocks change there or not."""
    shop = catalogue(modules={"sale": module(**case.body)}, layouts={"home": layout(SLOT)}, many=many)
    assert case.edges
    for edge in case.edges:
        for now in (edge - 1, edge, edge + 1):
            page = decide(shop, now=now)
            assert shown(page) == {"top": ["sale"] if case.is_open(now) else []}, now
            assert page.valid_until == min((other for other in case.edges if other > now), default=None), now


def test_why_tells_what_is_not_yet_over_expired_or_between_two_windows() -> None:
    windows = [{"from": "2027-01-01", "until": "2027-01-02"}, {"from": "2027-01-03", "until": "2027-01-04"}]
    shop = catalogue(
        modules={
            "windows": module(schedule={"windows": windows}),
            "sale": module(schedule={"from": "2027-01-01", "until": "2027-01-02"}, expires="2027-01-03"),
            "news": module(schedule={"from": "2027-01-01"}, expires="2027-01-02"),
        },
        layouts={"home": layout({"key": "top", "max": 5})},
    )

    def told(now: float) -> dict[str, str]:
        found = stops(decide(shop, now=now), "top")
        assert {stop.gate for stop in found.values()} <= {Gate.SCHEDULE}
        return {key: stop.detail for key, stop in found.items()}

    day, first = 86_400, 1_798_761_600
    assert told(first - 1) == {"windows": "not yet", "sale": "not yet", "news": "not yet"}
    assert told(first) == {}
    assert told(first + day) == {"windows": "not now", "sale": "over", "news": "expired"}
    assert told(first + 2 * day) == {"sale": "expired", "news": "expired"}
    assert told(first + 3 * day) == {"windows": "over", "sale": "expired", "news": "expired"}
