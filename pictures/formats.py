"""The table of formats. A new format is one entry here and the file that knows its anatomy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pictures import avif, gif, jpeg, png, webp
from pictures.anatomy import Anatomy


@dataclass(frozen=True, slots=True)
class Format:
    """A format of pictures made of pixels. `ending` is how its files end, `codec` what Pillow calls it.

    `begins(content)` recognises it; `anatomy(content)` reads its pieces; `with_exif(pieces, exif)` joins them again.
    """

    name: str
    summary: str
    ending: str
    media_type: str
    codec: str
    begins: Callable[[bytes], bool]
    anatomy: Callable[[bytes], Anatomy]
    with_exif: Callable[[list[bytes], bytes], bytes]


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format(
            "jpeg", "Photographs.", "jpg", "image/jpeg", "JPEG",
            lambda content: content.startswith(b"\xff\xd8\xff"), jpeg.anatomy, jpeg.with_exif,
        ),
        Format(
            "png", "Drawings and screenshots without loss; APNG moves.", "png", "image/png", "PNG",
            lambda content: content.startswith(png.SIGNATURE), png.anatomy, png.with_exif,
        ),
        Format(
            "webp", "Photographs and drawings; may move.", "webp", "image/webp", "WEBP",
            lambda content: content.startswith(b"RIFF") and content[8:12] == b"WEBP", webp.anatomy, webp.with_exif,
        ),
        Format(
            "gif", "Small moving drawings.", "gif", "image/gif", "GIF",
            lambda content: content[:6] in (b"GIF87a", b"GIF89a"), gif.anatomy, gif.with_exif,
        ),
        Format("avif", "Photographs in the fewest bytes.", "avif", "image/avif", "AVIF",
               avif.is_avif, avif.anatomy, avif.with_exif),
    )
}  # fmt: skip
"""Format name -> how it is recognised and taken apart."""


def sniff(content: bytes) -> Format | None:
    """The format that these bytes begin as, whatever anybody calls them; None for no picture of pixels."""
    return next((one for one in FORMATS.values() if one.begins(content)), None)
