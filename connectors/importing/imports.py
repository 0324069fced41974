"""One import from beginning to end: read, fitted to our types, written as content."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from connectors.errors import SourceError
from connectors.importing.keys import Keys
from connectors.importing.report import Report
from connectors.importing.world import Contents, Options, World
from connectors.importing.writing import contents_of

Read: TypeAlias = Callable[[Path, Options, Keys], World]
"""How a connector reads a source."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: content, what could not be taken over as it was, and who has which key."""

    contents: Contents
    report: Report
    keys: Mapping[str, str]


def run_import(
    read: Read,
    path: Path,
    options: Options,
    *,
    known: Mapping[str, str] | None = None,
    taken: Collection[str] = (),
    declared: Collection[str] = (),
) -> Imported:
    """Everything that a source holds, as content. Nothing is written.

    `known` are the keys of an earlier import of the same source, which stay; `taken` those that it may not give;
    `declared` the locales that are declared already.
    Raises `SourceError` and `FileError`.
    """
    keys = Keys(dict(known or {}), set(taken))
    try:
        world = read(path, options, keys)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, RecursionError) as error:
        what = f"it is not shaped as such an export ({type(error).__name__}: {str(error)[:200]})"
        raise SourceError(str(path), what, "export again, with the versions that docs/importing.md names") from error
    world.declared = frozenset(declared)
    return Imported(contents_of(world), world.report, keys.known)
