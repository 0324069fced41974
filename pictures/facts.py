"""What is said of pictures: facts, limits, flaws."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest picture that is taken: bytes of its file, pixels of a frame, frames."""

    bytes: int = 10_000_000
    pixels: int = 40_000_000
    frames: int = 300


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a picture, and what would be right."""

    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a picture is. Width and height are as it is shown, in pixels; None where an SVG names none."""

    format: str
    media_type: str
    width: int | None
    height: int | None
    frames: int = 1
    alpha: bool = False
    """Whether parts of it may be seen through."""
