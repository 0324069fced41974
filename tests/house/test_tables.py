"""The tables of the house: each entry answers to its own name, and the manual knows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pytest

TABLES = {
    "accounts": ["ACTIONS", "ROLES"],
    "channels": ["CHANNELS"],
    "connectors": ["CONNECTORS"],
    "modules": ["FIELD_KINDS", "KINDS"],
    "pictures": ["FORMATS"],
    "profiles": ["CALLS", "EVENT_SCHEMAS", "NOT_PERSONAL", "REQUEST_KINDS", "STORES"],
    "recommender": ["LADDERS", "RECOMMENDERS"],
    "storage": ["TOPICS"],
    "rules": ["COMMUNITY_OPERATORS", "FINDINGS", "OPERATORS"],
}
NAMES = [(package, table) for package, tables in TABLES.items() for table in tables]


@pytest.mark.parametrize(("package", "table"), NAMES)
def test_an_entry_answers_to_its_own_name(faces: Mapping[str, ModuleType], package: str, table: str) -> None:
    """The key and the entry's name are one word, not two lists that drift apart."""
    entries = _entries(faces, package, table)
    assert entries, f"{package}.{table} is empty"
    strangers = {key: _name(entry) for key, entry in entries.items() if _name(entry) not in {None, key}}
    assert not strangers, f"{package}.{table}: make each key the name of its entry, {strangers}"


@pytest.mark.parametrize(("package", "table"), NAMES)
def test_an_entry_says_what_it_is(
    faces: Mapping[str, ModuleType], package: str, table: str, law: Callable[[str, list[str]], None]
) -> None:
    """Menus and the manual are made of these words."""
    law(f"give the entry of {package}.{table} a summary, or a docstring", [
        key for key, entry in _entries(faces, package, table).items() if not _summary(entry)
    ])  # fmt: skip


@pytest.mark.parametrize(("package", "table"), NAMES)
def test_an_entry_is_in_the_manual(
    faces: Mapping[str, ModuleType],
    pages: Mapping[str, str],
    package: str,
    table: str,
    law: Callable[[str, list[str]], None],
) -> None:
    """Nothing can be chosen that cannot be looked up: each name is a heading in docs/, or set there as code."""
    manual = "\n".join(pages.values())
    named = {
        *manual.replace("``", "`").split("`"),
        *(line.lstrip("# ") for line in manual.splitlines() if line[:1] == "#"),
    }
    unknown = [key for key in _entries(faces, package, table) if key not in named]
    law(f"describe the entry of {package}.{table} in docs/: its name as a heading or in backticks", unknown)


def test_every_table_of_the_house_is_examined(
    faces: Mapping[str, ModuleType], law: Callable[[str, list[str]], None]
) -> None:
    """A mapping from names, in capitals, on a package's face is a table, and sits these exams."""
    found = {
        (package, name)
        for package, face in faces.items()
        for name in face.__all__
        if name.isupper() and isinstance(getattr(face, name), Mapping)
        if all(isinstance(key, str) for key in getattr(face, name))
    }
    law("add the table to TABLES in this test", [f"{package}.{name}" for package, name in found - set(NAMES)])


def _entries(faces: Mapping[str, ModuleType], package: str, table: str) -> Mapping[str, Any]:
    entries: Mapping[str, Any] = getattr(faces[package], table)
    return entries


def _name(entry: Any) -> object:
    name = getattr(entry, "name", getattr(entry, "key", None))
    # An entry that is a class may name its instances: then the class itself has no name to compare.
    return name if isinstance(name, str) else None


def _summary(entry: Any) -> object:
    return (
        getattr(entry, "summary", None) or getattr(entry, "title", None) or (entry.__doc__ if callable(entry) else None)
    )
