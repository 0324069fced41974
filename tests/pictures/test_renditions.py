"""Only so many renditions exist, whatever is asked for, and each has one address."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictures import CENTRE, Fit, Focal, Rendition, RenditionError, Sizes, Target, read_asked, read_written, target_of

SIZES = Sizes()
ASKS = st.fixed_dictionaries(
    {"w": st.integers(1, 20_000).map(str)},
    optional={
        "h": st.integers(1, 20_000).map(str),
        "fit": st.sampled_from(list(Fit)),
        "q": st.integers(1, 100).map(str),
    },
)


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ({"w": "640"}, "w640"),
        ({"w": "641"}, "w960"),
        ({"w": "1"}, "w160"),
        ({"w": "9999"}, "w2560"),
        ({"w": "640", "h": "360"}, "w640h360-f30x25"),
        ({"w": "600", "h": "340"}, "w640h360-f30x25"),
        ({"w": "640", "h": "360", "fit": "contain"}, "w640h360-contain"),
        ({"w": "640", "fit": "contain"}, "w640"),
        ({"w": "640", "q": "75"}, "w640"),
        ({"w": "640", "q": "76"}, "w640-q90"),
        ({"w": "640", "q": "1"}, "w640-q40"),
    ],
)
def test_what_is_asked_is_taken_to_what_there_is(asked: dict[str, str], written: str) -> None:
    assert SIZES.snapped(read_asked(asked), Focal(0.3, 0.25)).written == written


@given(ASKS, st.floats(0, 1), st.floats(0, 1))
def test_an_address_is_read_as_it_is_written(asked: dict[str, str], x: float, y: float) -> None:
    made = SIZES.snapped(read_asked(asked), Focal(x, y))
    again = read_written(made.written)
    assert again == made
    assert SIZES.snapped(made, Focal(x, y)) == made, "what there is stays as it is"


def test_whatever_is_asked_only_so_many_exist() -> None:
    some = [1, 100, 333, 640, 1000, 1920, 5000, 20_000]
    asked = product(some, [None, *some], Fit, [None, 1, 50, 60, 75, 80, 100])
    made = {SIZES.snapped(Rendition(w, h, fit, quality=q), CENTRE).written for w, h, fit, q in asked}
    most = len(SIZES.widths) * (1 + 2 * len(SIZES.shapes)) * len(SIZES.qualities)
    assert len(made) <= most


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "w"), ({"h": "3"}, "w"), ({"w": "0"}, "w"), ({"w": "-1"}, "w"), ({"w": "1e3"}, "w"), ({"w": "٣"}, "w"),
        ({"w": "99999999999999"}, "w"), ({"w": "3", "h": "x"}, "h"), ({"w": "3", "fit": "fill"}, "fit"),
        ({"w": "3", "q": "101"}, "q"), ({"w": "3", "width": "3"}, "width"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_by_its_name(asked: dict[str, str], field: str) -> None:
    with pytest.raises(RenditionError) as caught:
        read_asked(asked)
    assert caught.value.field == field and caught.value.remedy


@pytest.mark.parametrize("written", ["", "w", "w0", "w640h0", "640", "w640-contain", "w640-f1x1", "w640h360-f1", "w٣"])
def test_what_is_no_rendition_is_not_read_as_one(written: str) -> None:
    assert read_written(written) is None


@pytest.mark.parametrize(
    ("accepts", "source", "target"),
    [
        (["image/avif", "image/webp"], "jpeg", Target.AVIF),
        (["image/webp"], "jpeg", Target.WEBP),
        (["text/html"], "jpeg", Target.JPEG),
        ([], "png", Target.PNG),
        ([], "gif", Target.PNG),
        ([], "avif", Target.STILL),
    ],
)
def test_a_reader_gets_the_best_that_it_accepts(accepts: list[str], source: str, target: Target) -> None:
    assert target_of("auto", accepts, (Target.AVIF, Target.WEBP), source) is target


def test_a_format_that_is_named_is_the_one() -> None:
    assert target_of("jpg", [], (), "png") is target_of("jpeg", [], (), "png") is Target.JPEG
    with pytest.raises(RenditionError, match="one of auto, jpg, webp"):
        target_of("bmp", [], (), "png")


def test_a_rendition_is_kept_under_all_that_it_depends_on() -> None:
    one = Rendition(640, 360, focal=Focal(0.1, 0.2))
    names = {
        one.name("a" * 64, Target.WEBP),
        one.name("b" * 64, Target.WEBP),
        one.name("a" * 64, Target.AVIF),
        Rendition(640, 360, focal=Focal(0.2, 0.2)).name("a" * 64, Target.WEBP),
        Rendition(640, 360, Fit.CONTAIN).name("a" * 64, Target.WEBP),
        Rendition(640, 360, focal=Focal(0.1, 0.2), quality=90).name("a" * 64, Target.WEBP),
    }
    assert len(names) == 6


def test_a_picture_is_offered_up_to_its_own_size() -> None:
    assert SIZES.below(100) == (160,)
    assert SIZES.below(641) == (160, 320, 480, 640, 960)
    assert SIZES.below(10_000) == SIZES.widths
