"""What a picture tells about where it was taken, and the same picture without."""

from __future__ import annotations

import re
import struct
from io import BytesIO

from PIL import Image
from PIL.ExifTags import IFD, Base

from pictures.anatomy import Anatomy, Broken, Role
from pictures.formats import Format, sniff

KEPT = (Base.Orientation, Base.Artist, Base.Copyright)
"""EXIF tags that a cleaned picture keeps: how it is turned, and whose it is."""
LONGEST_KEPT = 500
NOTHING = b"II*\0\x08\0\0\0\0\0\0\0\0\0"
"""EXIF data that tells nothing."""
AT_ONCE = b"\0\0\0\0"
"""What stands before EXIF data in AVIF: how many bytes to pass over."""
_PLACES = re.compile(rb"GPS(?:Latitude|Longitude|Position|DestL|Coordinates)", re.IGNORECASE)
_UNREADABLE = (ValueError, TypeError, SyntaxError, KeyError, OSError, IndexError, OverflowError, struct.error)


def tells_place(content: bytes) -> bool:
    """Whether a picture of pixels says where on earth it was taken, in EXIF or in XMP data."""
    kind = sniff(content)
    if kind is None:
        return False
    try:
        body = kind.anatomy(content)
        if any(_PLACES.search(content, piece.start, piece.end) for piece in body.of(Role.XMP) + body.of(Role.NOTES)):
            return True
        with Image.open(BytesIO(content), formats=(kind.codec,)) as image:
            told = _words(image)
            return bool(_PLACES.search(told)) or _has_position(image.getexif())
    except (Broken, *_UNREADABLE):
        return False


def without_metadata(content: bytes) -> bytes:
    """The same picture, pixel for pixel, without what was written beside it and after its end.

    It keeps its colour profile, how it is turned, and whose it is. Raises `Broken`.
    """
    kind = sniff(content)
    if kind is None:
        raise Broken("this is no picture of pixels")
    body = kind.anatomy(content)
    exif = _kept_exif(content, kind)
    made = _blanked(content, body, exif) if kind.name == "avif" else _joined(content, kind, body, exif)
    if tells_place(made):
        raise Broken("where it was taken cannot be taken out of this file")
    return made


def _joined(content: bytes, kind: Format, body: Anatomy, exif: bytes) -> bytes:
    pieces = [content[piece.start : piece.end] for piece in body.pieces if piece.role in (Role.PICTURE, Role.PROFILE)]
    if exif or kind.name == "webp":
        return kind.with_exif(pieces, exif)
    return b"".join(pieces)


def _has_position(exif: Image.Exif) -> bool:
    position = exif.get_ifd(IFD.GPSInfo)
    return any(tag in position for tag in (2, 4, 20, 22))  # latitude and longitude, of the camera and of its aim


def _words(image: Image.Image) -> bytes:
    """XMP data and texts that stand compressed in the file."""
    found = [value for name, value in image.info.items() if name in ("xmp", "XML:com.adobe.xmp")]
    found += [str(value) for value in getattr(image, "text", {}).values()]
    return b"\n".join(one if isinstance(one, bytes) else str(one).encode() for one in found)


def _kept_exif(content: bytes, kind: Format) -> bytes:
    """EXIF data of what is kept alone, beginning with the header of TIFF; empty where that is nothing."""
    kept = Image.Exif()
    try:
        with Image.open(BytesIO(content), formats=(kind.codec,)) as image:
            exif = image.getexif()
            for tag in KEPT:
                value = exif.get(tag)
                if isinstance(value, int) or (isinstance(value, str) and len(value) <= LONGEST_KEPT):
                    kept[tag] = value
    except _UNREADABLE:
        return b""
    return kept.tobytes().removeprefix(b"Exif\0\0") if kept else b""


def _blanked(content: bytes, body: Anatomy, exif: bytes) -> bytes:
    """The boxes of AVIF name places in the file, so metadata is written over where it stands."""
    made = bytearray(content)
    for piece in body.of(Role.XMP):
        made[piece.start : piece.end] = b" " * (piece.end - piece.start)
    for piece in body.of(Role.EXIF):
        room = piece.end - piece.start - len(AT_ONCE)
        fits = next((one for one in (exif, NOTHING) if one and len(one) <= room), b"")
        made[piece.start : piece.end] = AT_ONCE + fits.ljust(room, b"\0")
    return bytes(made)
