"""Pictures on their way in: named after what they are, without telling where they were taken."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

from connectors.importing.words import key_of
from pictures import Broken, sniff, tells_place, without_metadata

ENDINGS = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg"}


def picture_name(file: str, content: bytes, known: Collection[str]) -> str | None:
    """A name for a picture, its ending that of what it is; None where it is of no known kind.

    Names lie: a JPEG called .png is kept as what it is.
    """
    path = PurePosixPath(file.replace("\\", "/"))
    ending = path.suffix.removeprefix(".").lower()
    ending = ENDINGS.get(ending, ending)
    if ending not in known:
        return None
    format_ = sniff(content) if ending != "svg" else None
    return f"{key_of(path.stem) or 'picture'}.{format_.ending if format_ else ending}"


def placeless(content: bytes) -> bytes | None:
    """The picture without its metadata, where that tells a place; None where it tells none, or is not to be freed."""
    try:
        return without_metadata(content) if tells_place(content) else None
    except Broken:
        return None
