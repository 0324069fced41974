"""Developing: a rendition made from the bytes of a picture."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageCms, ImageOps, ImageSequence

from pictures.anatomy import Broken
from pictures.facts import Limits
from pictures.focus import Box, crop_box, filled, fitted
from pictures.formats import sniff
from pictures.looking import MOVING
from pictures.renditions import Fit, Rendition, Target

USUAL: Final = 75
SPARE: Final = 2.0
"""A picture that is far too large is first brought to twice the wanted size by a quicker way: nobody sees it."""
BEHIND: Final = (255, 255, 255)
"""What shows through where a format knows no transparency."""


def develop(content: bytes, rendition: Rendition, target: Target, limits: Limits) -> bytes:
    """The picture in this form: turned as it is to be seen, in sRGB, without metadata, never larger than it was.

    A moving picture moves on as WebP; elsewhere its first frame stands for it. Raises whatever a decoder raises.
    """
    kind = sniff(content)
    if kind is None:
        raise Broken("this is no picture of pixels")
    body = kind.anatomy(content)
    if body.width * body.height > limits.pixels:
        raise Broken("the picture has more pixels than are decoded")
    with Image.open(BytesIO(content), formats=(kind.codec,)) as image:
        frames = getattr(image, "n_frames", 1)
        many = frames > limits.frames or image.width * image.height * frames > MOVING * limits.pixels
        if frames > 1 and target is Target.WEBP and not many:
            return _moving(image, rendition)
        return _encoded(_still(image, rendition), target, rendition)


def _still(image: Image.Image, rendition: Rendition) -> Image.Image:
    image.draft(None, _at_least(image, rendition))  # JPEG alone: it is decoded at an eighth to a half of its size
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(_plain(image))
    return _to_srgb(_sized(upright, rendition), profile)


def _moving(image: Image.Image, rendition: Rendition) -> bytes:
    profile, loop = image.info.get("icc_profile"), image.info.get("loop", 1)
    frames, durations = [], []
    for frame in ImageSequence.Iterator(image):
        frame.load()
        durations.append(int(frame.info.get("duration", 100)) or 100)
        frames.append(_to_srgb(_sized(frame.convert("RGBA"), rendition), profile))
    out = BytesIO()
    options: dict[str, Any] = {"quality": rendition.quality or USUAL, "method": 2, "loop": loop}
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=durations, **options)
    return out.getvalue()


def _at_least(image: Image.Image, rendition: Rendition) -> tuple[int, int]:
    """The size that a whole picture must keep so that none of the wanted pixels is made up; either side may be up."""
    sizes = []
    for size in (image.size, image.size[::-1]):
        wanted, box = _plan(size, rendition)
        scale = max(wanted[0] / (box[2] - box[0]), wanted[1] / (box[3] - box[1]))
        sizes.append(scale)
    scale = min(1.0, max(sizes))
    return max(1, round(image.width * scale)), max(1, round(image.height * scale))


def _plan(size: tuple[int, int], rendition: Rendition) -> tuple[tuple[int, int], Box]:
    """The size of the rendition, and the part of the picture that it shows."""
    if rendition.height is None or rendition.fit is Fit.CONTAIN:
        return fitted(size, (rendition.width, rendition.height)), (0.0, 0.0, float(size[0]), float(size[1]))
    wanted = rendition.width, rendition.height
    box = crop_box(size, wanted[0] / wanted[1], rendition.focal)
    return filled(box, wanted), box


def _sized(image: Image.Image, rendition: Rendition) -> Image.Image:
    size, box = _plan(image.size, rendition)
    return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=SPARE)


def _plain(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be resized: grey or colour of 8 bits, with its transparent parts."""
    if image.has_transparency_data:
        return image if image.mode in ("RGBA", "LA") else image.convert("RGBA")
    if image.mode in ("RGB", "L", "CMYK"):
        return image
    if image.mode.startswith(("I", "F")):
        return _eight_bits(image)
    return image.convert("L" if image.mode == "1" else "RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The same colours for a viewer that is told nothing: renditions carry no profile."""
    colour = "RGBA" if image.mode in ("RGBA", "LA") else "RGB"
    made = None
    if profile and image.mode != "LA":
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            made = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=colour)
        except (ImageCms.PyCMSError, OSError, ValueError):
            made = None  # a profile of another kind of picture: what there is is shown as it is
    if made is None:
        made = image if image.mode == "L" else image.convert(colour)
    made.info.clear()
    return made


def _encoded(image: Image.Image, target: Target, rendition: Rendition) -> bytes:
    if target is Target.STILL:
        target = Target.PNG if image.mode == "RGBA" and _shows_through(image) else Target.JPEG
    if target is Target.JPEG and image.mode == "RGBA":
        behind = Image.new("RGB", image.size, BEHIND)
        behind.paste(image, mask=image.getchannel("A"))
        image = behind
    out = BytesIO()
    image.save(out, target.upper(), **dict(_options(target, rendition.quality or USUAL)))
    return out.getvalue()


def _shows_through(image: Image.Image) -> bool:
    return image.getchannel("A").getextrema() != (255, 255)


def _options(target: Target, quality: int) -> Iterator[tuple[str, Any]]:
    match target:
        case Target.WEBP:
            yield from (("quality", quality), ("method", 4))
        case Target.AVIF:
            # Its scale is another: 75 of JPEG looks like 50 here. One thread: the machine has others to serve.
            yield from (("quality", max(1, quality - 25)), ("speed", 8), ("max_threads", 1))
        case Target.JPEG:
            yield from (("quality", quality), ("optimize", True), ("progressive", True))
        case _:
            return
