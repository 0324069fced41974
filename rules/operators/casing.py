"""Text without regard to case, and text brought into one form."""

from __future__ import annotations

from typing import Final

from rules.budget import paid
from rules.errors import RuleError
from rules.javascript import LONGEST, SPACE, UNDEFINED, Value
from rules.kinds import Kind
from rules.operator import Example, partial, pure


def alike(a: Value = UNDEFINED, b: Value = UNDEFINED) -> bool:
    """Whether two texts are the same but for case (Unicode's full case folding)."""
    return type(a) is str and type(b) is str and paid(a).casefold() == paid(b).casefold()


def lowered(text: Value = UNDEFINED) -> str | None:
    """The text in lower case; None of what is no text."""
    return _bounded(paid(text).lower(), "lower") if type(text) is str else None


def raised(text: Value = UNDEFINED) -> str | None:
    """The text in upper case; None of what is no text."""
    return _bounded(paid(text).upper(), "upper") if type(text) is str else None


def trimmed(text: Value = UNDEFINED) -> str | None:
    """The text without white space at its ends; None of what is no text."""
    return paid(text).strip(SPACE) if type(text) is str else None


def _bounded(text: str, name: str) -> str:
    """One letter may become three: a text may grow."""
    if len(text) > LONGEST:
        raise RuleError("", f"{name} made a text of more than {LONGEST:,} characters", "take a part of it")
    return text


NONE_OF_OTHERS: Final = "none: of what is no text it is null"
NO_TEXT: Final = "as soon as its argument is, and of what is no text"

OPERATORS: Final = (
    pure(
        "equals_folded",
        "Whether two texts are equal; upper and lower case are alike.",
        (
            Example({"equals_folded": [{"var": "city"}, "zürich"]}, {"city": "ZÜRICH"}, True),
            Example({"equals_folded": ["STRASSE", "straße"]}, None, True),
        ),
        alike,
        "text",
        least=2,
        most=2,
        phrase="{0} is {1} in any case",
        boolean=True,
    ),
    partial(
        "lower",
        "The text in lower case.",
        (Example({"lower": "Tea"}, None, "tea"),),
        lowered,
        "text",
        most=1,
        takes=(Kind.TEXT,),
        phrase="{0} in lower case",
        unknown=NO_TEXT,
        coercion=NONE_OF_OTHERS,
    ),
    partial(
        "upper",
        "The text in upper case.",
        (Example({"upper": "Tea"}, None, "TEA"),),
        raised,
        "text",
        most=1,
        takes=(Kind.TEXT,),
        phrase="{0} in upper case",
        unknown=NO_TEXT,
        coercion=NONE_OF_OTHERS,
    ),
    partial(
        "trim",
        "The text without white space at its ends.",
        (Example({"trim": "  tea "}, None, "tea"),),
        trimmed,
        "text",
        most=1,
        takes=(Kind.TEXT,),
        phrase="{0} without white space around it",
        unknown=NO_TEXT,
        coercion=NONE_OF_OTHERS,
    ),
)
