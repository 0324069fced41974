"""The export of a Contentful space: one JSON file, and beside it the files of its assets where they were downloaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from connectors.errors import FileError, SourceError
from connectors.importing import inside, read_document, read_file

SOURCE = "contentful"
PARTS = ("contentTypes", "entries", "assets", "locales", "tags", "editorInterfaces")
LEFT = {
    "webhooks": "webhooks hold secrets and addresses of the old system: make them anew",
    "roles": "roles are of the old system: make them anew",
}
"""Parts of an export that no import takes over, and why."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """An export that was read: its parts as lists of objects, and where downloaded files lie."""

    folder: Path
    parts: Mapping[str, list[Json]]
    others: Mapping[str, int]
    """Parts that are not taken over, and how much is in each."""

    def file_of(self, url: str, name: str) -> bytes | None:
        """The downloaded bytes of an address, None where they are not there.

        The exporter lays a file down under the host and path of its address; newer ones end it in the asset's own
        file name.
        """
        parts = urlsplit(f"https:{url}" if url.startswith("//") else url)
        path = unquote(parts.path).lstrip("/")
        stem = path.rpartition("/")[0]
        for candidate in (f"{parts.hostname}/{path}", f"{parts.hostname}/{stem}/{name}"):
            file = inside(self.folder, candidate)
            if file is not None and file.is_file():
                return read_file(file)
        return None


def read_export(path: Path) -> Export:
    """The export in this file, or in the one JSON file of this folder. Raises `FileError` and `SourceError`."""
    file = _the_file(path) if path.is_dir() else path
    body = read_document(file)
    if not isinstance(body, dict) or ("contentTypes" not in body and "entries" not in body):
        raise FileError(file, "it is no export of Contentful: it has neither contentTypes nor entries")
    return Export(
        folder=file.parent,
        parts={part: list(_objects(file, body, part)) for part in PARTS},
        others={part: len(body[part]) for part in LEFT if isinstance(body.get(part), list) and body[part]},
    )


def id_of(thing: Json) -> str:
    """The id of anything that has a `sys`."""
    return str(thing["sys"]["id"])


def _the_file(folder: Path) -> Path:
    files = sorted(folder.glob("*.json"))
    if len(files) == 1:
        return files[0]
    what = "no JSON file" if not files else f"{len(files)} JSON files"
    raise SourceError(str(folder), f"there is {what} in it", "name the file of the export itself")


def _objects(file: Path, body: Json, part: str) -> Iterator[Json]:
    found = body.get(part)
    found = [] if found is None else found
    if not isinstance(found, list):
        raise FileError(file, f"{part} is not a list")
    for number, one in enumerate(found):
        if not isinstance(one, dict):
            raise FileError(file, f"{part}/{number} is not an object")
        if part != "locales" and not isinstance(one.get("sys"), dict):
            raise FileError(file, f"{part}/{number} has no sys: it is no export of Contentful")
        yield one
