"""Where a picture was taken is found wherever it is told, and taken out without touching a pixel."""

from __future__ import annotations

import pytest
from PIL.ExifTags import Base

from pictures import FORMATS, Broken, Limits, facts_of, flaws_of, tells_place, without_metadata

from .drawn import drawn, exif, located, opened, scene

WAYS = [(name, by) for name in FORMATS for by in ("exif", "xmp") if (name, by) != ("gif", "exif")]


@pytest.mark.parametrize(("name", "by"), WAYS)
def test_a_place_is_found_and_taken_out_and_the_picture_stays_as_it_was(name: str, by: str) -> None:
    content = located(name, by)
    assert tells_place(content)
    clean = without_metadata(content)
    assert not tells_place(clean)
    assert b"GPSLatitude" not in clean and b"Camera" not in clean
    assert opened(clean).convert("RGBA").tobytes() == opened(content).convert("RGBA").tobytes()
    assert flaws_of(clean, FORMATS[name].ending, Limits()) == []
    assert facts_of(clean) == facts_of(content), "turned as it was"
    assert without_metadata(clean) == clean
    if by == "exif":
        kept = opened(clean).getexif()
        assert (kept.get(Base.Copyright), kept.get(Base.Artist)) == ("Ann", "Ann")


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_that_tells_no_place_says_so(name: str) -> None:
    assert not tells_place(drawn(name))
    if name != "gif":
        assert not tells_place(drawn(name, exif=exif(turned=3)))


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif"])
def test_the_colours_stay_those_of_the_profile(name: str) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    clean = without_metadata(drawn(name, icc_profile=profile, exif=exif(place=True)))
    assert opened(clean).info["icc_profile"] == profile


def test_what_follows_the_picture_is_taken_off() -> None:
    """Phones put a film behind a photograph."""
    whole = drawn("jpeg", scene())
    assert without_metadata(whole + b"\0\0\0\x18ftypmp42 a film, with the place") == without_metadata(whole)


def test_what_is_no_picture_is_not_cleaned() -> None:
    with pytest.raises(Broken):
        without_metadata(b"<svg/>")
