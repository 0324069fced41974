"""A small folder of content, ways to change it, and the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from service.cli import cli

HERO = {"title": "Hero", "fields": {"heading": {"kind": "text", "role": "heading"}, "text": {"kind": "richtext"}}}
LONG = "<p>Beans are roasted on Monday.</p><p>They are at your door on Tuesday, whatever the weather may be.</p>"


def make_site(folder: Path) -> Path:
    """A folder with a type, two modules and a rule, one of the modules naming it."""
    write(folder, "types/hero", HERO)
    write(folder, "rules/buyers", {"title": "Buyers", "logic": True})
    write(
        folder, "modules/a", {"type": "hero", "targeting": "buyers", "locales": {"en": {"heading": "A", "text": LONG}}}
    )
    write(folder, "modules/b", {"type": "hero", "locales": {"en": {"heading": "B"}}})
    return folder


def write(folder: Path, name: str, body: Any) -> None:
    file = folder / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(body, indent=1) + "\n")


def change(folder: Path, name: str, **fields: Any) -> None:
    body = json.loads((folder / f"{name}.json").read_bytes())
    body["locales"]["en"] |= fields
    write(folder, name, body)


def run(*arguments: object, code: int = 0) -> str:
    done: Result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert done.exit_code == code, f"{done.output}{done.exception!r}"
    return done.output
