"""WebP: a RIFF file of chunks, each of even length (RFC 9649)."""

from __future__ import annotations

from pictures.anatomy import Anatomy, Broken, Piece, Reader, Role

_ROLES = {b"EXIF": Role.EXIF, b"XMP ": Role.XMP, b"ICCP": Role.PROFILE}
_SEEN = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"})
HAS_EXIF, HAS_XMP = 0x08, 0x04
"""Bits of the first byte of VP8X."""


def anatomy(content: bytes) -> Anatomy:
    """The chunks of a WebP picture. Raises `Broken`."""
    reader = Reader(content, 4)
    end = 8 + reader.little(4)
    if end > len(content):
        raise Broken("the file ends in the middle of the picture")
    reader.skip(4)
    pieces = [Piece(0, 12, Role.PICTURE)]
    width = height = frames = 0
    while reader.at < end:
        start = reader.at
        name, length = reader.take(4), reader.little(4)
        inner = reader.at
        reader.skip(length + (length & 1 and reader.at + length < len(content)))
        if reader.at > end + 1:
            raise Broken("a chunk of the picture is longer than the file says")
        frames += name == b"ANMF"
        wide, high = _size(name, Reader(content, inner))
        width, height = max(width, wide), max(height, high)
        role = _ROLES.get(name, Role.PICTURE if name in _SEEN else Role.NOTES)
        pieces.append(Piece(start, reader.at, role, inner))
    if not width or not height:
        raise Broken("the picture has no size")
    return Anatomy(width, height, max(1, frames), tuple(pieces), reader.at)


def with_exif(pieces: list[bytes], exif: bytes) -> bytes:
    """A WebP picture of these pieces, with EXIF data behind all others and nothing of XMP."""
    if exif:
        pieces = [*pieces, b"EXIF" + len(exif).to_bytes(4, "little") + exif + b"\0" * (len(exif) & 1)]
    told = [_flags(piece, bool(exif)) if piece[:4] == b"VP8X" else piece for piece in pieces[1:]]
    body = b"WEBP" + b"".join(told)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _flags(chunk: bytes, exif: bool) -> bytes:
    flags = chunk[8] & ~HAS_EXIF & ~HAS_XMP | (HAS_EXIF if exif else 0)
    return chunk[:8] + bytes([flags]) + chunk[9:]


def _size(name: bytes, reader: Reader) -> tuple[int, int]:
    """The size that a chunk declares, (0, 0) where it declares none."""
    match name:
        case b"VP8X":
            reader.skip(4)
            return reader.little(3) + 1, reader.little(3) + 1
        case b"VP8 ":
            reader.skip(3)
            if reader.take(3) != b"\x9d\x01\x2a":
                raise Broken("a frame of the picture has no beginning")
            return reader.little(2) & 0x3FFF, reader.little(2) & 0x3FFF
        case b"VP8L":
            if reader.take(1) != b"\x2f":
                raise Broken("a frame of the picture has no beginning")
            bits = reader.little(4)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"ANMF":
            reader.skip(6)
            return reader.little(3) + 1, reader.little(3) + 1
        case _:
            return 0, 0
