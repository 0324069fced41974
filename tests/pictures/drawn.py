"""Pictures drawn for tests: of every format, still and moving, with whatever cameras write beside them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from PIL.ExifTags import IFD, Base
from PIL.PngImagePlugin import PngInfo

from pictures import FORMATS

RED, BLUE, GREEN = (220, 20, 20), (30, 60, 200), (20, 160, 60)
MOVING = ("gif", "webp", "png", "avif")
VIENNA = {1: "N", 2: (48.0, 12.0, 30.0), 3: "E", 4: (16.0, 22.0, 20.0)}
"""Where it was taken, as a camera writes it."""
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,12.5N"/></rdf:RDF></x:xmpmeta>'
)


def scene(size: tuple[int, int] = (64, 48), *, mode: str = "RGB") -> Image.Image:
    """Blue, with a green corner at the top left, so that it is seen which way up it is."""
    image = Image.new("RGB", size, BLUE)
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 4, size[1] // 4), fill=GREEN)
    return image.convert(mode)


def drawn(name: str, image: Image.Image | None = None, **options: Any) -> bytes:
    """A picture in this format."""
    out = BytesIO()
    (image or scene()).save(out, FORMATS[name].codec, **({"quality": 90} | options))
    return out.getvalue()


def moving(name: str, frames: int, size: tuple[int, int] = (16, 12)) -> bytes:
    """A picture whose frames go from red to blue."""
    shades = [Image.new("RGB", size, (255 - n * 255 // frames, 0, n * 255 // frames)) for n in range(frames)]
    return drawn(name, shades[0], save_all=True, append_images=shades[1:], duration=40, loop=0)


def exif(*, turned: int = 1, place: bool = False, **more: str) -> bytes:
    """What a camera writes."""
    made = Image.Exif()
    made[Base.Orientation] = turned
    made[Base.Make] = "Camera"
    for tag, words in more.items():
        made[Base[tag]] = words
    if place:
        made.get_ifd(IFD.GPSInfo).update(VIENNA)
    return made.tobytes()


def located(name: str, by: str) -> bytes:
    """A picture that tells where it was taken, in one of the ways there are."""
    if by == "exif":
        return drawn(name, exif=exif(turned=6, place=True, Copyright="Ann", Artist="Ann"))
    if by == "xmp" and name == "png":
        words = PngInfo()
        words.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=True)
        return drawn(name, pnginfo=words)
    if name == "gif":
        trailer = b"\1" + bytes(range(255, -1, -1)) + b"\0"  # leads whoever reads it as blocks to its end
        return drawn(name)[:-1] + b"\x21\xff\x0bXMP DataXMP" + XMP + trailer + b";"
    return drawn(name, xmp=XMP)


def opened(content: bytes) -> Image.Image:
    """The picture in these bytes, decoded."""
    image = Image.open(BytesIO(content))
    image.load()
    return image
