"""What dates could be otherwise: the moments at which a predicate of dates may answer something else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from rules.explaining.anatomy import Predicate
from rules.explaining.changes import SetFact
from rules.nodes import Call, Const, Node, walk
from rules.operators.calendar import UNITS, added, instant_of
from rules.operators.zones import zone_of
from rules.values import Facts, Instant, Json

DAY: Final = 86_400.0

EARLIEST: Final = 100_000_000
"""A smaller number in a rule is more likely an amount than a moment: it would be before 1973."""

ASKING: Final = frozenset({"date", "date_add", "date_diff", "date_part", "before", "after", "between"})


def asks_for_dates(node: Node) -> bool:
    """Whether a predicate works with dates."""
    return any(isinstance(one, Call) and one.operator in ASKING for one in walk(node))


def moment_options(path: tuple[str, ...], asking: Sequence[Predicate], facts: Facts, now: Json) -> Iterator[SetFact]:
    """Moments as the fact writes them: those that the rule names, and those as far from them as it says."""
    as_number = type(now) is int or type(now) is float
    by_day = isinstance(now, str) and len(now) <= len("2025-12-24")
    for at in [at for one in asking for at in _near(one.node, facts)]:
        for near in (at, at + (DAY if by_day else 1.0), at - (DAY if by_day else 1.0)):
            try:
                shown = datetime.fromtimestamp(near, UTC)
            except (ValueError, OverflowError, OSError):
                continue
            text = shown.date().isoformat() if by_day else shown.isoformat().replace("+00:00", "Z")
            yield SetFact(path, now, _whole(near) if as_number else text, exact=False, dated=True)


def _near(node: Node, facts: Facts) -> Iterator[Instant]:
    named = [instant_of(value) for value in _values(node) if isinstance(value, str) or _is_moment(value)]
    bases = [*(at for at in named if at is not None), facts.now]
    lengths = list(_lengths(node))
    for at in bases:
        for amount, unit, zone in lengths:
            for sign in (-1, 1):
                moved = added(at, sign * amount, unit, zone_of(zone) or zone_of("UTC"))  # type: ignore[arg-type]  # UTC is there
                if moved is not None:
                    yield moved
    yield from bases


def _lengths(node: Node) -> Iterator[tuple[float, str, str]]:
    """Amount, unit and zone of what is added, or counted and compared with a number."""
    for one in walk(node):
        if isinstance(one, Call) and one.operator in {"date_add", "date_diff"}:
            written = [arg.value for arg in one.args if isinstance(arg, Const)]
            unit = next((value for value in written if isinstance(value, str) and value in UNITS), "")
            zone = next((value for value in written if isinstance(value, str) and "/" in value), "UTC")
            numbers = written if one.operator == "date_add" else list(_values(node))
            amounts = [value for value in numbers if (type(value) is int or type(value) is float)]
            yield from ((amount, unit, zone) for amount in amounts if unit and not _is_moment(amount))


def _values(node: Node) -> Iterator[Json]:
    return (one.value for one in walk(node) if isinstance(one, Const))


def _is_moment(value: Json) -> bool:
    return (type(value) is int or type(value) is float) and value >= EARLIEST


def _whole(at: Instant) -> int | float:
    return int(at) if at == int(at) else at
