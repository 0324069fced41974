"""Anatomy: what the bytes of a picture are made of, read without decoding a pixel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Broken(ValueError):
    """Bytes that do not hold together as the format says they must."""


class Role(StrEnum):
    """What a piece of a file is for."""

    PICTURE = "picture"
    PROFILE = "profile"
    EXIF = "exif"
    XMP = "xmp"
    NOTES = "notes"
    """Captions, comments, what a camera or a program wrote for itself: nothing that is seen."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes `start` to `end` of a file; `inner` is where the metadata in it begins."""

    start: int
    end: int
    role: Role
    inner: int = 0


@dataclass(frozen=True, slots=True)
class Anatomy:
    """Declared size and frames; the pieces in order; where the picture ends, which may be before the file does."""

    width: int
    height: int
    frames: int
    pieces: tuple[Piece, ...]
    end: int

    def of(self, role: Role) -> tuple[Piece, ...]:
        """The pieces of this role."""
        return tuple(piece for piece in self.pieces if piece.role is role)


class Reader:
    """Reads numbers and bytes one after the other; what is not there is `Broken`."""

    __slots__ = ("at", "content")

    def __init__(self, content: bytes, at: int = 0) -> None:
        self.content = content
        self.at = at

    def take(self, count: int) -> bytes:
        """The next bytes."""
        found = self.content[self.at : self.at + count]
        if len(found) != count:
            raise Broken("the file ends in the middle of the picture")
        self.at += count
        return found

    def big(self, count: int) -> int:
        """The next number, its highest byte first."""
        return int.from_bytes(self.take(count), "big")

    def little(self, count: int) -> int:
        """The next number, its lowest byte first."""
        return int.from_bytes(self.take(count), "little")

    def skip(self, count: int) -> None:
        """Leave out bytes that must be there."""
        if not 0 <= count <= len(self.content) - self.at:
            raise Broken("the file ends in the middle of the picture")
        self.at += count
