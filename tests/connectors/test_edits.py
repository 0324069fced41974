"""No edit of either side is lost in silence, whatever both do, and wherever it is cut off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import Choice, compare, pull, push, read_folder
from modules import ABSENT, read_json
from tests.connectors.sides import HERO, Name, Toy, agreed, body, edit, module

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
from tests.connectors.sides import Toy
from tests.connectors.test_edits import NEW

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
