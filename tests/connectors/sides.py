"""A side in the memory, and a folder that agrees with it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors import Contents, Interrupted, compare, push, write_folder
from modules import digest_of

Name = tuple[str, str]
HERO: Name = ("modules", "hero")
DOT: Name = ("assets", "dot.png")


@dataclass
class Toy:
    """Another side in the memory: all or nothing, unless it is told to break off."""

    held: dict[Name, bytes] = field(default_factory=dict)
    name: str = "toy"
    breaks_after: int | None = None

    def manifest(self) -> Mapping[Name, str]:
        return {name: digest_of(content) for name, content in self.held.items()}

    def contents(self, names: Collection[Name]) -> Contents:
        return {name: self.held[name] for name in names}

    def apply(self, puts: Contents, gone: Collection[Name], expect: Mapping[Name, str | None]) -> None:
        assert {name: self.manifest().get(name) for name in expect} == expect
        done: list[Name] = []
        for name in [*puts, *gone]:
            if self.breaks_after is not None and len(done) >= self.breaks_after:
                left = [one for one in [*puts, *gone] if one not in done]
                raise Interrupted(done, left, RuntimeError("the line is cut"))
            if name in puts:
                self.held[name] = puts[name]
            else:
                del self.held[name]
            done.append(name)


def body(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False) + "\n").encode()


def module(heading: str, **more: Any) -> bytes:
    return body({"type": "hero", "locales": {"en": {"heading": heading, **more}}})


def agreed(folder: Path, contents: Contents) -> Toy:
    """A folder and a side that hold the same, and know it."""
    folder.mkdir(parents=True, exist_ok=True)
    toy = Toy()
    write_folder(folder, contents)
    push(compare(folder, toy), toy)
    return toy


def edit(folder: Path, contents: Mapping[Name, bytes | None]) -> None:
    for (kind, key), content in contents.items():
        file = folder / kind / (key if kind == "assets" else f"{key}.json")
        if content is None:
            file.unlink()
        else:
            write_folder(folder, {(kind, key): content})
