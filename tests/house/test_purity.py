"""Thinking packages own no clock and no dice: what they need of either is passed in."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

THINKING = {"engine", "experiments", "layouts", "modules", "profiles", "recommender", "rules"}
BANNED = {
    "time.time": "take `now: Instant` as an argument",
    "time.time_ns": "take `now: Instant` as an argument",
    "datetime.now": "take `now: Instant` as an argument",
    "datetime.utcnow": "take `now: Instant` as an argument",
    "datetime.today": "take `now: Instant` as an argument",
    "date.today": "take `now: Instant` as an argument",
    "random": "hash (salt, unit), or take a seeded numpy Generator",
    "secrets": "take the secret as an argument",
    "uuid.uuid1": "hash what the thing is made of, or take the id as an argument",
    "uuid.uuid4": "hash what the thing is made of, or take the id as an argument",
    "os.urandom": "take the bytes as an argument",
    "numpy.random.seed": "take a seeded numpy Generator",
    "numpy.random.rand": "take a seeded numpy Generator",
    "numpy.random.random": "take a seeded numpy Generator",
}


def test_thinking_packages_read_no_clock_and_throw_no_dice(
    syntax: Mapping[Path, ast.Module], law: Callable[[str, list[str]], None]
) -> None:
    """The same ask must give the same page, in any process, at any time."""
    offenders = [
        f"{path}:{line} uses {name}: {BANNED[name]}"
        for path, tree in syntax.items()
        if path.parts[0] in THINKING
        for name, line in uses(tree)
    ]
    law("no clock and no dice in a thinking package", offenders)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import time\nx = time.time()", ["time.time"]),
        ("import time as t\nx = t.time()", ["time.time"]),
        ("from time import time\nx = time()", ["time.time"]),
        ("from time import time as now\ndef f(clock=now): ...", ["time.time"]),
        ("import datetime\ndatetime.datetime.now()", ["datetime.now"]),
        ("from datetime import datetime as dt, UTC\ndt.now(UTC)", ["datetime.now"]),
        ("from datetime import date\ndate.today()", ["date.today"]),
        ("import random\nrandom.Random(1).random()", ["random"]),
        ("from random import choice\nchoice([1])", ["random"]),
        ("from uuid import uuid4\nuuid4()", ["uuid.uuid4"]),
        ("import uuid\nstr(uuid.uuid4())", ["uuid.uuid4"]),
        ("import numpy as np\nnp.random.rand(3)", ["numpy.random.rand"]),
        ("import numpy as np\nnp.random.default_rng(seed)", []),
        ("import time\ntime.monotonic()", []),
        ("def f(random, time):\n    return random.time() + time.now()", []),
        ("from datetime import datetime\ndatetime.fromtimestamp(now)", []),
    ],
)
def test_the_law_sees_through_names(source: str, found: list[str]) -> None:
    """An alias hides nothing, and a name that only looks alike is left alone."""
    assert [name for name, _ in uses(ast.parse(source))] == found


def uses(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Each use of a banned thing, and its line."""
    origins = _origins(tree)
    inner = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and node not in inner:
            name = _banned(_full_name(node, origins))
            if name:
                yield name, node.lineno


def _origins(tree: ast.Module) -> dict[str, str]:
    """Local name -> where it was imported from."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update({alias.asname or alias.name.split(".")[0]: alias.name for alias in node.names})
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return found


def _full_name(node: ast.expr, origins: Mapping[str, str]) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in origins:
        return ""
    return ".".join([origins[node.id], *parts])


def _banned(name: str) -> str:
    # `datetime.datetime.now` and `datetime.now` are one thing.
    name = name.removeprefix("datetime.") if name.startswith(("datetime.datetime.", "datetime.date.")) else name
    return next(
        (ban for ban in BANNED if name == ban or (ban in {"random", "secrets"} and name.startswith(f"{ban}."))), ""
    )
