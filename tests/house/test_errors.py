"""Every error that the API can answer is in the manual, and the manual promises no other."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from werkzeug.http import HTTP_STATUS_CODES

import admin
from engine import NothingPublished
from service.problems import words_of
from storage import BlobsAway

Law = Callable[[str, list[str]], None]


def test_every_error_of_the_api_is_in_the_manual(syntax: Mapping[Path, ast.Module], root: Path, law: Law) -> None:
    """docs/errors.md has a row for each title and status, with a meaning and a remedy."""
    rows, raised = _rows(root), set(_raised(syntax))
    told = {(title, status) for title, status, _, _ in rows}
    law("give the error a row in docs/errors.md", [f"{status} {title}" for title, status in raised - told])
    law(
        "take the row out of docs/errors.md: nothing answers so",
        [f"{status} {title}" for title, status in told - raised if HTTP_STATUS_CODES.get(status) != title],
    )
    silent = [title for title, _, means, remedy in rows if not (means and remedy)]
    law("say in docs/errors.md what it means and what to do", silent)


def _rows(root: Path) -> list[tuple[str, int, str, str]]:
    lines = (root / "docs/errors.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [(title, int(status), means, remedy) for title, status, means, remedy in cells if status.isdigit()]


def _raised(syntax: Mapping[Path, ast.Module]) -> Iterator[tuple[str, int]]:
    """Title and status of each `Problem(…)` in the code, and of each error that the tables know."""
    for tree in syntax.values():
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Name("Problem") | ast.Attribute(attr="Problem"),
                    args=[ast.Constant(int(status)), ast.Constant(str(title)), *_],
                ):
                    yield title, status
    yield from ((words_of(kind), status) for kind, status in admin.PROBLEMS.items())
    yield from ((words_of(kind), 503) for kind in (NothingPublished, BlobsAway))
