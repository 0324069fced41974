"""A folder and another side: no edit of either is lost in silence, whatever both do, and wherever it is cut off."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import (
    HIDDEN,
    Base,
    Choice,
    Contents,
    FileError,
    Interrupted,
    SourceError,
    compare,
    find_environment,
    pull,
    push,
    read_folder,
    write_folder,
)
from modules import ABSENT, changes, digest_of, read_json

Name = tuple[str, str]
HERO: Name = ("modules", "hero")
DOT: Name = ("assets", "dot.png")


@dataclass
class Toy:
    """Another side in the memory: all or nothing, unless it is told to break off."""

    held: dict[Name, bytes] = field(default_factory=dict)
    name: str = "toy"
    breaks_after: int | None = None

    def manifest(self) -> Mapping[Name, str]:
        return {name: digest_of(content) for name, content in self.held.items()}

    def contents(self, names: Collection[Name]) -> Contents:
        return {name: self.held[name] for name in names}

    def apply(self, puts: Contents, gone: Collection[Name], expect: Mapping[Name, str | None]) -> None:
        assert {name: self.manifest().get(name) for name in expect} == expect
        done: list[Name] = []
        for name in [*puts, *gone]:
            if self.breaks_after is not None and len(done) >= self.breaks_after:
                left = [one for one in [*puts, *gone] if one not in done]
                raise Interrupted(done, left, RuntimeError("the line is cut"))
            if name in puts:
                self.held[name] = puts[name]
            else:
                del self.held[name]
            done.append(name)


def body(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False) + "\n").encode()


def module(heading: str, **more: Any) -> bytes:
    return body({"type": "hero", "locales": {"en": {"heading": heading, **more}}})


def agreed(folder: Path, contents: Contents) -> Toy:
    """A folder and a side that hold the same, and know it."""
    folder.mkdir(parents=True, exist_ok=True)
    toy = Toy()
    write_folder(folder, contents)
    push(compare(folder, toy), toy)
    return toy


def edit(folder: Path, contents: Mapping[Name, bytes | None]) -> None:
    for (kind, key), content in contents.items():
        file = folder / kind / (key if kind == "assets" else f"{key}.json")
        if content is None:
            file.unlink()
        else:
            write_folder(folder, {(kind, key): content})


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


TEXTS = st.sampled_from(["a", "b", "c"])
FIELDS = st.dictionaries(st.sampled_from(["heading", "text", "more"]), TEXTS, max_size=3)
ENTRIES = st.lists(
    st.fixed_dictionaries({"key": TEXTS}, optional={"v": TEXTS}), max_size=3, unique_by=lambda e: e["key"]
)
BODIES = st.fixed_dictionaries(
    {"locales": st.dictionaries(st.sampled_from(["en", "de"]), FIELDS, min_size=1)},
    optional={"tags": st.lists(TEXTS, max_size=3), "variants": ENTRIES, "note": TEXTS},
)
STATES = st.dictionaries(st.sampled_from(["x", "y", "z"]), BODIES, max_size=3)


def named(state: Mapping[str, Any]) -> dict[Name, bytes]:
    return {("modules", key): body(value) for key, value in state.items()}


def edits(before: Contents, after: Contents) -> set[tuple[Name, str, str]]:
    """Each edit of a state, by where it is and what it made of it; that something went is told apart."""
    made = set()
    for name in before.keys() | after.keys():
        old, new = (read_json(side[name]) if name in side else ABSENT for side in (before, after))
        made |= {(name, one.pointer, repr(one.after)) for one in changes(old, new)}
    return made


@settings(max_examples=80)
@given(base=STATES, ours=STATES, theirs=STATES, pulls=st.booleans(), delete=st.booleans())
def test_no_edit_of_either_side_is_lost_in_silence(
    tmp_path_factory: pytest.TempPathFactory,
    base: dict[str, Any],
    ours: dict[str, Any],
    theirs: dict[str, Any],
    pulls: bool,
    delete: bool,
) -> None:
    """Whatever both have done: either it clashes and nothing is written, or both have all, but for what was kept."""
    folder = tmp_path_factory.mktemp("folder")
    start, here, there = named(base), named(ours), named(theirs)
    toy = agreed(folder, start)
    edit(folder, {name: None for name in start if name not in here})
    edit(folder, here)
    toy.held = dict(there)
    found = compare(folder, toy)
    if found.clashes:
        assert (read_folder(folder), toy.held) == (here, there)
        for outcome in found.clashes:
            assert outcome.ours != outcome.base and outcome.theirs != outcome.base
        return
    for step in ("pull", "push") if pulls else ("push", "pull"):
        if step == "pull":
            pull(compare(folder, toy), delete=delete)
        else:
            push(compare(folder, toy), toy, delete=delete)
    after = read_folder(folder)
    for name in start.keys() | here.keys() | there.keys():
        if name in here and name in there:
            result = read_json(after[name])
            assert result == read_json(toy.held[name])
            was = read_json(start[name]) if name in start else {}
            for mine in (read_json(here[name]), read_json(there[name])):
                # What a side added or changed is in what came of it.
                assert _kept(was, mine, result), (was, mine, result)
        elif name in here or name in there:
            fresh = name not in start
            assert (name in after, name in toy.held) == (
                (True, True) if fresh else (not delete and name in here, not delete and name in there)
            )
    assert compare(folder, toy).clashes == []


def _kept(was: Any, mine: Any, result: Any) -> bool:
    """Whether each field that a side gave another value has that value, or the one that both gave it."""
    if not (isinstance(mine, dict) and isinstance(result, dict)):
        return True
    before = was if isinstance(was, dict) else {}
    for name, value in mine.items():
        if isinstance(value, dict):
            if not _kept(before.get(name), value, result.get(name, {})):
                return False
        elif isinstance(value, str) and before.get(name) != value and result.get(name) != value:
            return False
    return True


@settings(max_examples=40)
@given(base=BODIES, ours=BODIES, theirs=BODIES)
def test_a_choice_settles_every_conflict(
    tmp_path_factory: pytest.TempPathFactory, base: Any, ours: Any, theirs: Any
) -> None:
    folder = tmp_path_factory.mktemp("folder")
    toy = agreed(folder, {HERO: body(base)})
    edit(folder, {HERO: body(ours)})
    toy.held[HERO] = body(theirs)
    clashes = [clash for outcome in compare(folder, toy).clashes for clash in outcome.clashes]
    for choice in (Choice.OURS, Choice.THEIRS):
        outcomes = compare(folder, toy, choice).outcomes
        assert not any(outcome.clashes for outcome in outcomes)
        for clash in clashes:
            if clash.pointer in ("/note", "/locales/en/heading"):
                result = read_json(outcomes[0].result or b"{}")
                chosen = clash.mine if choice is Choice.OURS else clash.theirs
                assert value_at(result, clash.pointer) == (None if chosen is ABSENT else chosen)


def value_at(value: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        value = value.get(step, {}) if isinstance(value, dict) else {}
    return value or None


KILLED = """
import os, signal, sys
from pathlib import Path
from connectors import compare, pull
from tests.connectors.test_workspace import NEW, Toy

def kill(event, args):
    global left
    if event in ("os.rename", "open") and "content-" in str(args[0]):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

for folder in sys.argv[1:]:
    found = compare(Path(folder), Toy(dict(NEW)))
    child = os.fork()
    if not child:
        left = int(folder.rpartition("-")[2])
        sys.addaudithook(kill)
        pull(found)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
OLD = {("modules", f"m{n}"): module("old") for n in range(6)}
NEW = {name: module("new") for name in OLD}


@pytest.mark.slow
def test_a_killed_pull_leaves_each_file_old_or_new_and_can_be_repeated(tmp_path: Path) -> None:
    """Cut off after some steps on the disk: before the first file, in the middle, before the base is noted."""
    folders = [tmp_path / f"content-{steps}" for steps in (0, 3, 8, 11, 14, 99)]
    for folder in folders:
        agreed(folder, OLD)
    command = [sys.executable, "-c", KILLED, *map(str, folders)]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, env=environ, capture_output=True, check=True, text=True)
    assert [int(line) for line in done.stdout.split()] == [-signal.SIGKILL] * 5 + [0]
    for folder in folders:
        there = read_folder(folder)
        assert there.keys() == OLD.keys()
        assert all(content in (OLD[name], NEW[name]) for name, content in there.items())
        toy = Toy(dict(NEW))
        pull(compare(folder, toy))
        assert read_folder(folder) == NEW
        assert compare(folder, toy).outcomes == []


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


@pytest.mark.parametrize(
    ("words", "name", "variables", "complaint"),
    [
        ("", "staging", {}, "there is no environment"),
        ('[staging]\nurl = "https://x.example"\n', "stagin", {}, "did you mean 'staging'"),
        ('[staging]\nurl = "https://x.example"\n', "staging", {}, "INTARSIA_KEY holds no key"),
        ('[staging]\nurl = "https://x.example"\nkey_from = "K"\n', "staging", {}, "K holds no key"),
        ('[staging]\nurl = "https://x.example"\nkey = "secret"\n', "staging", {}, "a file is no place for it"),
        ('[staging]\nurl = "https://u:p@x.example"\n', "staging", {"INTARSIA_KEY": "k"}, "no address of a service"),
        ('[staging]\nurl = "ftp://x.example"\n', "staging", {"INTARSIA_KEY": "k"}, "no address of a service"),
        ('[staging]\nurl = "http://x.example"\n', "staging", {"INTARSIA_KEY": "k"}, "without https"),
        ('[staging]\nurl = "https://x.example"\nkey_form = "K"\n', "staging", {}, "known are url and key_from"),
        ("[staging\n", "staging", {}, "no TOML"),
        ("staging = 1\n", "staging", {}, "is not a table"),
    ],
)
def test_an_environment_that_cannot_be_used_says_why(
    tmp_path: Path, words: str, name: str, variables: dict[str, str], complaint: str
) -> None:
    (tmp_path / HIDDEN).mkdir()
    (tmp_path / HIDDEN / "environments.toml").write_text(words)
    with pytest.raises((FileError, SourceError), match=complaint) as refused:
        find_environment(tmp_path, name, None, variables)
    assert "secret" not in str(refused.value)


def test_a_key_comes_from_the_variable_that_is_named(tmp_path: Path) -> None:
    (tmp_path / HIDDEN).mkdir()
    (tmp_path / HIDDEN / "environments.toml").write_text('[live]\nurl = "https://x.example/"\nkey_from = "LIVE"\n')
    found = find_environment(tmp_path, "live", None, {"LIVE": "abc", "INTARSIA_KEY": "other"})
    assert (found.url, found.key) == ("https://x.example", "abc")
    local = find_environment(tmp_path, "http://127.0.0.1:8322", "given", {})
    assert (local.url, local.key) == ("http://127.0.0.1:8322", "given")
