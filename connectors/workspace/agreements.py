"""The base of a folder: what it last had in common with each other side, so that two changes can be told from one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from connectors.errors import FileError
from connectors.files import replace_file
from modules import KINDS, JsonError, digest_of, read_json

Name: TypeAlias = tuple[str, str]

HIDDEN: Final = ".intarsia"
"""The folder in a folder of content that holds what is of the tool, not of the content."""

VERSION: Final = 1


@dataclass(slots=True)
class Base:
    """For each other side, digest by name; and the bodies, so that a merge is possible.

    `keys` holds for each importer the keys that it gave.
    """

    folder: Path
    sides: dict[str, dict[Name, str]] = field(default_factory=dict)
    keys: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Base:
        """The base of a content folder; an empty one where it has none. Raises `FileError`."""
        file = folder / HIDDEN / "base.json"
        if not file.is_file():
            return cls(folder)
        try:
            body = read_json(file.read_bytes())
            return cls(folder, *_parsed(body))
        except JsonError as error:
            raise FileError(file, error.message, error.line, error.column) from None
        except (KeyError, TypeError, ValueError, AttributeError):
            remedy = "restore it from version control, or remove it: then every difference counts as a conflict"
            raise FileError(file, f"it is not what this version writes; {remedy}") from None

    def digests(self, side: str) -> Mapping[Name, str]:
        """What was last in common with a side."""
        return self.sides.get(side, {})

    def body(self, digest: str) -> bytes | None:
        """The bytes of a digest, None for a picture or where they are not kept."""
        file = self.folder / HIDDEN / "bodies" / digest
        content = file.read_bytes() if file.is_file() else None
        return content if content is not None and digest_of(content) == digest else None

    def write(self, side: str, digests: Mapping[Name, str], contents: Mapping[Name, bytes]) -> None:
        """Make these digests what is in common with a side, and keep the bodies of those that are given.

        A crash leaves the old base, or the new one, never half of it.
        """
        self.sides[side] = dict(digests)
        bodies = self.folder / HIDDEN / "bodies"
        bodies.mkdir(parents=True, exist_ok=True)
        named = {digest for of_side in self.sides.values() for digest in of_side.values()}
        for (kind, _), content in contents.items():
            digest = digest_of(content)
            if KINDS[kind].is_json and digest in named and not (bodies / digest).is_file():
                replace_file(bodies / digest, content)
        replace_file(self.folder / HIDDEN / "base.json", self._bytes())
        for file in bodies.iterdir():
            if file.name not in named:
                file.unlink()

    def _bytes(self) -> bytes:
        sides = {
            side: {f"{kind}/{key}": digest for (kind, key), digest in sorted(digests.items())}
            for side, digests in sorted(self.sides.items())
        }
        body: dict[str, Any] = {"version": VERSION, "sides": sides}
        if self.keys:
            body["keys"] = {source: dict(sorted(keys.items())) for source, keys in sorted(self.keys.items())}
        return (json.dumps(body, indent=1, ensure_ascii=False) + "\n").encode()


def clear_incoming(folder: Path) -> Path:
    """An empty place for files on their way in; what a killed run left there is gone."""
    place = folder / HIDDEN / "incoming"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def _parsed(body: Any) -> tuple[dict[str, dict[Name, str]], dict[str, dict[str, str]]]:
    if body["version"] != VERSION:
        raise ValueError
    sides = {
        str(side): {_name(name): str(digest) for name, digest in digests.items()}
        for side, digests in body["sides"].items()
    }
    return sides, {str(source): dict(keys) for source, keys in body.get("keys", {}).items()}


def _name(written: str) -> Name:
    kind, _, key = written.partition("/")
    return kind, key
