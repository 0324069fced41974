"""Reading authored JSON strictly: what two readers could understand differently is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isinf
from typing import Any

from modules.errors import JsonError, step
from rules import Finding, Json

DEEPEST = 64
LONGEST = 20
"""Characters of a whole number of 64 bits, with its sign."""


def read_json(content: bytes) -> Json:
    """The JSON value of these bytes. Raises `JsonError` with line and column where they are known.

    Refused are other encodings than UTF-8, half characters, NaN, Infinity, numbers beyond 64 bits, a name twice in
    one object, and depth above 64.
    """
    text = _text(content)
    try:
        body: Json = json.loads(text, **_STRICT)
    except json.JSONDecodeError as error:
        raise JsonError(f"it is not JSON: {error.msg}", error.lineno, error.colno) from None
    except RecursionError:
        raise JsonError(f"it is nested more than {DEEPEST} deep") from None
    except ValueError as error:
        raise JsonError(f"it is not JSON: {error}") from None
    if r"\ud" in text.lower() and any("\ud800" <= c <= "\udfff" for c in json.dumps(body, ensure_ascii=False)):
        raise JsonError("it holds half a character (a lone surrogate such as \\ud800)")
    if _depth(body) > DEEPEST:
        raise JsonError(f"it is nested more than {DEEPEST} deep")
    return body


def nul_findings(content: bytes, body: Json) -> list[Finding]:
    """The places of a body that was read of these bytes which hold U+0000: PostgreSQL keeps no text with it."""
    return list(_nuls(body, "")) if rb"\u0000" in content else []


def _nuls(value: Json, at: str) -> Iterator[Finding]:
    match value:
        case str() if "\x00" in value:
            yield Finding(at, "the character U+0000 is not allowed in text", "take it out or type it again")
        case list():
            for number, inner in enumerate(value):
                yield from _nuls(inner, f"{at}/{number}")
        case dict():
            for name, inner in value.items():
                yield from _nuls(name, f"{at}/{step(name)}")
                yield from _nuls(inner, f"{at}/{step(name)}")


def _text(content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise JsonError("it is not UTF-8; save it with that encoding", line, column) from None
    if text.startswith("\ufeff"):
        raise JsonError("it begins with a byte order mark; save it as UTF-8 without one", 1, 1)
    return text


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _whole(digits: str) -> int:
    # Python itself refuses thousands of digits, in words of its own.
    if len(digits) > LONGEST or not -(2**63) <= int(digits) < 2**64:
        raise ValueError(f"the number {digits[:20]}… is too large")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if isinf(number):
        raise ValueError(f"the number {digits[:20]} is too large")
    return number


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice!r} stands twice in one object")
    return made


_STRICT: dict[str, Any] = {
    "parse_constant": _refuse_constant,
    "parse_int": _whole,
    "parse_float": _fraction,
    "object_pairs_hook": _unique,
}


def _depth(body: Json) -> int:
    deepest, level = 0, [body]
    while level := [c for c in level if isinstance(c, (dict, list))]:
        deepest += 1
        level = [v for c in level for v in (c.values() if isinstance(c, dict) else c)]
    return deepest
