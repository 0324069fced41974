"""Where a picture is cut: the largest part of a shape, as near around what matters as the edges allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom edge in pixels."""


@dataclass(frozen=True, slots=True)
class Focal:
    """The point of a picture that matters, as shares of its width and height from the top left corner."""

    x: float = 0.5
    y: float = 0.5


CENTRE = Focal()
"""What matters, where nobody said so."""


def crop_box(size: tuple[int, int], ratio: float, focal: Focal) -> Box:
    """The largest part of a picture whose width is `ratio` times its height, with the point nearest to its middle."""
    width, height = size
    wide, high = min(width, height * ratio), min(height, width / ratio)
    left = min(max(focal.x * width - wide / 2, 0.0), width - wide)
    top = min(max(focal.y * height - high / 2, 0.0), height - high)
    return left, top, left + wide, top + high


def fitted(size: tuple[int, int], within: tuple[int, int | None]) -> tuple[int, int]:
    """The size that a whole picture has when it is made to fit, never larger than it is."""
    width, height = size
    scale = min(1.0, within[0] / width, (within[1] or height) / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def filled(box: Box, wanted: tuple[int, int]) -> tuple[int, int]:
    """The size that a part of a picture has when it fills a frame, never larger than it is."""
    scale = min(1.0, (box[2] - box[0]) / wanted[0], (box[3] - box[1]) / wanted[1])
    return max(1, round(wanted[0] * scale)), max(1, round(wanted[1] * scale))
