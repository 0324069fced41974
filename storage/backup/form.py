"""The form of a backup: a ZIP archive of tables, blobs and secrets, with a manifest that has the digest of each."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Final
from zipfile import ZipFile, ZipInfo

from storage.backup.errors import BackupError
from storage.backup.rows import Sum

FORM: Final = 1
MANIFEST: Final = "manifest.json"
LONGEST_LINE: Final = 1 << 28
EARLY: Final = (1980, 1, 1, 0, 0, 0)
"""The moment of every member: equal data make equal archives."""


@dataclass(slots=True)
class Manifest:
    """What a backup holds. `blobs` is None where they were left out."""

    version: str
    made_at: float
    database: str
    revision: str
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    blobs: dict[str, Any] | None = None
    secrets: dict[str, str] = field(default_factory=dict)
    form: int = FORM

    def dumped(self) -> bytes:
        """As it stands in the archive."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table["rows"] for table in self.tables.values())


def digest_of(manifest: Manifest) -> str:
    """The digest of a manifest, and through it of everything in the backup."""
    return sha256(manifest.dumped()).hexdigest()


@contextmanager
def member(archive: ZipFile, name: str) -> Iterator[IO[bytes]]:
    """A new member of an archive, to be written to."""
    info = ZipInfo(name, EARLY)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with archive.open(info, "w", force_zip64=True) as file:
        yield file


@contextmanager
def opened(path: Path) -> Iterator[tuple[ZipFile, Manifest]]:
    """A backup and its manifest. Raises `BackupError` where it is none, or not whole."""
    try:
        with ZipFile(path) as archive:
            yield archive, _manifest(archive)
    except FileNotFoundError:
        raise BackupError(f"there is no file {path}") from None
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise BackupError(f"{path} is not a whole backup: {error}") from None


def lines_of(archive: ZipFile, table: str) -> Iterator[bytes]:
    """The rows of a table, a line each."""
    with archive.open(f"tables/{table}.jsonl") as file:
        while line := file.readline(LONGEST_LINE):
            yield line


def check(archive: ZipFile, manifest: Manifest) -> None:
    """Compare every byte with its digest. Raises `BackupError` with the first thing that is not as it was."""
    names = {f"tables/{name}.jsonl" for name in manifest.tables} | {f"secrets/{name}" for name in manifest.secrets}
    names |= {name for name in archive.namelist() if name.startswith("blobs/")} | {MANIFEST}
    if set(archive.namelist()) != names or len(archive.namelist()) != len(names):
        odd = sorted(set(archive.namelist()) ^ names)[:3]
        raise BackupError(f"the backup does not hold what its manifest tells: {', '.join(odd) or 'a name twice'}")
    for name, told in manifest.tables.items():
        found = Sum()
        for line in lines_of(archive, name):
            found.add(line)
        if (found.rows, found.digest) != (told["rows"], told["digest"]):
            raise BackupError(f"the rows of the table {name} are not those that were kept")
    _check_blobs(archive, manifest)
    for name, digest in manifest.secrets.items():
        if sha256(archive.read(f"secrets/{name}")).hexdigest() != digest:
            raise BackupError(f"the secret {name} is not the one that was kept")


def blobs_of(archive: ZipFile) -> Iterator[str]:
    """The digest of every blob."""
    return (name.removeprefix("blobs/") for name in archive.namelist() if name.startswith("blobs/"))


def blob(archive: ZipFile, digest: str) -> bytes:
    """A blob. Raises `BackupError` where it is not what its name says."""
    content = archive.read(f"blobs/{digest}")
    if sha256(content).hexdigest() != digest:
        raise BackupError(f"the blob {digest} is damaged")
    return content


def _check_blobs(archive: ZipFile, manifest: Manifest) -> None:
    found = Sum()
    for digest in blobs_of(archive):
        blob(archive, digest)
        found.add(digest.encode())
    told = manifest.blobs or {"count": 0, "digest": Sum().digest}
    if (found.rows, found.digest) != (told["count"], told["digest"]):
        raise BackupError("the blobs are not those that were kept")


def _manifest(archive: ZipFile) -> Manifest:
    try:
        told: Mapping[str, Any] = json.loads(archive.read(MANIFEST))
    except KeyError:
        raise BackupError("it has no manifest: it is not a backup of ours, or was broken off") from None
    except ValueError as error:
        raise BackupError(f"its manifest cannot be read: {error}") from None
    if not isinstance(told, dict) or told.get("form") != FORM:
        raise BackupError(f"this version reads backups of the form {FORM}, and it is another one")
    try:
        manifest = Manifest(**told)
    except TypeError as error:
        raise BackupError(f"its manifest is not one of ours: {error}") from None
    if odd := [name for name in manifest.secrets if Path(name).name != name]:
        raise BackupError(f"no secret is called {odd[0]!r}")
    return manifest
