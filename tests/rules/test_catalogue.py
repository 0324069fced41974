"""What is claimed of rules beside each other is true of everybody there can be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import Entry, Facts, Finding, Outcome, check_catalogue, parse
from rules.checking.findings import FINDINGS, SAMPLE, Mistake
from tests.rules.casebook import facts_of
from tests.rules.smallworld import PAIRS, RULES, VOCABULARY, everybody, said_of, var

AMONG_MANY = [mistake for mistake in FINDINGS.values() if mistake.catalogue]


def entry(key: str, logic: Any, order: float, slot: str = "top", *, lenient: bool = False) -> Entry:
    return Entry(key, logic, slot, order, lenient)


def codes(*entries: Entry, **more: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.code, one.pointer, one.related) for one in check_catalogue(entries, VOCABULARY, **more)]


def _passing(one: Entry, people: list[Facts]) -> list[bool]:
    enough = {Outcome.YES, Outcome.UNKNOWN} if one.lenient else {Outcome.YES}
    return [outcome in enough for outcome in said_of(one.logic, people)]


@settings(max_examples=200)
@given(PAIRS, st.lists(st.booleans(), min_size=3, max_size=3))
def test_whatever_is_claimed_is_true_of_everybody(logics: list[Any], lenient: list[bool]) -> None:
    entries = [entry(str(n), logic, n, lenient=lenient[n]) for n, logic in enumerate(logics)]
    found = check_catalogue(entries, VOCABULARY)
    people = everybody(logics) if found else []
    for finding in found:
        _is_true(finding, entries, people)


def _is_true(finding: Finding, entries: list[Entry], people: list[Facts]) -> None:
    one = entries[int(finding.pointer[1:])]
    others = [entries[int(pointer[1:])] for pointer in finding.related]
    passing = _passing(one, people)
    assert finding.proof
    if finding.code == "nobody":
        assert not any(passing)
    if finding.code == "shadowed":
        for other in others:
            assert other.order < one.order
            assert all(wide or not narrow for wide, narrow in zip(_passing(other, people), passing, strict=True))
    if finding.code == "duplicate":
        assert _passing(others[0], people) == passing


@settings(max_examples=120)
@given(st.lists(RULES, min_size=2, max_size=3))
def test_who_is_shown_for_an_overlap_passes_both(logics: list[Any]) -> None:
    entries = [entry(str(n), logic, 1) for n, logic in enumerate(logics)]
    for finding in check_catalogue(entries, VOCABULARY, most_overlaps=5):
        if finding.code == "overlap":
            facts = facts_of(finding.witness)
            pair = [entries[int(pointer[1:])] for pointer in (finding.pointer, *finding.related)]
            assert all(parse(one.logic).decide(facts).outcome is Outcome.YES for one in pair)


MANY = {">": [var("n"), 1]}
MORE = {"and": [{">": [var("n"), 2]}, var("b")]}


def test_a_rule_behind_a_wider_one_is_told_with_both_places_and_why() -> None:
    (finding,) = check_catalogue([entry("wide", MANY, 1), entry("narrow", MORE, 2)], VOCABULARY)
    assert (finding.code, finding.pointer, finding.related) == ("shadowed", "/narrow", ("/wide",))
    assert "p.n is more than 1" in finding.proof
    assert "p.n is more than 2" in finding.proof


def test_a_rule_is_in_no_shadow_before_the_wider_one_beside_it_or_elsewhere() -> None:
    assert codes(entry("wide", MANY, 2), entry("narrow", MORE, 1)) == []
    assert codes(entry("wide", MANY, 1), entry("narrow", MORE, 1)) == []
    assert codes(entry("wide", MANY, 1), entry("narrow", MORE, 2, "side")) == []
    assert codes(entry("wide", MORE, 1), entry("narrow", MANY, 2)) == []


def test_where_there_is_room_for_two_it_takes_two_to_hide_a_third() -> None:
    three = [entry("everybody", True, 1), entry("wide", MANY, 2), entry("narrow", MORE, 3)]
    assert codes(*three[1:], room={"top": 2}) == []
    assert codes(*three, room={"top": 2}) == [("shadowed", "/narrow", ("/everybody", "/wide"))]


def test_whom_the_unknown_owner_lets_in_is_not_hidden_by_a_rule_that_wants_to_know() -> None:
    """A stranger passes the second one, by its owner's word, and not the first."""
    assert codes(entry("wide", MANY, 1), entry("narrow", MORE, 2, lenient=True)) == []
    assert codes(entry("wide", MANY, 1, lenient=True), entry("narrow", MORE, 2)) == [
        ("shadowed", "/narrow", ("/wide",))
    ]


def test_a_contradiction_lets_in_strangers_where_unknown_does() -> None:
    never = {"and": [{">": [var("n"), 2]}, {"<": [var("n"), 1]}]}
    assert codes(entry("never", never, 1)) == [("nobody", "/never", ())]
    assert codes(entry("never", never, 1, lenient=True)) == []


def test_rules_that_cannot_be_parsed_are_left_to_the_check_of_each() -> None:
    assert codes(entry("odd", {"events": {"typ": "E"}}, 1), entry("fine", MANY, 2)) == []


def test_the_pointer_can_be_chosen() -> None:
    entries = [Entry("a", MANY, "top", 1, pointer="/modules/a/targeting"), Entry("b", MORE, "top", 2)]
    (finding,) = check_catalogue(entries, VOCABULARY)
    assert finding.related == ("/modules/a/targeting",)


@pytest.mark.parametrize("mistake", AMONG_MANY, ids=lambda mistake: mistake.name)
def test_a_mistake_among_many_is_found_in_its_example(mistake: Mistake) -> None:
    order = 0.0 if mistake.name == "overlap" else 1.0
    assert isinstance(mistake.example, list)
    slot = "" if mistake.name == "duplicate" else "top"
    entries = [Entry(str(n), logic, slot, n * order) for n, logic in enumerate(mistake.example)]
    (finding,) = check_catalogue(entries, SAMPLE, most_overlaps=1)
    assert (finding.code, finding.severity) == (mistake.name, mistake.severity)
    assert finding.proof or finding.witness
