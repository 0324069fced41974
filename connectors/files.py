"""Content as files: `DIR/<kind>/<key>.json` and `DIR/assets/<name>`, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from connectors.errors import FileError
from modules import KINDS, JsonError, ModulesError, changes, check_key, read_json

Contents = Mapping[tuple[str, str], bytes]
"""Kind and key -> the exact bytes of a piece of content."""

LARGEST = 5_000_000
"""Bytes of JSON in one file."""

LARGEST_PICTURE = 50_000_000
"""Bytes of a picture that is read at all; how large one may be is a setting."""


def read_folder(path: Path | str) -> dict[tuple[str, str], bytes]:
    """Everything in a content folder by kind and key, each file as its exact bytes.

    Hidden files are left out. Raises `FileError`, naming file and place, at the first thing that is not content.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise FileError(folder, f"there is no such folder{_near_folder(folder)}")
    return {_name(file): _bytes(file) for file in _files(folder)}


def write_folder(path: Path | str, contents: Contents, *, readable: bool = False) -> list[str]:
    """Write each piece of content as its file, and tell which files of the folder are not among them.

    Files that hold the same bytes already are not touched; none is ever deleted. `readable` lays JSON out for people,
    and leaves a file alone that says the same in its own layout.
    """
    folder = Path(path)
    for (kind, key), content in contents.items():
        check_key(kind, key)
        file = folder / file_name(kind, key)
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_bytes() if file.is_file() else None
        if before == content or (readable and before is not None and same(kind, before, content)):
            continue
        replace_file(file, laid_out(read_json(content)) if readable and KINDS[kind].is_json else content)
    ours = {file_name(kind, key) for kind, key in contents}
    there = {f"{kind}/{file.name}" for kind in KINDS if (folder / kind).is_dir() for file in (folder / kind).iterdir()}
    return sorted(name for name in there - ours if "/." not in name)


def file_name(kind: str, key: str) -> str:
    """The path of a piece of content inside its folder."""
    return f"{kind}/{key}.json" if KINDS[kind].is_json else f"{kind}/{key}"


def laid_out(value: Any) -> bytes:
    """JSON that people read, and compare line by line."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def same(kind: str, one: bytes, other: bytes) -> bool:
    """Whether two bodies say the same: in JSON its layout does not count, nor an order of names that means nothing."""
    if one == other or not KINDS[kind].is_json:
        return one == other
    return next(changes(read_json(one), read_json(other)), None) is None


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or not entry.is_dir():
            if entry.suffix == ".json":
                raise FileError(entry, f"a content file lies in the folder of its kind: {', '.join(KINDS)}")
            continue  # a README beside the kinds is welcome
        if entry.name not in KINDS:
            near = get_close_matches(entry.name, KINDS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"the kinds are {', '.join(KINDS)}"
            raise FileError(entry, f"{entry.name!r} is not a kind of content; {hint}")
        yield from sorted(file for file in entry.iterdir() if not file.name.startswith("."))


def _name(file: Path) -> tuple[str, str]:
    kind = file.parent.name
    if not file.is_file():
        raise FileError(file, "folders inside the folder of a kind are not read; move the files up")
    if KINDS[kind].is_json and file.suffix != ".json":
        raise FileError(file, f"content of the kind {kind} is JSON; name the file {file.stem}.json")
    key = file.stem if KINDS[kind].is_json else file.name
    try:
        check_key(kind, key)
    except ModulesError as error:
        raise FileError(file, str(error)) from None
    return kind, key


def _bytes(file: Path) -> bytes:
    size = file.stat().st_size
    largest = LARGEST if file.suffix == ".json" else LARGEST_PICTURE
    if size > largest:
        raise FileError(file, f"it has {size:,} bytes; at most {largest:,} are read")
    content = file.read_bytes()
    if file.suffix == ".json":
        try:
            read_json(content)
        except JsonError as error:
            raise FileError(file, error.message, error.line, error.column) from None
    return content


def replace_file(file: Path, content: bytes) -> None:
    """Write a file so that a reader, or a crash, meets the old one or the new one, never half of it."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_bytes(content)
    beside.replace(file)


def _near_folder(folder: Path) -> str:
    parent = folder.parent
    names = [entry.name for entry in parent.iterdir() if entry.is_dir()] if parent.is_dir() else []
    near = get_close_matches(folder.name, names, n=1)
    return f"; did you mean {parent / near[0]}?" if near else ""
