"""Reading what others wrote: bounded in size, number and depth, and never outside of the folder that was named."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from connectors.errors import FileError, SourceError
from modules import JsonError, read_json

LARGEST_DOCUMENT = 256_000_000
"""Bytes of one file of entries; Strapi begins a new one at this size, too."""

LARGEST_FILE = 50_000_000
"""Bytes of one picture or text."""

LARGEST_IN_ALL = 1_000_000_000
"""Bytes of an archive unpacked, so that a small one cannot fill the memory."""

MOST_FILES = 200_000


def read_document(file: Path, largest: int = LARGEST_DOCUMENT) -> Any:
    """The JSON value of a file. Raises `FileError` with the place of what is wrong."""
    return parse_document(file, read_file(file, largest))


def parse_document(file: Path, content: bytes) -> Any:
    """The JSON value of these bytes of a file."""
    try:
        return read_json(content)
    except JsonError as error:
        raise FileError(file, error.message, error.line, error.column) from None


def read_file(file: Path, largest: int = LARGEST_FILE) -> bytes:
    """The bytes of a file that is one: no link, no device, not larger than this."""
    if file.is_symlink() or not file.is_file():
        raise FileError(file, "there is no such file; links are not followed")
    size = file.stat().st_size
    if size > largest:
        raise FileError(file, f"it has {size:,} bytes; at most {largest:,} are read")
    return file.read_bytes()


def inside(folder: Path, path: str) -> Path | None:
    """The file of this relative path, None where it would lie outside of the folder or pass through a link."""
    steps = PurePosixPath(path.replace("\\", "/")).parts
    if not steps or ".." in steps or steps[0].startswith("/") or "\0" in path or ":" in steps[0]:
        return None
    file = folder
    for step in steps:
        file = file / step
        if file.is_symlink():
            return None
    return file


def walk(folder: Path) -> Iterator[Path]:
    """Every file below a folder in the order of their paths; hidden ones, links and what they lead to are left out."""
    waiting, found = [folder], 0
    while waiting:
        here = waiting.pop()
        entries = sorted(entry for entry in here.iterdir() if not entry.name.startswith(".") and not entry.is_symlink())
        waiting += [entry for entry in reversed(entries) if entry.is_dir()]
        for entry in entries:
            if entry.is_file():
                found += 1
                if found > MOST_FILES:
                    raise SourceError(str(folder), f"it has more than {MOST_FILES:,} files", "import it in parts")
                yield entry


@dataclass(slots=True)
class Archive:
    """A folder, or a tar (also compressed) read as if it were one; names are relative paths."""

    path: Path
    files: Mapping[str, Path | bytes] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> Archive:
        """Of a folder or a file. Raises `SourceError` for an archive with anything in it that is not a plain file."""
        if path.is_dir():
            return cls(path, {file.relative_to(path).as_posix(): file for file in walk(path)})
        if not path.is_file():
            raise FileError(path, "there is no such file or folder")
        return cls(path, dict(_unpacked(path)))

    def names(self, folder: str, ending: str = "") -> list[str]:
        """The files right below a folder of it, in order."""
        return sorted(n for n in self.files if PurePosixPath(n).parent.as_posix() == folder and n.endswith(ending))

    def content(self, name: str, largest: int = LARGEST_FILE) -> bytes | None:
        """The content of a file, None where there is none of this name."""
        found = self.files.get(name)
        if isinstance(found, Path):
            return read_file(found, largest)
        if found is not None and len(found) > largest:
            raise FileError(self.path / name, f"it has {len(found):,} bytes; at most {largest:,} are read")
        return found

    def document(self, name: str) -> Any:
        """The JSON value of a file, None where there is none of this name."""
        content = self.content(name)
        return None if content is None else parse_document(self.path / name, content)

    def lines(self, folder: str) -> Iterator[tuple[str, Any]]:
        """Every value of the JSON Lines files of a folder, each with its place."""
        for name in self.names(folder, ".jsonl"):
            content = self.content(name, LARGEST_DOCUMENT) or b""
            for number, line in enumerate(content.split(b"\n"), 1):
                if line.strip():
                    yield f"{name}:{number}", self._value(name, number, line)

    def _value(self, name: str, number: int, line: bytes) -> Any:
        try:
            return read_json(line)
        except JsonError as error:
            raise FileError(self.path / name, error.message, number, error.column) from None


def _unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """The plain files of a tar, read one after another; nothing is written to disk."""
    left, count = LARGEST_IN_ALL, 0
    try:
        with tarfile.open(path, "r|*") as tar:
            for member in tar:
                count += 1
                _check_member(path, member, left, count)
                if member.isfile():
                    content = tar.extractfile(member)
                    left -= member.size
                    # Archives made on Windows have its separators.
                    yield PurePosixPath(member.name.replace("\\", "/")).as_posix(), content.read() if content else b""
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        remedy = "give the .tar or .tar.gz that was exported, or the folder it was unpacked to"
        raise SourceError(str(path), f"it cannot be read as an archive ({error})", remedy) from None


def _check_member(path: Path, member: tarfile.TarInfo, left: int, count: int) -> None:
    where = f"{path}: {member.name[:200]}"
    steps = PurePosixPath(member.name.replace("\\", "/")).parts
    if member.name.startswith("/") or ".." in steps:
        raise SourceError(where, "the path leads out of the archive", "do not trust this file; export again")
    if not (member.isfile() or member.isdir()):
        raise SourceError(where, "it is a link or a device, not a file", "do not trust this file; export again")
    if member.size > left:
        raise SourceError(str(path), f"unpacked it has more than {LARGEST_IN_ALL:,} bytes", "import it in parts")
    if count > MOST_FILES:
        raise SourceError(str(path), f"it has more than {MOST_FILES:,} files", "import it in parts")
