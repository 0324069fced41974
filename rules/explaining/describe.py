"""Rules in plain English."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Final

from rules.explaining.dated import Speak, said_date, speaker
from rules.explaining.happened import happening
from rules.explaining.nearness import near
from rules.explaining.words import PLAIN, Words, lately, listed, said_moment
from rules.fast import MIRRORED
from rules.nodes import FOREVER, SCOPED, Array, Call, Const, Events, Node
from rules.operators.reading import fixed_path
from rules.rule import Rule
from rules.table import OPERATORS
from rules.values import Vocabulary
from rules.windows import spoken

MEASURES: Final = {
    "count": "the number of {events}",
    "sum": "the sum of {field} over {events}",
    "distinct": "the number of different {field} of {events}",
    "last_age": "the seconds since the last of {events}",
    "first_age": "the seconds since the first of {events}",
}

INFIX: Final = {"+": " + ", "-": " − ", "*": " × ", "/": " ÷ ", "%": " modulo "}

DATED: Final = {
    "is less than {1}": "is before {1}",
    "is at most {1}": "is not after {1}",
    "is more than {1}": "is after {1}",
    "is at least {1}": "is not before {1}",
}
"""How dates are compared."""

OPPOSITES: Final = {
    "some": "none",
    "none": "some",
    "any_of": "none_of",
    "none_of": "any_of",
    "and": "or",
    "or": "and",
}
"""What says the opposite of an operator, of its parts or of their opposites."""


def describe(rule: Rule, vocabulary: Vocabulary | None = None) -> str:
    """The rule as a sentence that an editor can read; facts are called by their titles where a vocabulary is given."""
    return say(rule.root, Words.of(vocabulary))


def say(node: Node, words: Words = PLAIN, *, negated: bool = False) -> str:
    """The node in words, or its opposite."""
    match node:
        case Const(value=value):
            return f"not {words.value(value)}" if negated else words.value(value)
        case Array(items=items):
            told = f"[{listed([say(item, words) for item in items])}]"
            return f"not {told}" if negated else told
        case Events():
            return _events(node, words, negated)
        case _:
            return _call(node, words, negated)


def clause(node: Call, words: Words = PLAIN, *, negated: bool = False) -> tuple[Node, str] | None:
    """What a predicate is about, and what it says of that (`is at least 3`); None where it has no such form."""
    operator = OPERATORS.get(node.operator)
    if operator is None or len(node.args) < max(operator.least, 1):
        return None
    about = near(node, words, bracketed, negated=negated)
    if about is not None:
        return about
    turned = subject_first(node)
    speak = speaker(turned, words)
    operator = OPERATORS[turned.operator]
    if turned.operator in {"<", "<="} and len(turned.args) == 3:
        strictly = "strictly " if turned.operator == "<" else ""
        low, subject, high = turned.args
        told = f"is {strictly}between {_value(low, words, speak)} and {_value(high, words, speak)}"
    elif turned.operator == "in" and isinstance(turned.args[0], Const) and len(turned.args) == 2:
        subject, told = turned.args[1], f"includes {say(turned.args[0], words)}"
    elif turned.operator == "in" and isinstance(turned.args[-1], Array):
        items = [_value(item, words, speak) for item in turned.args[-1].items]
        subject, told = turned.args[0], f"is one of {listed(items)}"
    elif operator.boolean and operator.phrase.startswith("{0} "):
        if negated and turned.operator in OPPOSITES:
            negated, operator = False, OPERATORS[OPPOSITES[turned.operator]]
        subject, phrase = turned.args[0], operator.phrase.removeprefix("{0} ")
        told = _filled(DATED.get(phrase, phrase) if speak is said_moment else phrase, turned, words, speak)
    else:
        return None
    return subject, denied(told) if negated else told


def denied(told: str) -> str:
    """The opposite of what is said of a subject: `is not at least 3`, `does not start with "a"`."""
    verb, _, rest = told.partition(" ")
    if verb == "is":
        return f"is {rest.removeprefix('not ')}" if rest.startswith("not ") else f"is not {rest}"
    stem = "have" if verb == "has" else re.sub(r"(?<=ch|sh|ss)es$|s$", "", verb)
    return f"does not {stem} {rest}"


def subject_first(node: Call) -> Call:
    """The comparison turned round where the constant came first."""
    if len(node.args) != 2 or not isinstance(node.args[0], Const) or isinstance(node.args[1], Const):
        return node
    if node.operator in MIRRORED or "=" in node.operator:
        return Call(node.pointer, MIRRORED.get(node.operator, node.operator), node.args[::-1])
    return node


def bracketed(node: Node, words: Words, *, negated: bool = False) -> str:
    """The node in words, in brackets where it would run into its neighbours."""
    told = say(node, words, negated=negated)
    return f"({told})" if _is_wide(node) else told


def _is_wide(node: Node) -> bool:
    if not isinstance(node, Call):
        return False
    if node.operator in {"!", "!!"} and node.args:
        return _is_wide(node.args[0])
    return (node.operator in {"and", "or"} and len(node.args) > 1) or node.operator in {"if", "?:"}


def _value(node: Node, words: Words, speak: Speak) -> str:
    return speak(node.value) if isinstance(node, Const) else say(node, words)


def _filled(phrase: str, node: Call, words: Words, speak: Speak) -> str:
    said = [_argument(node, index, words, speak) for index in range(len(node.args))]
    return phrase.format(*said, all=listed(said))


def _argument(node: Call, index: int, words: Words, speak: Speak) -> str:
    arg = node.args[index]
    if index == 1 and node.operator in SCOPED:
        return say(arg, words.inside)
    if index == 1 and isinstance(arg, Array) and arg.items and OPERATORS[node.operator].family == "membership":
        return listed([_value(item, words, speak) for item in arg.items])
    return _value(arg, words, speak)


def _call(node: Call, words: Words, negated: bool) -> str:
    special = SPECIAL.get(node.operator)
    told = special(node, words, negated) if special is not None else None
    if told is not None:
        return told
    found = happening(node, words, negated=negated, say=bracketed) if OPERATORS.get(node.operator) else None
    if found is not None:
        return found
    about = clause(node, words, negated=negated)
    if about is not None:
        return f"{bracketed(about[0], words)} {about[1]}"
    operator = OPERATORS.get(node.operator)
    if operator is None or not operator.phrase or len(node.args) < operator.least:
        told = f"{node.operator}({', '.join(say(arg, words) for arg in node.args)})"
        return f"not {told}" if negated else told
    phrase = operator.phrase
    if negated and operator.boolean and " is " in phrase:
        phrase, negated = phrase.replace(" is ", " is not ", 1), False
    told = said_date(node, words, bracketed) or _filled(phrase, node, words, speaker(node, words))
    return f"not ({told})" if negated else told


def _var(node: Call, words: Words, negated: bool) -> str:
    path = fixed_path(node)
    told = f"the fact named by {say(node.args[0], words)}" if path is None else words.fact(path)
    if len(node.args) > 1:
        speak = partial(words.value, path=path or ())
        told = f"{told} (or {_value(node.args[1], words, speak)} where it is not known)"
    return f"not {told}" if negated else told


def _junction(node: Call, words: Words, negated: bool) -> str:
    operator = OPERATORS[OPPOSITES[node.operator] if negated else node.operator]
    if len(node.args) == 1:
        return say(node.args[0], words, negated=negated)
    told = operator.phrase.join(bracketed(arg, words, negated=negated) for arg in node.args)
    return told or ("always" if negated else "never")


def _not(node: Call, words: Words, negated: bool) -> str | None:
    return say(node.args[0], words, negated=not negated) if node.args else None


def _sure(node: Call, words: Words, negated: bool) -> str | None:
    return say(node.args[0], words, negated=negated) if node.args else None


def _if(node: Call, words: Words, negated: bool) -> str:
    args = [bracketed(arg, words) for arg in node.args]
    said = [f"{args[i + 1]} if {args[i]}" for i in range(0, len(args) - 1, 2)]
    told = ", else ".join(said + args[len(args) - len(args) % 2 :]) or "nothing"
    return f"not ({told})" if negated else told


def _arithmetic(node: Call, words: Words, negated: bool) -> str | None:
    if len(node.args) < 2 and node.operator != "-":
        return None
    args = [
        f"({say(arg, words)})" if isinstance(arg, Call) and arg.operator in INFIX else bracketed(arg, words)
        for arg in node.args
    ]
    told = INFIX[node.operator].join(args) if len(args) > 1 else f"−{''.join(args)}"
    return f"not ({told})" if negated else told


def _missing(node: Call, words: Words, negated: bool) -> str | None:
    keys = node.args[0].items if node.args and isinstance(node.args[0], Array) else node.args
    if not all(isinstance(key, Const) and isinstance(key.value, str) for key in keys) or not keys:
        return None
    names = [words.fact(tuple(key.value.split("."))) for key in keys]  # type: ignore[union-attr]  # texts, by the line above
    if len(names) == 1:
        return f"{names[0]} is {'there' if negated else 'missing'}"
    return f"{'none' if negated else 'any'} of {listed(names)} is missing"


def _missing_some(node: Call, words: Words, negated: bool) -> str | None:
    if len(node.args) < 2 or not isinstance(node.args[1], Array):
        return None
    named = [
        words.fact(tuple(key.value.split("."))) if isinstance(key, Const) and isinstance(key.value, str) else say(key)
        for key in node.args[1].items
    ]
    return f"{'at least' if negated else 'fewer than'} {say(node.args[0], words)} of {listed(named)} are there"


def _events(node: Events, words: Words, negated: bool) -> str:
    told = f"“{node.type}” events"
    if node.where is not None:
        told += f" where {bracketed(node.where, words.inside)}"
    if node.within < FOREVER:
        told += f" in the last {lately(str(node.spec['within']))}"
    if node.not_followed_by:
        told += f" not followed by “{node.not_followed_by}”"
    if node.not_followed_within < FOREVER:
        told += f" within {spoken(str(node.spec['not_followed_within']))}"
    told = MEASURES[node.measure].format(events=told, field=node.field)
    return f"{told} is 0" if negated else told


Special = Callable[[Call, Words, bool], str | None]

SPECIAL: Final[dict[str, Special]] = {
    "var": _var,
    "and": _junction,
    "or": _junction,
    "!": _not,
    "!!": _sure,
    "if": _if,
    "?:": _if,
    "missing": _missing,
    "missing_some": _missing_some,
    **dict.fromkeys(INFIX, _arithmetic),
}
