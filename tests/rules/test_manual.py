"""The manual says what is: its generated pages, its samples, its tables."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

import rules
from rules import OPERATORS, Facts, Operator, RuleError, parse
from rules.manual import file_name, page, pages

DOCS = Path(__file__).parents[2] / "docs"
MANUAL = DOCS / "rules.md"
AGAIN = "run `python docs/generate.py`"


def test_the_generated_pages_are_what_the_entries_say() -> None:
    made = pages(MANUAL.read_text(encoding="utf-8"))
    stale = [name for name, text in made.items() if not _is(DOCS / name, text)]
    assert not stale, f"{AGAIN}: these are not as the table of operators says: {stale}"


def test_there_is_no_page_of_an_operator_that_is_not_there() -> None:
    made = {file_name(name) for name in OPERATORS}
    assert len(made) == len(OPERATORS)
    assert {path.name for path in (DOCS / "operators").glob("*.md")} == made, AGAIN


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def test_the_marks_around_the_table_are_missed_by_name() -> None:
    with pytest.raises(ValueError, match="needs the lines"):
        pages("# Rules")


def test_the_truth_table_in_the_manual_is_true() -> None:
    rows = _table("| a | b | a and b | a or b | not a |")
    assert len(rows) == 9
    truth = {"yes": {"==": [1, 1]}, "no": {"==": [1, 2]}, "unknown": {"var": "nowhere"}}
    for a, b, *said in rows:
        one, other = truth[a], truth[b]
        rules = ({"and": [one, other]}, {"or": [one, other]}, {"!": [one]})
        assert [parse(rule).decide(Facts(0.0)).outcome for rule in rules] == said


def _table(head: str) -> list[list[str]]:
    lines = MANUAL.read_text(encoding="utf-8").splitlines()
    rows = lines[lines.index(head) + 2 :]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[: rows.index("")]]


SAMPLES = [
    ("from rules import Facts, describe,", 5),
    ("from rules import Attribute,", 2),
    ("from rules import Facts, RuleIndex", 3),
    ("from rules import Facts, parse, trace,", 0),
]
"""How each begins, and how much it promises."""


@pytest.mark.parametrize(("begins", "promises"), SAMPLES)
def test_a_sample_in_the_manual_says_what_comes_out(begins: str, promises: int) -> None:
    sample = begins + MANUAL.read_text(encoding="utf-8").split(f"```python\n{begins}")[1].split("```")[0]
    shown = [line.split("  # ") for line in sample.splitlines() if "  # " in line]
    names: dict[str, object] = {}
    exec(sample, names)
    assert len(shown) == promises
    for expression, promise in shown:
        said = str(eval(expression, names))
        assert said.startswith(promise.rstrip("…")) if promise.endswith("…") else promise.startswith(said)


def test_the_number_of_arguments_of_a_reading_is_what_the_parser_takes() -> None:
    assert "| arguments | 1 |" in page(OPERATORS["events"])
    with pytest.raises(RuleError):
        parse({"events": [{"type": "Seen"}, {"type": "Bought"}]})


def test_every_name_on_the_face_is_in_the_manual_and_no_other() -> None:
    told = re.findall(r"`(\w+)`", " ".join(names for _, names in _table("| for | there are |")))
    assert sorted(told) == sorted(rules.__all__), "tell in docs/rules.md, under the face, what there is"


def test_the_operator_that_is_shown_being_added_keeps_its_examples() -> None:
    sample = (DOCS / "adding-an-operator.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(sample, names)
    operator: Operator = names["DIVISIBLE"]
    for example in operator.examples:
        args = parse({"merge": example.rule["divisible_by"]}).evaluate(example.data)
        assert operator.apply(*args) is example.result
    assert "| arguments | 2 |" in page(operator)


def test_every_part_of_an_entry_is_told() -> None:
    told = (DOCS / "adding-an-operator.md").read_text(encoding="utf-8")
    untold = [field.name for field in dataclasses.fields(Operator) if f"`{field.name}`" not in told]
    assert not untold, f"say in docs/adding-an-operator.md what these parts of an entry are for: {untold}"


def test_the_coercions_in_the_manual_are_true() -> None:
    rows = _table("| expression | gives | because |")
    assert rows
    for expression, result, _ in rows:
        assert parse(json.loads(expression.strip("`"))).evaluate(None) == json.loads(result), expression
