"""JPEG: segments, then scans of compressed data, up to the marker of the end (ITU T.81, annex B)."""

from __future__ import annotations

import re

from pictures.anatomy import Anatomy, Broken, Piece, Reader, Role

SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start-of-frame markers: they hold the size."""
SOI, EOI, SOS, COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
"""The end of compressed data: what is neither a stuffed byte nor a restart."""

_APPLICATION = {
    0xE1: ((b"Exif\0\0", Role.EXIF), (b"http://ns.adobe.com/xap/1.0/\0", Role.XMP), (b"http://ns.adobe", Role.XMP)),
    0xE2: ((b"ICC_PROFILE\0", Role.PROFILE),),
    0xE0: ((b"JFIF\0", Role.PICTURE),),
    0xEE: ((b"Adobe", Role.PICTURE),),
}
"""Application segments by how they begin; all others are notes."""


def anatomy(content: bytes) -> Anatomy:
    """The segments of a JPEG picture. Raises `Broken`."""
    reader = Reader(content, 2)
    pieces = [Piece(0, 2, Role.PICTURE)]
    size: tuple[int, int] | None = None
    while True:
        start = reader.at
        marker = _marker(reader)
        if marker == EOI:
            break
        piece, found = _segment(reader, start, marker)
        size = found or size
        pieces.append(piece)
    if size is None or SOS not in (content[p.start + 1] for p in pieces):
        raise Broken("the picture has no size or no content")
    pieces.append(Piece(start, reader.at, Role.PICTURE))
    return Anatomy(*size, 1, tuple(pieces), reader.at)


def with_exif(pieces: list[bytes], exif: bytes) -> bytes:
    """A JPEG picture of these pieces, with EXIF data as its first segment but for JFIF's."""
    body = b"Exif\0\0" + exif
    segment = b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
    at = 2 if len(pieces) > 1 and pieces[1][1] == 0xE0 else 1
    return b"".join([*pieces[:at], segment, *pieces[at:]])


def _marker(reader: Reader) -> int:
    if reader.big(1) != 0xFF:
        raise Broken("a marker of JPEG is missing")
    marker = 0xFF
    while marker == 0xFF:
        marker = reader.big(1)
    return marker


def _segment(reader: Reader, start: int, marker: int) -> tuple[Piece, tuple[int, int] | None]:
    if marker in (0x00, 0x01, SOI) or 0xD0 <= marker <= 0xD7:
        raise Broken("a marker of JPEG stands in the wrong place")
    inner, length = reader.at + 2, reader.big(2)
    if length < 2:
        raise Broken("a segment of JPEG has no length")
    size = None
    if marker in SIZES:
        reader.skip(1)
        height, width = reader.big(2), reader.big(2)
        size = (width, height)
        reader.at = inner
    reader.skip(length - 2)
    if marker == SOS:
        end = _MARKER.search(reader.content, reader.at)
        if end is None:
            raise Broken("the file ends in the middle of the picture")
        reader.at = end.start()
    role, begins = _role(reader.content, marker, inner)
    return Piece(start, reader.at, role, begins), size


def _role(content: bytes, marker: int, inner: int) -> tuple[Role, int]:
    if not (0xE0 <= marker <= 0xEF or marker == COMMENT):
        return Role.PICTURE, inner
    for beginning, role in _APPLICATION.get(marker, ()):
        if content.startswith(beginning, inner):
            return role, inner + len(beginning)
    return Role.NOTES, inner
