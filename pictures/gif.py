"""GIF: a screen, then blocks of images and extensions (GIF89a)."""

from __future__ import annotations

from pictures.anatomy import Anatomy, Broken, Piece, Reader, Role

IMAGE, EXTENSION, TRAILER = 0x2C, 0x21, 0x3B
COMMENT, APPLICATION, PLAIN_TEXT = 0xFE, 0xFF, 0x01
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_XMP = b"XMP DataXMP"


def anatomy(content: bytes) -> Anatomy:
    """The blocks of a GIF picture. Raises `Broken`."""
    reader = Reader(content, 6)
    width, height, flags = reader.little(2), reader.little(2), reader.big(1)
    reader.skip(2 + _colours(flags))
    pieces = [Piece(0, reader.at, Role.PICTURE)]
    frames = 0
    while True:
        start, kind = reader.at, reader.big(1)
        role, inner = Role.PICTURE, reader.at
        if kind == TRAILER:
            break
        if kind == IMAGE:
            left, top, wide, high = (reader.little(2) for _ in range(4))
            width, height = max(width, left + wide), max(height, top + high)
            reader.skip(_colours(reader.big(1)) + 1)
            frames += 1
        elif kind == EXTENSION:
            role, inner = _extension(reader)
        else:
            raise Broken("a block of the picture is of no kind that GIF knows")
        _blocks(reader)
        pieces.append(Piece(start, reader.at, role, inner))
    if not frames:
        raise Broken("the picture has no content")
    pieces.append(Piece(start, reader.at, Role.PICTURE))
    return Anatomy(width, height, frames, tuple(pieces), reader.at)


def with_exif(pieces: list[bytes], _: bytes) -> bytes:
    """A GIF picture of these pieces; GIF knows no EXIF data."""
    return b"".join(pieces)


def _colours(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _extension(reader: Reader) -> tuple[Role, int]:
    label = reader.big(1)
    if label in (COMMENT, PLAIN_TEXT):
        return Role.NOTES, reader.at
    if label != APPLICATION:
        return Role.PICTURE, reader.at
    name = reader.take(reader.big(1))
    if name.startswith(_XMP):
        return Role.XMP, reader.at
    return (Role.PICTURE if name.startswith(_LOOPS) else Role.NOTES), reader.at


def _blocks(reader: Reader) -> None:
    while length := reader.big(1):
        reader.skip(length)
