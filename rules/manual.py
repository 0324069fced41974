"""The manual of the operators, made from their entries: a row and a page each. Nothing in it is written twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from rules.checking.findings import ERROR, FINDINGS, NOTE, WARNING
from rules.explaining.describe import describe
from rules.kinds import Kind
from rules.operator import Example, Operator
from rules.rule import parse
from rules.table import OPERATORS
from rules.values import Json

BEGIN: Final = "<!-- operators: made from the table, by docs/generate.py -->"
END: Final = "<!-- /operators -->"

FINDINGS_BEGIN: Final = "<!-- findings: made from the table, by docs/generate.py -->"
FINDINGS_END: Final = "<!-- /findings -->"
LONGEST: Final = 250
"""Characters of an example in the table of findings."""

COERCIONS: Final[Mapping[str, str]] = {
    "logic": "JSON-logic's truth: false, null, 0, an empty text and an empty list are false, all else is true",
    "comparison": "as JavaScript does: two texts are ordered by UTF-16 code unit, all else is read as a number",
    "arithmetic": "as JavaScript's `Number`: a text is the number that it is as a whole, else not a number",
    "text": "none: whatever is no text gives false",
    "membership": "none: an element must be of the same type",
    "list": "what is no list counts as an empty list",
    "time": "a text in ISO 8601 is an instant too",
    "reading": "a path is read as a text",
    "facts": "none",
}
"""Family -> how its operators read values of other types, where an entry does not say it of itself."""

CHARACTERS: Final[Mapping[str, str]] = {
    "=": "equal",
    "!": "not",
    "<": "less",
    ">": "greater",
    "+": "plus",
    "-": "minus",
    "*": "times",
    "/": "over",
    "%": "rest",
    "?": "question",
    ":": "colon",
}
"""How a sign is called in the name of a file."""

SOON: Final = "as soon as one of its arguments is"


def pages(entry_page: str) -> dict[str, str]:
    """Every generated text by its path below `docs/`: the entry page with its table renewed, and a page an operator."""
    made = {"rules.md": renewed(entry_page)}
    return made | {f"operators/{file_name(operator.name)}": page(operator) for operator in OPERATORS.values()}


def renewed(entry_page: str) -> str:
    """The entry page with its tables as operators and findings are now; `ValueError` where their marks are missing."""
    page = _renewed(entry_page, BEGIN, table(), END)
    return _renewed(page, FINDINGS_BEGIN, findings_table(), FINDINGS_END)


def _renewed(page: str, begin: str, made: str, end: str) -> str:
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"docs/rules.md needs the lines {begin!r} and {end!r} around its table")
    return f"{before}{begin}\n\n{made}\n{end}{after}"


def findings_table() -> str:
    """One row for each kind of finding, the gravest first."""
    rows = [
        _row(f"`{mistake.name}`", mistake.severity, mistake.summary, _shortened(_code(mistake.example)))
        for severity in (ERROR, WARNING, NOTE)
        for mistake in FINDINGS.values()
        if mistake.severity == severity
    ]
    return "\n".join(["| code | severity | what it says | found in |", "|---|---|---|---|", *rows, ""])


def _shortened(code: str) -> str:
    return code if len(code) <= LONGEST else f"{code[:60]}…{code[-20:]}"


def table() -> str:
    """One row for each operator, with a link to its page."""
    rows = [
        _row(
            f"[`{operator.name}`](operators/{file_name(operator.name)})",
            operator.family,
            operator.summary,
            _code(operator.examples[0].rule),
        )
        for operator in OPERATORS.values()
    ]
    return "\n".join(["| operator | family | what it gives | example |", "|---|---|---|---|", *rows, ""])


def page(operator: Operator) -> str:
    """What there is to know of one operator."""
    told = [
        f"# `{operator.name}`",
        "",
        operator.summary,
        "",
        "| | |",
        "|---|---|",
        _row("family", operator.family),
        _row("arguments", arguments(operator)),
        *wanted(operator),
        _row("gives", "true or false" if operator.boolean else "a value"),
        _row("unknown", unknown(operator)),
        _row("other types", coercion(operator)),
        "",
        "## Examples",
        "",
        "| rule | data | gives | in words |",
        "|---|---|---|---|",
        *map(_example, operator.examples),
        "",
        "These examples are tests. [All operators](../rules.md#operators)",
        "",
    ]
    return "\n".join(told)


def file_name(operator: str) -> str:
    """The file of an operator's page: its name, with signs in words."""
    if operator.replace("_", "").isalnum():
        return f"{operator}.md"
    return f"{'-'.join(CHARACTERS.get(sign, f'{ord(sign):x}') for sign in operator)}.md"


def arguments(operator: Operator) -> str:
    """How many arguments it takes."""
    if operator.most is None:
        return f"{operator.least} or more" if operator.least else "any number"
    return f"{operator.least}" if operator.least == operator.most else f"{operator.least} to {operator.most}"


def wanted(operator: Operator) -> list[str]:
    """A row that says what its arguments must be; none where anything will do."""
    if not set(operator.takes) - {Kind.ANY}:
        return []
    if len(operator.takes) == 1:
        return [_row("each of them", operator.takes[0])]
    *first, last = operator.takes
    told = [*(f"{place}: {kind}" for place, kind in enumerate(first, 1)), f"then: {last}"]
    return [_row("which are", "; ".join(told))]


def unknown(operator: Operator) -> str:
    """When it is unknown in the three-valued mode."""
    return operator.unknown or SOON


def coercion(operator: Operator) -> str:
    """How it reads values of other types."""
    return operator.coercion or COERCIONS[operator.family]


def _example(example: Example) -> str:
    data = "" if example.data is None else _code(example.data)
    return _row(_code(example.rule), data, _code(example.result), describe(parse(example.rule)))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _code(value: Json) -> str:
    return f"`{json.dumps(value, ensure_ascii=False)}`"
