"""A folder and another side: what one changed goes to the other, what both changed is merged or told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors import (
    HIDDEN,
    Base,
    Choice,
    FileError,
    Interrupted,
    compare,
    pull,
    push,
    read_folder,
    write_folder,
)
from modules import ABSENT, digest_of, read_json
from tests.connectors.sides import DOT, HERO, Toy, agreed, body, edit, module


def test_a_change_of_one_side_goes_to_the_other(tmp_path: Path) -> None:
    toy = agreed(tmp_path, {HERO: module("one"), DOT: b"\x89PNG"})
    edit(tmp_path, {HERO: module("two")})
    toy.held[DOT] = b"\x89PNG new"
    push(compare(tmp_path, toy), toy)
    assert toy.held == {HERO: module("two"), DOT: b"\x89PNG new"}
    pull(compare(tmp_path, toy))
    assert read_folder(tmp_path) == toy.held


def test_changes_at_different_places_are_merged_into_both(tmp_path: Path) -> None:
    toy = agreed(tmp_path, {HERO: module("one", text="x")})
    edit(tmp_path, {HERO: module("two", text="x")})
    toy.held[HERO] = module("one", text="y")
    push(compare(tmp_path, toy), toy)
    assert read_json(toy.held[HERO]) == read_json(module("two", text="y"))
    assert read_folder(tmp_path) == toy.held
    assert compare(tmp_path, toy).outcomes == []


def test_changes_of_the_same_place_clash_by_pointer_and_are_settled_by_choice(tmp_path: Path) -> None:
    toy = agreed(tmp_path, {HERO: module("one", text="x")})
    edit(tmp_path, {HERO: module("ours", text="x")})
    toy.held[HERO] = module("theirs", text="y")
    (outcome,) = compare(tmp_path, toy).clashes
    (clash,) = outcome.clashes
    assert (clash.pointer, clash.base, clash.mine, clash.theirs) == ("/locales/en/heading", "one", "ours", "theirs")
    for choice, heading in ((Choice.OURS, "ours"), (Choice.THEIRS, "theirs")):
        (settled,) = compare(tmp_path, toy, choice).outcomes
        assert settled.result is not None
        assert read_json(settled.result) == read_json(module(heading, text="y"))


def test_whatever_is_changed_there_and_removed_here_clashes(tmp_path: Path) -> None:
    toy = agreed(tmp_path, {HERO: module("one")})
    edit(tmp_path, {HERO: None})
    toy.held[HERO] = module("two")
    (clash,) = compare(tmp_path, toy).clashes[0].clashes
    assert (clash.pointer, clash.mine) == ("", ABSENT)


def test_nothing_is_taken_away_unless_that_is_said(tmp_path: Path) -> None:
    toy = agreed(tmp_path, {HERO: module("one"), DOT: b"\x89PNG"})
    edit(tmp_path, {HERO: None})
    del toy.held[DOT]
    assert push(compare(tmp_path, toy), toy).kept == [HERO]
    assert pull(compare(tmp_path, toy)).kept == [DOT]
    assert (list(toy.held), list(read_folder(tmp_path))) == ([HERO], [DOT])
    push(compare(tmp_path, toy), toy, delete=True)
    pull(compare(tmp_path, toy), delete=True)
    assert (toy.held, read_folder(tmp_path)) == ({}, {})


def test_without_a_base_what_differs_is_a_conflict(tmp_path: Path) -> None:
    write_folder(tmp_path, {HERO: module("one")})
    assert compare(tmp_path, Toy({HERO: module("two")})).clashes
    assert not compare(tmp_path, Toy({HERO: module("one")})).outcomes


def test_another_layout_of_the_same_json_is_no_change(tmp_path: Path) -> None:
    toy = agreed(tmp_path, {HERO: module("one")})
    edit(tmp_path, {HERO: json.dumps(json.loads(module("one")), indent=8).encode()})
    assert compare(tmp_path, toy).outcomes == []


def test_an_interrupted_push_knows_what_it_has_done(tmp_path: Path) -> None:
    others = {("rules", f"r{n}"): body({"title": str(n), "logic": True}) for n in range(4)}
    toy = agreed(tmp_path, {HERO: module("one"), **others})
    edit(tmp_path, {name: body({"title": "new", "logic": True}) for name in others})
    toy.breaks_after = 2
    with pytest.raises(Interrupted) as stop:
        push(compare(tmp_path, toy), toy)
    assert (len(stop.value.done), len(stop.value.left)) == (2, 2)
    toy.breaks_after = None
    assert len(push(compare(tmp_path, toy), toy).written) == 2
    assert read_folder(tmp_path) == toy.held


def test_a_base_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / HIDDEN).mkdir()
    for content in ("{", "{}", '{"version": 7, "sides": {}}', '{"version": 1, "sides": []}'):
        (tmp_path / HIDDEN / "base.json").write_text(content)
        with pytest.raises(FileError, match=r"base\.json"):
            Base.read(tmp_path)


def test_bodies_that_no_base_names_are_forgotten(tmp_path: Path) -> None:
    toy = agreed(tmp_path, {HERO: module("one")})
    for heading in ("two", "three"):
        edit(tmp_path, {HERO: module(heading)})
        push(compare(tmp_path, toy), toy)
    assert [file.name for file in (tmp_path / HIDDEN / "bodies").iterdir()] == [digest_of(module("three"))]
