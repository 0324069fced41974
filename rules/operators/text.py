"""Text: JSON-logic's `cat` and `substr`, and our own tests of how a text begins, ends and what it contains."""

from __future__ import annotations

import math
from typing import Final

from rules.budget import paid
from rules.errors import RuleError
from rules.fast import member_truth
from rules.javascript import LONGEST, UNDEFINED, Value, cut, length, less, strict_equal, to_number, to_string, word
from rules.kinds import Kind
from rules.operator import Example, pure
from rules.source.alike import write_member


def cat(*values: Value) -> str:
    """The values as one text; null is empty."""
    words = [word(value) for value in values]
    if sum(map(len, words)) > LONGEST:
        raise RuleError("", f"cat made a text of more than {LONGEST:,} characters", "join fewer texts")
    return paid("".join(words))


def substr(source: Value = UNDEFINED, start: Value = UNDEFINED, end: Value = UNDEFINED) -> str:
    """From `start`, `end` characters long; a negative `end` leaves out as many from the end."""
    text = _from(paid(to_string(source)), start, UNDEFINED)
    if end is UNDEFINED or not less(end, 0):
        return _from(text, 0, end)
    # JavaScript joins the length and a negative *text* to something that is no number.
    is_number = type(end) is int or type(end) is float
    return _from(text, 0, length(text) + end if is_number else 0)


def _from(text: str, start: Value, count: Value) -> str:
    """JavaScript's `text.substr(start, count)`."""
    size = length(text)
    begin = _whole(start)
    begin = max(size + begin, 0) if begin < 0 else min(begin, size)
    stop = size if count is UNDEFINED else min(begin + max(_whole(count), 0), size)
    return cut(text, int(begin), int(stop))


def _whole(value: Value) -> float:
    found = to_number(value)
    return 0.0 if found != found else found if math.isinf(found) else float(math.trunc(found))


def contained(a: Value = UNDEFINED, b: Value = UNDEFINED) -> bool:
    """Whether a text is part of a text, or a value is an element of a list."""
    if type(b) is str:
        return bool(b) and to_string(a) in paid(b)
    if type(b) is not list:
        return False
    # No other value is ever equal to a text, in Python as in JavaScript.
    return a in paid(b) if type(a) is str else any(strict_equal(item, a) for item in paid(b))


def begins(a: Value = UNDEFINED, b: Value = UNDEFINED) -> bool:
    """Whether the text `a` starts with the text `b`, case folded."""
    return _texts(a, b) and a.casefold().startswith(b.casefold())


def finishes(a: Value = UNDEFINED, b: Value = UNDEFINED) -> bool:
    """Whether the text `a` ends with the text `b`, case folded."""
    return _texts(a, b) and a.casefold().endswith(b.casefold())


def contains(a: Value = UNDEFINED, b: Value = UNDEFINED) -> bool:
    """Whether the text `a`, or a text in the list `a`, contains the text `b`, case folded."""
    if type(a) is list:
        return any(type(item) is str and type(b) is str and item.casefold() == b.casefold() for item in paid(a))
    return _texts(a, b) and b.casefold() in a.casefold()


def _texts(a: Value, b: Value) -> bool:
    return type(a) is str and type(b) is str and paid(a) is a and paid(b) is b


OPERATORS: Final = (
    pure(
        "cat",
        "All arguments as one text.",
        (
            Example({"cat": ["I love ", {"var": "what"}]}, {"what": "pie"}, "I love pie"),
            Example({"cat": [1.0, None, True]}, None, "1true"),
        ),
        cat,
        "text",
        least=0,
        coercion="JavaScript's texts: null is empty, whole numbers have no point, lists are joined by commas",
        phrase="{all} as one text",
    ),
    pure(
        "substr",
        "A part of a text: from where, how long; negative numbers count from the end.",
        (
            Example({"substr": ["jsonlogic", 4]}, None, "logic"),
            Example({"substr": ["jsonlogic", -5]}, None, "logic"),
            Example({"substr": ["jsonlogic", 4, -2]}, None, "log"),
        ),
        substr,
        "text",
        least=2,
        most=3,
        coercion="what is no text becomes one, as JavaScript writes it; positions are read as numbers",
        takes=(Kind.TEXT, Kind.NUMBER),
        phrase="a part of {0}",
    ),
    pure(
        "in",
        "Whether a text is part of a text, or a value is an element of a list.",
        (
            Example({"in": [{"var": "place"}, ["Bern", "Basel"]]}, {"place": "Bern"}, True),
            Example({"in": ["Spring", "Springfield"]}, None, True),
        ),
        contained,
        "membership",
        least=2,
        most=2,
        phrase="{0} is in {1}",
        boolean=True,
        truth=member_truth,
        takes=(Kind.ALIKE, Kind.AMONG),
        write=write_member,
    ),
    pure(
        "starts_with",
        "Whether a text starts with another; upper and lower case are alike.",
        (Example({"starts_with": [{"var": "sku"}, "tea-"]}, {"sku": "TEA-204"}, True),),
        begins,
        "text",
        least=2,
        most=2,
        phrase="{0} starts with {1}",
        boolean=True,
        takes=(Kind.TEXT,),
    ),
    pure(
        "ends_with",
        "Whether a text ends with another; upper and lower case are alike.",
        (Example({"ends_with": ["news.Example.org", "example.org"]}, None, True),),
        finishes,
        "text",
        least=2,
        most=2,
        phrase="{0} ends with {1}",
        boolean=True,
        takes=(Kind.TEXT,),
    ),
    pure(
        "contains",
        "Whether a text contains another, or a list has it as an element; upper and lower case are alike.",
        (Example({"contains": [{"var": "referrer"}, "search"]}, {"referrer": "https://Search.example"}, True),),
        contains,
        "text",
        least=2,
        most=2,
        phrase="{0} contains {1}",
        boolean=True,
        takes=(Kind.TEXTS, Kind.TEXT),
    ),
)
