"""Versions by Semantic Versioning 2.0.0 (semver.org), and ranges of them as npm writes them.

Precedence alone decides, pre-releases included: `2.0.0-beta` is after every 1.x and before 2.0.0. A range that
names no patch (`^1.2`, `<2`, `1.x`) ends before the pre-releases of the next version.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, TypeAlias

from rules.errors import RuleError
from rules.javascript import UNDEFINED, Value
from rules.kinds import Kind
from rules.nodes import Call, Const
from rules.operator import Example, partial

Precedence: TypeAlias = tuple[Any, ...]
"""Major, minor, patch, and the pre-release: ordered as semver.org, section 11, says."""

Test: TypeAlias = Callable[[Precedence], bool]

LONGEST: Final = 256
"""Characters of a version or range; longer ones are none."""

KEPT: Final = 4_096
RELEASED: Final = (1,)
"""A version without pre-release comes after all of its pre-releases."""

EARLIEST: Final = (0, ((0, 0, ""),))
"""The pre-release `-0`: nothing of the version comes before it."""

NUMBER: Final = r"(0|[1-9][0-9]*)"
TAIL: Final = r"(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?"
VERSION: Final = re.compile(rf"[vV]?{NUMBER}(?:\.{NUMBER})?(?:\.{NUMBER})?{TAIL}")
PART: Final = r"(0|[1-9][0-9]*|[xX*])"
BOUND: Final = re.compile(rf"(<=|>=|<|>|==|=|!=|\^|~)?[vV]?{PART}(?:\.{PART})?(?:\.{PART})?{TAIL}")
LOOSE_SIGN: Final = re.compile(r"(<=|>=|<|>|=|\^|~)[ ]+")
HYPHEN: Final = re.compile(r"(\S+) +- +(\S+)")

REMEDY: Final = "write a range such as ^1.2, ~1.2.3, >=1.2 <2, 1.x or 1.2.3 || 2.0.0"


@lru_cache(KEPT)
def precedence(version: str) -> Precedence | None:
    """Where a version stands in the order; minor and patch may be left out for 0. None where it is no version."""
    found = VERSION.fullmatch(version) if len(version) <= LONGEST else None
    if found is None:
        return None
    early = _early(found[4])
    return None if early is None else (int(found[1]), int(found[2] or 0), int(found[3] or 0), early)


@lru_cache(KEPT)
def range_of(text: str) -> tuple[tuple[Test, ...], ...] | None:
    """The alternatives of a range, each of bounds that must all hold; None where the text is no range."""
    if len(text) > LONGEST or not text.strip():
        return None
    made = [_bounds(alternative) for alternative in text.split("||")]
    return tuple(bounds for bounds in made if bounds is not None) if None not in made else None


def in_range(version: Value = UNDEFINED, wanted: Value = UNDEFINED) -> bool | None:
    """Whether a version is in a range; None where one is none."""
    if type(version) is not str or type(wanted) is not str:
        return None
    own, alternatives = precedence(version.strip()), range_of(wanted)
    if own is None or alternatives is None:
        return None
    return any(all(test(own) for test in bounds) for bounds in alternatives)


def vet_range(node: Call) -> Iterator[RuleError]:
    """Constants that are no version and no range."""
    for arg, read, what, remedy in zip(
        node.args, (precedence, range_of), ("version", "range of versions"), ("write it as 1.2.3", REMEDY), strict=False
    ):
        if isinstance(arg, Const) and (not isinstance(arg.value, str) or read(arg.value) is None):
            yield RuleError(arg.pointer, f"{arg.value!r} is no {what}", remedy)


def _early(text: str | None) -> Precedence | None:
    """The order of a pre-release; None where an identifier is empty or a number with a leading zero."""
    if text is None:
        return RELEASED
    names = text.split(".")
    if any(not name or (name.isdigit() and name[0] == "0" and name != "0") for name in names):
        return None
    return (0, tuple((0, int(name), "") if name.isdigit() else (1, 0, name) for name in names))


def _bounds(text: str) -> tuple[Test, ...] | None:
    """The bounds of one alternative; no bound for `*`."""
    hyphen = HYPHEN.fullmatch(text.strip())
    bare = f">={hyphen[1]} <={hyphen[2]}" if hyphen else LOOSE_SIGN.sub(r"\1", text.replace(",", " "))
    made = [_bound(word) for word in bare.split()]
    return None if None in made or not made else tuple(test for test in made if test is not None)


def _bound(word: str) -> Test | None:
    found = BOUND.fullmatch(word)
    if found is None:
        return None
    sign, *parts, tail = found.groups()
    early = _early(tail)
    numbers = _numbers(parts)
    if early is None or (tail is not None and len(numbers) < 3):
        return None
    major, minor, patch = (*numbers, 0, 0, 0)[:3]
    low = (major, minor, patch, early)
    return _compared(sign or "=", low, _after(sign, numbers), whole=len(numbers) == 3)


def _numbers(parts: list[str | None]) -> list[int]:
    """The numbers before the first that is left open."""
    numbers: list[int] = []
    for part in parts:
        if part is None or not part.isdigit():
            break
        numbers.append(int(part))
    return numbers


def _after(sign: str | None, numbers: list[int]) -> Precedence | None:
    """The end of what the numbers stand for, not included; None where there is none."""
    if not numbers:
        return None
    if sign == "^":
        at = next((place for place, number in enumerate(numbers) if number), len(numbers) - 1)
    elif sign == "~":
        at = min(1, len(numbers) - 1)
    else:
        at = len(numbers) - 1
    bumped = [*numbers[:at], numbers[at] + 1]
    major, minor, patch = (*bumped, 0, 0)[:3]
    return (major, minor, patch, EARLIEST)


def _compared(sign: str, low: Precedence, end: Precedence | None, *, whole: bool) -> Test:
    """The test of one bound: `low` is where it begins, `end` what comes after all that it stands for."""
    begins = low if whole else (*low[:3], EARLIEST)
    match sign:
        case ">=":
            return lambda own: own >= low
        case "<":
            return lambda own: own < begins
        case ">":
            return (lambda own: own > low) if whole else (lambda own: end is not None and own >= (*end[:3], RELEASED))
        case "<=":
            return (lambda own: own <= low) if whole else (lambda own: end is None or own < end)
        case "!=":
            return (lambda own: own != low) if whole else (lambda own: not _within(own, low, end))
        case "^" | "~":
            return lambda own: _within(own, low, end)
        case _:
            return (lambda own: own == low) if whole else (lambda own: _within(own, low, end))


def _within(own: Precedence, low: Precedence, end: Precedence | None) -> bool:
    return end is None or low <= own < end


OPERATORS: Final = (
    partial(
        "semver",
        "Whether a version (semver 2.0.0) is in a range such as `^1.2`, `>=1.2 <2` or `1.x || 3.1.4`.",
        (
            Example({"semver": [{"var": "app"}, ">=1.2 <2"]}, {"app": "1.10.0"}, True),
            Example({"semver": ["1.2.0-beta.2", ">1.2.0-beta.1 <1.2.0"]}, None, True),
            Example({"semver": ["2.0.0-rc.1", "^1.2"]}, None, False),
        ),
        in_range,
        "text",
        least=2,
        most=2,
        phrase="{0} is a version in {1}",
        boolean=True,
        takes=(Kind.TEXT,),
        vet=vet_range,
        unknown="as soon as an argument is, and of what is no version",
        coercion="none: what is no version is in no range",
    ),
)
