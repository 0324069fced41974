"""What a package shows says what it promises."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

Law = Callable[[str, list[str]], None]


def test_every_public_name_has_a_docstring(
    faces: Mapping[str, ModuleType], syntax: Mapping[Path, ast.Module], law: Law
) -> None:
    """A name in `__all__` is a promise to the other packages; a constant's stands under its assignment."""
    constants = {name: set(_documented_constants(name, syntax)) for name in faces}
    offenders = [
        f"{package}.{name}"
        for package, face in faces.items()
        for name in face.__all__
        if not _says_what_it_is(getattr(face, name)) and name not in constants[package]
    ]
    law("say in a docstring what it promises (not what it does line by line)", offenders)


def test_every_file_says_what_it_holds(syntax: Mapping[Path, ast.Module], law: Law) -> None:
    """The first line of a file tells a newcomer whether to read on; an empty one has nothing to say."""
    silent = [str(path) for path, tree in syntax.items() if tree.body and not ast.get_docstring(tree)]
    law("start the file with a docstring of one sentence", silent)


def _says_what_it_is(value: object) -> bool:
    if not (inspect.isclass(value) or inspect.isroutine(value)):
        return False
    words = value.__doc__ or ""
    # A dataclass without a docstring gets its signature for one.
    return bool(words) and not words.startswith(f"{value.__name__}(")


def _documented_constants(package: str, syntax: Mapping[Path, ast.Module]) -> Iterator[str]:
    for path, tree in syntax.items():
        if path.parts[0] != package:
            continue
        for node, after in zip(tree.body, tree.body[1:], strict=False):
            if (
                isinstance(after, ast.Expr)
                and isinstance(after.value, ast.Constant)
                and isinstance(after.value.value, str)
            ):
                yield from _assigned(node)


def _assigned(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]
