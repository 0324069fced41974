"""A picture is taken when it is what it says, whole, and within the limits; anything else is refused with a remedy."""

from __future__ import annotations

import zlib
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pictures import FORMATS, Limits, facts_of, flaws_of, sniff

from .drawn import MOVING, drawn, exif, moving, scene

LIMITS = Limits()
GOOD = {name: drawn(name) for name in FORMATS}


def said(content: bytes, ending: str, limits: Limits = LIMITS) -> str:
    flaws = flaws_of(content, ending, limits)
    assert all(flaw.message and flaw.remedy for flaw in flaws)
    return "; ".join(f"{flaw.message} ({flaw.remedy})" for flaw in flaws)


@pytest.mark.parametrize("name", FORMATS)
def test_a_sound_picture_of_every_format_is_taken_and_known(name: str) -> None:
    assert said(GOOD[name], FORMATS[name].ending) == ""
    facts = facts_of(GOOD[name])
    assert facts is not None
    assert (facts.format, facts.media_type, facts.width, facts.height, facts.frames) == (
        name, FORMATS[name].media_type, 64, 48, 1,
    )  # fmt: skip


@pytest.mark.parametrize("name", MOVING)
def test_a_moving_picture_is_taken_up_to_so_many_frames(name: str) -> None:
    content, ending = moving(name, 5), FORMATS[name].ending
    facts = facts_of(content)
    assert facts is not None and facts.frames == 5
    assert said(content, ending, replace(LIMITS, frames=5)) == ""
    assert "5 frames; at most 4" in said(content, ending, replace(LIMITS, frames=4))
    assert "pixels in all" in said(content, ending, replace(LIMITS, pixels=16 * 12))


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "I;16", "CMYK"])
def test_pictures_in_any_mode_are_taken(mode: str) -> None:
    name = "jpeg" if mode == "CMYK" else "png"
    content = drawn(name, scene(mode="L").convert(mode) if mode == "I;16" else scene(mode=mode))
    assert said(content, FORMATS[name].ending) == ""


@pytest.mark.parametrize("turned", [5, 6, 7, 8])
def test_sizes_are_told_as_the_picture_is_shown(turned: int) -> None:
    facts = facts_of(drawn("jpeg", exif=exif(turned=turned)))
    assert facts is not None and (facts.width, facts.height) == (48, 64)


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_under_another_ending_is_refused_with_its_own(name: str) -> None:
    other = "jpg" if name != "jpeg" else "png"
    assert f"the ending of its real format: .{FORMATS[name].ending}" in said(GOOD[name], other)


@pytest.mark.parametrize(
    "content", [b"", b"<html><script>alert(1)</script></html>", b"%PDF-1.7", b"\0" * 64, b"GIF89a", b"RIFF....WAVE"]
)
@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "gif", "avif", "svg"])
def test_what_is_no_picture_is_refused(content: bytes, ending: str) -> None:
    assert said(content, ending)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_a_picture_that_was_cut_off_is_refused(name: str, share: float) -> None:
    whole = drawn(name, scene((300, 200)))
    assert said(whole[: int(len(whole) * share)], FORMATS[name].ending)


@pytest.mark.parametrize("name", [n for n in FORMATS if n != "avif"])
def test_what_follows_the_end_of_a_picture_is_refused(name: str) -> None:
    """A file that is two things at once: a picture to us, a page or an archive to somebody else."""
    content = GOOD[name] + b"<html><script>alert(1)</script></html>"
    assert "follow the end of the picture" in said(content, FORMATS[name].ending)


def test_a_gif_that_is_a_page_is_refused() -> None:
    content = b"GIF89a/*<svg onload=alert(1)>*/=0;<html><script>alert(document.cookie)</script></html>"
    assert "damaged" in said(content, "gif")


def huge(name: str) -> bytes:
    """A small file that claims to be very large."""
    small = bytearray(GOOD[name])
    match name:
        case "png":
            small[16:24] = (60_000).to_bytes(4, "big") * 2
            small[29:33] = zlib.crc32(small[12:29]).to_bytes(4, "big")
        case "jpeg":
            at = small.index(b"\xff\xc0")
            small[at + 5 : at + 9] = (60_000).to_bytes(2, "big") * 2
        case "gif":
            small[6:10] = (60_000).to_bytes(2, "little") * 2
        case "webp":
            at = small.index(b"\x9d\x01\x2a")
            small[at + 3 : at + 7] = (16_000).to_bytes(2, "little") * 2
        case "avif":
            at = small.index(b"ispe")
            small[at + 8 : at + 16] = (60_000).to_bytes(4, "big") * 2
    return bytes(small)


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_that_claims_to_be_huge_is_refused_before_it_is_decoded(name: str) -> None:
    assert "pixels; at most 40,000,000 fit" in said(huge(name), FORMATS[name].ending)


def test_limits_are_those_that_are_given() -> None:
    assert "bytes; at most 100 fit" in said(GOOD["png"], "png", replace(LIMITS, bytes=100))
    assert "64 × 48 pixels; at most 3,071 fit" in said(GOOD["png"], "png", replace(LIMITS, pixels=64 * 48 - 1))
    assert said(GOOD["png"], "png", replace(LIMITS, pixels=64 * 48)) == ""


def chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


@pytest.mark.parametrize(
    "bomb",
    [
        chunk(b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 80_000_000, 9)),
        chunk(b"zTXt", b"x\0\0" + zlib.compress(b"\0" * 80_000_000, 9)),
        chunk(b"eXIf", b"II*\0" + b"\xff" * 300_000),
        chunk(b"IDAT", zlib.compress(b"\0" * 80_000_000, 9)),
    ],
)
def test_a_chunk_that_unpacks_to_very_much_does_no_harm(bomb: bytes) -> None:
    """Refused, or taken for what is seen of it; in any case without unpacking it."""
    content = GOOD["png"][:33] + bomb + GOOD["png"][33:]
    flaws_of(content, "png", LIMITS)
    facts_of(content)


def test_exif_data_that_goes_in_a_circle_does_no_harm() -> None:
    circle = b"II*\0\x08\0\0\0" + b"\x02\0" + b"\x69\x87\x04\0\1\0\0\0\x08\0\0\0" * 2 + b"\x08\0\0\0"
    content = drawn("jpeg", exif=circle)
    assert said(content, "jpg") in ("", said(content, "jpg"))
    assert facts_of(content) is not None


BEGINNINGS = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x20\0\0\0WEBP", b"\0\0\0\x14ftypavif", b"<svg "]


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=400), st.sampled_from(["jpg", "png", "webp", "gif", "svg"]))
@example(b"GIF89a", b"\1\0\1\0\0\0\0;", "gif")
@example(b"\x89PNG\r\n\x1a\n", b"\0\0\0\0IEND\xaeB`\x82", "png")
def test_random_bytes_are_refused_and_never_break_anything(beginning: bytes, rest: bytes, ending: str) -> None:
    content = beginning + rest
    assert said(content, ending)
    facts_of(content)


@given(st.sampled_from(sorted(FORMATS)), st.integers(0, 10_000), st.binary(min_size=1, max_size=6))
def test_a_changed_byte_is_told_or_harmless(name: str, at: int, change: bytes) -> None:
    good = GOOD[name]
    at %= len(good)
    content = good[:at] + change + good[at + len(change) :]
    ending = FORMATS[name].ending
    if not flaws_of(content, ending, LIMITS):
        assert sniff(content) is FORMATS[name]
        assert facts_of(content) is not None
