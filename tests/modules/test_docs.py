"""The manual names every kind of content and of field; a new entry that it lacks fails here."""

from __future__ import annotations

from pathlib import Path

import pytest

from modules import FIELD_KINDS, KINDS

MANUAL = (Path(__file__).parents[2] / "docs/content.md").read_text()


@pytest.mark.parametrize("name", [*KINDS, *FIELD_KINDS])
def test_the_manual_has_a_row_for_it(name: str) -> None:
    assert f"\n| `{name}` |" in MANUAL, f"add a row for `{name}` to docs/content.md"


@pytest.mark.parametrize("kind", FIELD_KINDS.values(), ids=list(FIELD_KINDS))
def test_the_manual_names_the_roles_of_a_field_kind(kind: object) -> None:
    name, roles = kind.name, kind.roles  # type: ignore[attr-defined]
    row = next(line for line in MANUAL.splitlines() if line.startswith(f"| `{name}` |"))
    shown = row.split("|")[3]
    assert shown.strip() == "any" or all(f"`{role}`" in shown for role in roles)
