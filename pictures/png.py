"""PNG: a signature and chunks, each with a check sum (W3C PNG, third edition; APNG is part of it)."""

from __future__ import annotations

import zlib

from pictures.anatomy import Anatomy, Broken, Piece, Reader, Role

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_ROLES = {
    b"eXIf": Role.EXIF,
    b"iCCP": Role.PROFILE,
    b"tEXt": Role.NOTES,
    b"zTXt": Role.NOTES,
    b"tIME": Role.NOTES,
}
_XMP = b"XML:com.adobe.xmp\0"


def anatomy(content: bytes) -> Anatomy:
    """The chunks of a PNG picture. Raises `Broken`."""
    reader = Reader(content, len(SIGNATURE))
    pieces = [Piece(0, len(SIGNATURE), Role.PICTURE)]
    width = height = 0
    frames = 1
    name = b""
    while name != b"IEND":
        start = reader.at
        length, name = reader.big(4), reader.take(4)
        inner = reader.at
        reader.skip(length)
        if reader.big(4) != zlib.crc32(content[inner - 4 : inner + length]):
            raise Broken(f"the chunk {name.decode('latin-1')!r} of the picture is damaged")
        if (name == b"IHDR") != (start == len(SIGNATURE)):
            raise Broken("the chunks of the picture are not in their order")
        if name == b"IHDR":
            size = Reader(content, inner)
            width, height = size.big(4), size.big(4)
        elif name == b"acTL":
            frames = max(1, Reader(content, inner).big(4))
        pieces.append(Piece(start, reader.at, _role(name, content, inner), inner))
    return Anatomy(width, height, frames, tuple(pieces), reader.at)


def with_exif(pieces: list[bytes], exif: bytes) -> bytes:
    """A PNG picture of these pieces, with EXIF data behind its header."""
    body = b"eXIf" + exif
    chunk = len(exif).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    return b"".join([*pieces[:2], chunk, *pieces[2:]])


def _role(name: bytes, content: bytes, inner: int) -> Role:
    if name == b"iTXt":
        return Role.XMP if content.startswith(_XMP, inner) else Role.NOTES
    if name in _ROLES:
        return _ROLES[name]
    # A chunk that a decoder may pass over (a small first letter) and that nobody copies (a small fourth) shows nothing
    # unless it is one that we know; the known ones, such as tRNS, gAMA and fcTL, stay.
    return Role.PICTURE if name in _SEEN or not name[0] & 32 else Role.NOTES


_SEEN = frozenset({b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"hIST", b"sBIT", b"pHYs",
                   b"sPLT", b"acTL", b"fcTL", b"fdAT"})  # fmt: skip
