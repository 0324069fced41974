"""From a document to JSON: text that is none is refused with its place, at any depth and size."""

from __future__ import annotations

import json
from typing import Any, Final

from rules.errors import RuleError, shown
from rules.nodes import below
from rules.parser import DEPTH
from rules.values import Json

DOCUMENT: Final = 1_000_000
"""Characters or bytes in a whole rule."""


def decode(document: bytes | str) -> Json:
    """The JSON of a document; `RuleError` naming line and column where it is none, at any depth and size."""
    if len(document) > DOCUMENT:
        raise RuleError("", f"the rule is longer than {DOCUMENT:,} characters", "split it into segments", "limit")
    try:
        text = document.decode("utf-8-sig") if isinstance(document, bytes) else document
    except UnicodeDecodeError as error:
        raise RuleError("", f"the rule is not UTF-8: byte {error.start} is wrong", "save the file as UTF-8") from None
    _refuse_depth(text)
    try:
        return _decoded(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise RuleError("", f"not JSON: {error.msg.removesuffix(' at')} at {place}", "mend the syntax there") from None
    except ValueError:
        raise RuleError("", "a number in the rule has thousands of digits", "write a shorter number") from None


def _decoded(text: str) -> Json:
    """What is written there. What comes after a key that stands twice may be no JSON either: that is told first."""
    try:
        made: Json = DECODER.decode(text)
    except _Twice:
        pointer, key = _twice(MARKING.decode(text))
        raise RuleError(pointer, f"the key {key} stands twice in one object", "keep one of the two") from None
    return made


def _refuse_depth(text: str) -> None:
    """The standard library's parser would run out of stack: count the brackets first."""
    if text.count("[") + text.count("{") <= 2 * DEPTH:
        return
    depth, quoted, escaped = 0, False, False
    for at, char in enumerate(text):
        if quoted:
            if char == '"' and not escaped:
                quoted = False
            escaped = char == "\\" and not escaped
        elif char == '"':
            quoted = True
        elif char in "[{":
            depth += 1
            if depth > 2 * DEPTH + 2:
                line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
                message = f"the rule is deeper than {DEPTH} levels at line {line}, column {column}"
                raise RuleError("", message, "name the inner part as a segment", "limit")
        elif char in "]}":
            depth -= 1


class _Twice(Exception):
    """A key that stands twice in one object; in its place in what `MARKING` makes of the document."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _Twice
    return made


def _marked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        made[key] = _Twice(key) if key in made else value
    return made


def _twice(root: Any) -> tuple[str, str]:
    """Where the first key that stands twice is, and the key."""
    waiting: list[tuple[Any, Any]] = [(None, root)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, _Twice):
            return _pointer(path), shown(value.args[0])
        steps = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
        waiting += [((path, step), inner) for step, inner in reversed(steps)]
    raise AssertionError("only called where one is")


def _pointer(path: Any) -> str:
    """The pointer of steps that hang on one another, the last one first."""
    if path is None:
        return ""
    above, step = path
    return below(_pointer(above), step)


# NaN and its like are no JSON: whoever parses what was decoded refuses them with their place, as whatever is
# beyond doubles.
DECODER: Final = json.JSONDecoder(parse_constant=float, object_pairs_hook=_once)
MARKING: Final = json.JSONDecoder(parse_constant=float, object_pairs_hook=_marked)
