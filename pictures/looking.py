"""Looking at a picture that somebody sent: is it what it says, is it whole, and is it within the limits."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageSequence
from PIL.ExifTags import Base

from pictures.anatomy import Anatomy, Broken, Role
from pictures.facts import Facts, Flaw, Limits
from pictures.formats import FORMATS, Format, sniff
from pictures.svg import is_svg, svg_flaws, svg_size

MOVING = 4
"""All frames of a moving picture together may have so many times the pixels of a still one."""
MOST_METADATA = 262_144
"""Bytes of EXIF or XMP data: cameras write some ten thousand."""
ASIDE = frozenset({5, 6, 7, 8})
"""EXIF orientations that are shown turned by a quarter."""


SVG_TYPE = "image/svg+xml"


def facts_of(content: bytes) -> Facts | None:
    """What these bytes are, without decoding a pixel; None for no picture, or a broken one."""
    kind = sniff(content)
    if kind is None:
        return Facts("svg", SVG_TYPE, *svg_size(content)) if is_svg(content) else None
    try:
        body = kind.anatomy(content)
        with _opened(content, kind) as image:
            turned = _orientation(image) in ASIDE
            width, height = image.size if kind.name == "avif" else (body.width, body.height)
            frames = body.frames or getattr(image, "n_frames", 1)
            alpha = bool(image.has_transparency_data)
    except Exception:  # noqa: BLE001 -- decoders raise whatever they like on broken bytes
        return None
    return Facts(kind.name, kind.media_type, *((height, width) if turned else (width, height)), frames, alpha)


def unsound(content: bytes, ending: str) -> list[Flaw]:
    """What speaks against a picture under a name with this ending, as far as its bytes tell without decoding them."""
    kind = sniff(content)
    if kind is None and ending == "svg":
        return list(svg_flaws(content))
    if kind is None or kind.ending != ending:
        return [_other(content, kind, ending)]
    try:
        kind.anatomy(content)
    except Broken as error:
        return [Flaw(f"the picture is damaged: {error}", "export it again, and send all of it")]
    return []


def flaws_of(content: bytes, ending: str, limits: Limits) -> list[Flaw]:
    """Everything that speaks against keeping this picture under a name with this ending; it is decoded whole.

    Where it was taken is no matter of this: `tells_place`.
    """
    if len(content) > limits.bytes:
        return [Flaw(f"the picture has {len(content):,} bytes; at most {limits.bytes:,} fit", "make it smaller")]
    found = unsound(content, ending)
    kind = sniff(content)
    if found or kind is None:
        return found
    body = kind.anatomy(content)
    return list(_beyond(body, limits)) or list(_around(content, body)) or list(_undecodable(content, kind, limits))


def _other(content: bytes, kind: Format | None, ending: str) -> Flaw:
    wanted = next((one.name for one in FORMATS.values() if one.ending == ending), ending)
    if kind is None and not is_svg(content):
        return Flaw(f"the content is not a {wanted} picture", f"send one of {', '.join([*FORMATS, 'svg'])}")
    found = kind.ending if kind else "svg"
    return Flaw(
        f"the content is not a {wanted} picture but {found}",
        f"give the file the ending of its real format: .{found}",
    )


def _beyond(body: Anatomy, limits: Limits) -> Iterator[Flaw]:
    """Declared sizes that no decoder shall be asked to make room for."""
    if not body.width or not body.height:
        yield Flaw("the picture has no size", "export it again")
    yield from _too_large(body.width, body.height, body.frames or 1, limits)


def _too_large(width: int, height: int, frames: int, limits: Limits) -> Iterator[Flaw]:
    if width * height > limits.pixels:
        message = f"the picture has {width:,} × {height:,} pixels; at most {limits.pixels:,} fit"
        yield Flaw(message, "make it smaller")
    elif frames > limits.frames:
        yield Flaw(f"the picture has {frames:,} frames; at most {limits.frames:,} fit", "shorten it, or make it a film")
    elif width * height * frames > MOVING * limits.pixels:
        message = f"the frames of the picture have {width * height * frames:,} pixels in all"
        yield Flaw(f"{message}; at most {MOVING * limits.pixels:,} fit", "make it smaller or shorter")


def _around(content: bytes, body: Anatomy) -> Iterator[Flaw]:
    """What is in the file beside the picture."""
    if body.end < len(content):
        message = f"{len(content) - body.end:,} bytes follow the end of the picture"
        yield Flaw(message, "export it again without them, or upload it as a form: then they are taken off")
    for role in (Role.EXIF, Role.XMP):
        if sum(piece.end - piece.start for piece in body.of(role)) > MOST_METADATA:
            yield Flaw(f"the picture has more than {MOST_METADATA:,} bytes of {role.value} data", "export it without")


def _undecodable(content: bytes, kind: Format, limits: Limits) -> Iterator[Flaw]:
    try:
        with _opened(content, kind) as image:
            frames = getattr(image, "n_frames", 1)
            too_large = list(_too_large(*image.size, frames, limits))
            if not too_large:
                for frame in ImageSequence.Iterator(image):
                    frame.load()
            yield from too_large
    except Exception as error:  # noqa: BLE001 -- decoders raise whatever they like on broken bytes
        told = str(error) or type(error).__name__
        yield Flaw(f"the picture cannot be read: {told[:200]}", "export it again, and send all of it")


def _opened(content: bytes, kind: Format) -> Image.Image:
    # Only the decoder of the format that was recognised: none may guess otherwise.
    return Image.open(BytesIO(content), formats=(kind.codec,))


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(Base.Orientation, 1))
    except (ValueError, TypeError, SyntaxError, KeyError, OSError, struct.error):
        return 1
