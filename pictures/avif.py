"""AVIF: boxes within boxes (ISO/IEC 14496-12, 23008-12 and 23000-22)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pictures.anatomy import Anatomy, Broken, Piece, Reader, Role

BRANDS = frozenset({b"avif", b"avis"})
_WITHIN = {b"meta": 4, b"iprp": 0, b"ipco": 0, b"moov": 0, b"trak": 0}
"""Boxes that hold what we look for, and how many bytes stand before their inner boxes."""
MOST_BOXES = 4_096
MOST_EXTENTS = 4_096


def is_avif(content: bytes) -> bool:
    """Whether the first box says that an AVIF picture follows."""
    if content[4:8] != b"ftyp":
        return False
    names = content[8 : max(16, min(int.from_bytes(content[:4], "big"), 256))]
    brands = {names[at : at + 4] for at in range(0, len(names) - 3, 4) if at != 4}
    return bool(brands & BRANDS)


def anatomy(content: bytes) -> Anatomy:
    """The outer boxes of an AVIF picture, where its metadata stands, and the largest size in it. Frames are counted
    by the decoder: 0 here. Raises `Broken`.
    """
    found = _Walk(content)
    pieces = [Piece(start, end, Role.PICTURE, inner) for _, start, inner, end in found.walk(0, len(content))]
    if not found.sizes:
        raise Broken("the picture has no size")
    width, height = max(found.sizes, key=lambda size: size[0] * size[1])
    return Anatomy(width, height, 0, (*pieces, *found.metadata()), len(content))


def with_exif(pieces: list[bytes], _: bytes) -> bytes:
    """An AVIF picture of these boxes: places in the file are told in them, so none is added."""
    return b"".join(pieces)


@dataclass(slots=True)
class _Walk:
    """Goes through the boxes once and notes sizes, metadata items, and where items stand."""

    content: bytes
    left: int = MOST_BOXES
    sizes: list[tuple[int, int]] = field(default_factory=list)
    items: dict[int, Role] = field(default_factory=dict)
    extents: list[tuple[int, bool, int, int]] = field(default_factory=list)
    """Item, whether it stands in `idat`, its place and its length."""
    data: int = 0
    """Where the inside of `idat` begins."""

    def walk(self, at: int, end: int) -> list[tuple[bytes, int, int, int]]:
        """The boxes from here to there, those inside of them noted."""
        found = list(self._boxes(at, end))
        for name, _, inner, closes in found:
            self._note(name, inner, closes)
        return found

    def metadata(self) -> Iterator[Piece]:
        """Where EXIF and XMP data stand."""
        for item, within, place, length in self.extents:
            role = self.items.get(item)
            start = place + (self.data if within else 0)
            if role is not None and length:
                if start + length > len(self.content):
                    raise Broken("metadata of the picture stands behind its end")
                yield Piece(start, start + length, role, start)

    def _note(self, name: bytes, inner: int, end: int) -> None:
        reader = Reader(self.content, inner)
        match name:
            case b"ispe":
                reader.skip(4)
                self.sizes.append((reader.big(4), reader.big(4)))
            case b"tkhd" if end - inner >= 8:
                reader.at = end - 8
                self.sizes.append((reader.big(4) >> 16, reader.big(4) >> 16))
            case b"idat":
                self.data = inner
            case b"iinf":
                self.walk(inner + (6 if reader.big(1) == 0 else 8), end)
            case b"infe":
                self._item(reader, end)
            case b"iloc":
                self._places(reader)
            case _ if name in _WITHIN:
                self.walk(inner + _WITHIN[name], end)

    def _item(self, reader: Reader, end: int) -> None:
        version = reader.big(1)
        reader.skip(3)
        if version < 2:
            return
        item = reader.big(2 if version == 2 else 4)
        reader.skip(2)
        kind = reader.take(4)
        if kind == b"Exif":
            self.items[item] = Role.EXIF
        elif kind == b"mime" and b"rdf+xml" in self.content[reader.at : end]:
            self.items[item] = Role.XMP

    def _places(self, reader: Reader) -> None:
        version = reader.big(1)
        reader.skip(3)
        widths = reader.big(2)
        of_place, of_length, of_base, of_index = (widths >> shift & 15 for shift in (12, 8, 4, 0))
        for _ in range(reader.big(2 if version < 2 else 4)):
            item = reader.big(2 if version < 2 else 4)
            within = bool(version and reader.big(2) & 15 == 1)
            reader.skip(2)
            base = reader.big(of_base)
            for _ in range(reader.big(2)):
                reader.skip(of_index if version else 0)
                place, length = base + reader.big(of_place), reader.big(of_length)
                self.extents.append((item, within, place, length))
                if len(self.extents) > MOST_EXTENTS:
                    raise Broken("the picture lies in too many parts")

    def _boxes(self, at: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
        """Name, start, beginning of what is inside, and end of each box."""
        while at < end:
            self.left -= 1
            if self.left < 0:
                raise Broken("the picture has too many boxes")
            reader = Reader(self.content, at)
            size, name = reader.big(4), reader.take(4)
            if size == 1:
                size = reader.big(8)
            closes = end if size == 0 else at + size
            if not reader.at <= closes <= end:
                raise Broken("the file ends in the middle of the picture")
            yield name, at, reader.at, closes
            at = closes
