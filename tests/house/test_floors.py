"""The floors: who stands where, and who may import whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType
from typing import Any

Law = Callable[[str, list[str]], None]
VAGUE = {"utils", "util", "common", "core", "base", "manager", "managers", "helper", "helpers", "misc", "lib"}


def _floors(project: Mapping[str, Any]) -> list[list[str]]:
    layers = next(c["layers"] for c in project["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    return [[name.strip() for name in layer.split("|")] for layer in layers]


def test_every_package_stands_on_one_floor(project: dict[str, Any], packages: list[str], law: Law) -> None:
    """A folder that is in no contract could import anything."""
    standing = [name for floor in _floors(project) for name in floor]
    law("give each package one floor in the layers contract of pyproject.toml", _unlike(packages, standing))


def test_every_package_is_listed_wherever_packages_are_listed(
    project: dict[str, Any], packages: list[str], law: Law
) -> None:
    """What is not listed is not checked, and not shipped."""
    tool = project["tool"]
    shipped = [name for name in tool["setuptools"]["packages"] if "." not in name]
    law("list each package in [tool.setuptools] packages", _unlike(packages, shipped))
    law("list each package in [tool.mypy] packages", _unlike(packages, tool["mypy"]["packages"]))
    law(
        "list each package in [tool.importlinter] root_packages",
        _unlike(packages, tool["importlinter"]["root_packages"]),
    )


def test_every_folder_with_code_is_shipped(
    project: dict[str, Any], syntax: Mapping[Path, ast.Module], law: Law
) -> None:
    """A folder inside a package that setuptools does not know is missing from a built copy."""
    folders = sorted({".".join(path.parent.parts) for path in syntax})
    law(
        "list each folder of code in [tool.setuptools] packages",
        _unlike(folders, project["tool"]["setuptools"]["packages"]),
    )


def test_no_package_shares_its_name_with_an_installed_distribution(packages: list[str], law: Law) -> None:
    """Two packages of one name: which is imported depends on the path, and one is broken."""
    owners = packages_distributions()
    taken = [f"{name} (of {', '.join(owners[name])})" for name in packages if set(owners.get(name, [])) - {"intarsia"}]
    law("rename our package, or leave the other distribution", taken)


LINT = "from importlinter.cli import lint_imports_command as lint; lint(['--no-logo', '--no-cache'])"


def test_every_import_contract_holds(root: Path) -> None:
    """Imports go down only, and each library has its one door. (In a process of its own: the linter turns off every
    logger that there is.)"""
    done = subprocess.run([sys.executable, "-c", LINT], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"move the code down, or pass a value instead of importing\n{done.stdout}{done.stderr}"


def test_others_are_met_at_their_face(packages: list[str], syntax: Mapping[Path, ast.Module], law: Law) -> None:
    """What is not in a package's `__init__` may change without asking."""
    offenders = [
        f"{path}:{line} imports {module}"
        for path, tree in syntax.items()
        for module, line in _imports(tree)
        if "." in module and module.split(".")[0] in packages and module.split(".")[0] != path.parts[0]
    ]
    law("import from the package itself (`from rules import parse`), and add the name to its face", offenders)


def test_every_face_says_what_it_shows(faces: Mapping[str, ModuleType], law: Law) -> None:
    """`__all__` is the face: sorted, without doubles, each name there, and a docstring for the package."""
    offenders = []
    for name, face in faces.items():
        shown = list(getattr(face, "__all__", []))
        offenders += [f"{name}: no docstring"] if not face.__doc__ else []
        offenders += [f"{name}: no __all__"] if not hasattr(face, "__all__") else []
        offenders += [f"{name}: {word} is listed twice" for word in set(shown) if shown.count(word) > 1]
        offenders += [f"{name}: {word} is listed, but not there" for word in shown if not hasattr(face, word)]
    law("mend the package's __init__.py", offenders)


def test_no_file_has_a_name_that_says_nothing(files: list[Path], root: Path, law: Law) -> None:
    """A folder of `utils` grows without end, because everything fits."""
    vague = [str(path.relative_to(root)) for path in files if VAGUE & {*path.relative_to(root).parent.parts, path.stem}]
    law("name the file after what is in it", vague)


def test_folders_are_at_most_two_deep(syntax: Mapping[Path, ast.Module], law: Law) -> None:
    """The tree is the plan, and a plan is seen at a glance; migrations are Alembic's own shape."""
    deep = [str(path) for path in syntax if len(path.parts) > 3 and path.parts[1] != "migrations"]
    law("move the file up", deep)


def _imports(tree: ast.Module) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append((node.module, node.lineno))
        elif isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
    return found


def _unlike(wanted: list[str], listed: list[str]) -> list[str]:
    missing = [f"{name} is missing" for name in wanted if name not in listed]
    strange = [f"{name} is listed, and is not there" for name in listed if name not in wanted]
    return missing + strange + [f"{name} is listed twice" for name in set(listed) if listed.count(name) > 1]
