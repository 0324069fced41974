"""A rendition shows what matters, the right way up, in the right colours, and never more pixels than there were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw

from pictures import (
    FORMATS,
    Broken,
    Fit,
    Focal,
    Limits,
    Rendition,
    Sizes,
    Target,
    crop_box,
    develop,
    facts_of,
    ratio_of,
    sniff,
)

from .drawn import BLUE, GREEN, MOVING, RED, drawn, exif, moving, opened, scene

SIZES, LIMITS = Sizes(), Limits()


def made(content: bytes, rendition: Rendition, target: Target = Target.PNG) -> Image.Image:
    return opened(develop(content, rendition, target, LIMITS))


def near(pixel: object, colour: tuple[int, ...], most: int = 12) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= most for a, b in zip(pixel, colour, strict=False))


SPOTS = [(0.5, 0.5), (0.1, 0.1), (0.9, 0.15), (0.2, 0.85), (0.95, 0.95)]
SHAPES = [(1200, 800), (800, 1200), (1000, 1000)]


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("spot", SPOTS)
def test_what_matters_stays_inside_of_every_shape(size: tuple[int, int], spot: tuple[float, float]) -> None:
    """A red square of 80 pixels on blue, whole in every frame that is cut around it."""
    x, y = (round(part * (side - 80)) + 40 for part, side in zip(spot, size, strict=True))
    image = Image.new("RGB", size, BLUE)
    ImageDraw.Draw(image).rectangle((x - 40, y - 40, x + 39, y + 39), fill=RED)
    content = drawn("png", image, compress_level=1)
    focal = Focal(x / size[0], y / size[1])
    for ratio in map(ratio_of, SIZES.shapes):
        rendition = Rendition(320, round(320 / ratio), focal=focal)
        shown = made(content, rendition)
        assert shown.size == (rendition.width, rendition.height)
        box = crop_box(size, 320 / round(320 / ratio), focal)
        scale = shown.width / (box[2] - box[0])
        red = sum(n for n, colour in shown.getcolors(1 << 20) or [] if near(colour, RED, 40))
        assert red**0.5 == pytest.approx(80 * scale, abs=1.8), f"{ratio=}"


@given(
    st.tuples(st.integers(1, 5000), st.integers(1, 5000)),
    st.floats(0.2, 5),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_a_cut_is_inside_of_the_picture_of_the_wanted_shape_and_as_large_as_can_be(
    size: tuple[int, int], ratio: float, x: float, y: float
) -> None:
    left, top, right, bottom = crop_box(size, ratio, Focal(x, y))
    assert -1e-6 <= left < right <= size[0] + 1e-6 and -1e-6 <= top < bottom <= size[1] + 1e-6
    assert (right - left) / (bottom - top) == pytest.approx(ratio)
    assert right - left == pytest.approx(size[0]) or bottom - top == pytest.approx(size[1])
    assert left - 1e-6 <= x * size[0] <= right + 1e-6 and top - 1e-6 <= y * size[1] <= bottom + 1e-6


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("target", Target)
def test_every_format_becomes_every_other(name: str, target: Target) -> None:
    result = develop(drawn(name, scene((300, 200))), Rendition(160), target, LIMITS)
    facts, kind = facts_of(result), sniff(result)
    assert facts is not None and kind is not None
    assert (facts.width, facts.height) == (160, 107)
    assert kind.name == ("jpeg" if target is Target.STILL else target)
    assert near(opened(result).convert("RGB").getpixel((150, 100)), BLUE, 25)


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_picture_is_the_right_way_up(turned: int) -> None:
    """The green corner of what is seen is at the top left, however the camera was held."""
    seen = scene((400, 300))
    back = {2: (0,), 3: (3,), 4: (1,), 5: (5,), 6: (2,), 7: (6,), 8: (4,)}.get(turned, ())
    stored = seen
    for step in back:
        stored = stored.transpose(Image.Transpose(step))
    content = drawn("jpeg", stored, exif=exif(turned=turned))
    for rendition in (Rendition(160), Rendition(160, 160), Rendition(160, 160, Fit.CONTAIN)):
        shown = made(content, rendition)
        assert near(shown.getpixel((4, 4)), GREEN, 30), f"{turned=} {rendition.written}"
        assert near(shown.getpixel((shown.width - 5, shown.height - 5)), BLUE, 30)
        assert shown.width == 160


@pytest.mark.parametrize("rendition", [Rendition(2560), Rendition(1920, 1080), Rendition(1920, 1080, Fit.CONTAIN)])
def test_nothing_is_made_larger_than_it_was(rendition: Rendition) -> None:
    shown = made(drawn("png", scene((100, 60))), rendition)
    assert shown.width <= 100 and shown.height <= 60
    if rendition.height and rendition.fit is Fit.COVER:
        assert shown.width / shown.height == pytest.approx(16 / 9, rel=0.02)
    else:
        assert shown.size == (100, 60)


@pytest.mark.parametrize("name", ["png", "webp", "avif", "gif"])
def test_what_shows_through_goes_on_showing_through(name: str) -> None:
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((32, 0, 63, 63), fill=(*RED, 255))
    content = drawn(name, image, lossless=True)
    for target in (Target.WEBP, Target.PNG, Target.STILL):
        shown = made(content, Rendition(32), target).convert("RGBA")
        assert shown.getpixel((3, 16))[3] == 0 and near(shown.getpixel((28, 16)), RED, 20)  # type: ignore[index]
    flat = made(content, Rendition(32), Target.JPEG)
    assert near(flat.getpixel((3, 16)), (255, 255, 255)) and near(flat.getpixel((28, 16)), RED, 20)


def test_an_edge_to_nothing_does_not_turn_dark() -> None:
    """Colours are weighed by how much of them is seen."""
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    image.paste((255, 255, 255, 255), (0, 0, 33, 64))
    shown = made(drawn("png", image), Rendition(16))
    assert all(pixel[:3] == (255, 255, 255) for _, pixel in shown.getcolors() or [] if pixel[3] > 8)  # type: ignore[index]


def swapped() -> bytes:
    """A profile in which the first number of a colour is its blue and the last its red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_colours_of_another_space_are_brought_to_the_web_s(mode: str) -> None:
    image = Image.new("RGB", (32, 32), RED).convert(mode)
    shown = made(drawn("png", image, icc_profile=swapped()), Rendition(16))
    assert near(shown.convert("RGB").getpixel((8, 8)), RED[::-1], 3)


@pytest.mark.parametrize(
    "profile", [b"no profile at all", ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()]
)
def test_a_profile_that_is_none_changes_nothing(profile: bytes) -> None:
    shown = made(drawn("png", Image.new("RGB", (32, 32), RED), icc_profile=profile), Rendition(16))
    assert near(shown.getpixel((8, 8)), RED, 2)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16"])
def test_every_mode_becomes_what_is_seen(mode: str) -> None:
    grey = Image.new("L", (64, 64), 255)
    image = grey.point(lambda v: v * 257).convert("I").convert("I;16") if mode == "I;16" else grey.convert(mode)
    if mode == "I;16":
        image = Image.frombytes("I;16", (64, 64), (40_000).to_bytes(2, "little") * 64 * 64)
    content = drawn("jpeg" if mode == "CMYK" else "png", image)
    shown = made(content, Rendition(16), Target.WEBP).convert("RGB").getpixel((8, 8))
    assert near(shown, (156, 156, 156) if mode == "I;16" else (255, 255, 255), 4)


@pytest.mark.parametrize("name", MOVING)
def test_a_moving_picture_moves_on_in_webp_and_stands_still_elsewhere(name: str) -> None:
    content = moving(name, 4, (64, 48))
    facts = facts_of(develop(content, Rendition(32), Target.WEBP, LIMITS))
    assert facts is not None and (facts.width, facts.height, facts.frames) == (32, 24, 4)
    still = facts_of(develop(content, Rendition(32), Target.JPEG, LIMITS))
    assert still is not None and still.frames == 1
    tight = Limits(pixels=64 * 48)
    shortened = facts_of(develop(moving(name, 6, (64, 48)), Rendition(32), Target.WEBP, tight))
    assert shortened is not None and shortened.frames == 1, "more than may be decoded: the first frame"


@pytest.mark.parametrize("target", [Target.JPEG, Target.PNG, Target.WEBP, Target.AVIF])
def test_a_rendition_tells_nothing_beside_what_is_seen(target: Target) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = drawn("jpeg", exif=exif(place=True, Copyright="Ann"), comment=b"a note", icc_profile=srgb)
    info = made(content, Rendition(32), target).info
    assert not {"exif", "xmp", "comment", "icc_profile"} & set(info)


def test_a_picture_is_not_decoded_beyond_the_limit() -> None:
    with pytest.raises(Broken, match="more pixels"):
        develop(drawn("png"), Rendition(32), Target.WEBP, Limits(pixels=100))
    with pytest.raises(Broken, match="no picture"):
        develop(b"<svg/>", Rendition(32), Target.WEBP, LIMITS)
