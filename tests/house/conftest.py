"""What the laws of the house look at: its tree, its packages, its syntax, its pages."""

from __future__ import annotations

import ast
import importlib
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
NOT_PACKAGES = {"tests", "benchmarks", "docs", "deploy", "examples", "build"}
NOT_OURS = {"__pycache__", "node_modules", "build"}
KEPT_HIDDEN = {".ci", ".gitignore"}


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def project() -> dict[str, Any]:
    """pyproject.toml, read."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def packages() -> list[str]:
    """Every folder at the top that holds the product's code."""
    return sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in NOT_PACKAGES)


@pytest.fixture(scope="session")
def faces(packages: list[str]) -> dict[str, ModuleType]:
    """Every package, imported."""
    return {name: importlib.import_module(name) for name in packages}


@pytest.fixture(scope="session")
def syntax(packages: list[str]) -> dict[Path, ast.Module]:
    """The tree of every source file of the product, by its path from the top."""
    files = [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]
    return {path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8")) for path in files}


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """Every file of the repository, without what is made by running it."""
    return sorted(_walk(ROOT))


@pytest.fixture(scope="session")
def texts(files: list[Path]) -> dict[Path, str]:
    """Every file that is text, by its path from the top."""
    found = {}
    for path in files:
        try:
            found[path.relative_to(ROOT)] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


@pytest.fixture(scope="session")
def pages() -> dict[str, str]:
    """Every page of the manual: README.md and the files of docs/, by name."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in found}


@pytest.fixture(scope="session")
def law() -> Callable[[str, list[str]], None]:
    """Fail with every offender at once, and with what to do about them."""

    def hold(remedy: str, offenders: list[str]) -> None:
        __tracebackhide__ = True
        if offenders:
            pytest.fail("\n  ".join([f"{remedy}:", *sorted(offenders)]), pytrace=False)

    return hold


def _walk(folder: Path) -> list[Path]:
    found = []
    for path in folder.iterdir():
        if path.name in NOT_OURS or path.suffix == ".egg-info":
            continue
        if path.name.startswith(".") and path.name not in KEPT_HIDDEN:
            continue
        found += _walk(path) if path.is_dir() else [path]
    return found
