"""Renditions: the sizes and formats in which a picture can be had, and how they are written in an address.

`w640` is a width; `w640h360` a frame that the picture fills, cut around its focal point (`-f30x25`, per cent), or with
`-contain` one that it fits into; `-q90` a quality. What is asked for is taken to what there is, so that only so many
different ones exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Final

from pictures.focus import CENTRE, Focal

VERSION: Final = 1
"""Part of the name of each rendition that is kept: a change in how they are made makes all of them anew."""
LARGEST_ASKED: Final = 20_000
_WRITTEN = re.compile(
    r"w(\d{1,5})(?:h(\d{1,5}))?(?:-(contain)|-f(\d{1,3})x(\d{1,3}))?(?:-q(\d{1,3}))?",
    re.ASCII,
)


class Fit(StrEnum):
    """What becomes of a picture whose shape is not that of its frame."""

    COVER = "cover"
    CONTAIN = "contain"


class Target(StrEnum):
    """The formats of renditions. `STILL` is JPEG, or PNG where the picture has transparent parts or is one."""

    WEBP = "webp"
    AVIF = "avif"
    JPEG = "jpeg"
    PNG = "png"
    STILL = "still"


class RenditionError(ValueError):
    """A rendition that cannot be: which word is wrong, why, and what would be right."""

    def __init__(self, field: str, message: str, remedy: str) -> None:
        self.field = field
        self.message = message
        self.remedy = remedy
        super().__init__(f"{field}: {message}; {remedy}")


@dataclass(frozen=True, slots=True)
class Rendition:
    """One form of a picture: at most `width` pixels wide, with a height cut to fill it or made to fit."""

    width: int
    height: int | None = None
    fit: Fit = Fit.COVER
    focal: Focal = CENTRE
    quality: int | None = None
    """None for the usual one."""

    @property
    def written(self) -> str:
        """As it stands in an address."""
        return "".join(self._words())

    def name(self, digest: str, target: Target) -> str:
        """The name under which this form of the picture with this digest is kept: a digest of all it depends on."""
        return sha256(f"{VERSION}|{digest}|{self.written}|{target}".encode()).hexdigest()

    def _words(self) -> Iterator[str]:
        yield f"w{self.width}"
        if self.height is not None:
            yield f"h{self.height}"
            if self.fit is Fit.CONTAIN:
                yield "-contain"
            elif self.focal != CENTRE:
                yield f"-f{round(self.focal.x * 100)}x{round(self.focal.y * 100)}"
        if self.quality is not None:
            yield f"-q{self.quality}"


@dataclass(frozen=True, slots=True)
class Sizes:
    """All that there is: widths and qualities in ascending order, shapes as width to height."""

    widths: tuple[int, ...] = (160, 320, 480, 640, 960, 1280, 1920, 2560)
    shapes: tuple[str, ...] = ("9:16", "2:3", "3:4", "1:1", "4:3", "3:2", "16:9", "2:1", "21:9")
    qualities: tuple[int, ...] = (40, 60, 75, 90)
    usual: int = 75

    def snapped(self, asked: Rendition, focal: Focal) -> Rendition:
        """The rendition that stands for what is asked: the next larger width, the nearest shape, the next better
        quality, cut around this point."""
        width = next((w for w in self.widths if w >= asked.width), self.widths[-1])
        height = None
        if asked.height is not None:
            shape = asked.width / asked.height
            height = height_of(width, min(self.shapes, key=lambda one: abs(ratio_of(one) / shape - 1)))
        cut = height is not None and asked.fit is Fit.COVER
        quality = next((q for q in self.qualities if q >= (asked.quality or self.usual)), self.qualities[-1])
        return Rendition(
            width,
            height,
            asked.fit if height is not None else Fit.COVER,
            _percent(focal) if cut else CENTRE,
            None if quality == self.usual else quality,
        )

    def cut(self, shape: str, width: int, height: int, focal: Focal) -> Iterator[Rendition]:
        """The renditions of one of the shapes in which a picture of this size is offered."""
        most = min(width, round(height * ratio_of(shape)))
        return (Rendition(wide, height_of(wide, shape), focal=_percent(focal)) for wide in self.below(most))

    def below(self, width: int) -> tuple[int, ...]:
        """The widths that a picture this wide is offered in: those below its own, and the next."""
        less = tuple(w for w in self.widths if w < width)
        return less if len(less) == len(self.widths) else (*less, self.widths[len(less)])


def ratio_of(shape: str) -> float:
    """16:9 as a number. Raises `ValueError` for what is no shape."""
    wide, colon, high = shape.partition(":")
    ratio = float(wide) / float(high) if colon and float(high) else 0.0
    if not 0.05 <= ratio <= 20:
        raise ValueError(f"{shape!r} is no shape; write width to height, such as 16:9")
    return ratio


def height_of(width: int, shape: str) -> int:
    """The height of a picture of this width and shape."""
    return max(1, round(width / ratio_of(shape)))


def read_written(written: str) -> Rendition | None:
    """The rendition that an address names, None where it names none."""
    found = _WRITTEN.fullmatch(written)
    if found is None or not int(found[1]) or found[2] == "0":
        return None
    if found[2] is None and (found[3] or found[4]):
        return None
    focal = Focal(int(found[4]) / 100, int(found[5]) / 100) if found[4] else CENTRE
    return Rendition(
        int(found[1]),
        int(found[2]) if found[2] else None,
        Fit.CONTAIN if found[3] else Fit.COVER,
        focal,
        int(found[6]) if found[6] else None,
    )


ASKED: Final = ("w", "h", "fit", "q", "format")
"""What a rendition can be asked for by."""


def read_asked(asked: Mapping[str, str]) -> Rendition:
    """The rendition that these words ask for. Raises `RenditionError`."""
    for name in asked:
        if name not in ASKED:
            raise RenditionError(name, f"{name!r} is not known", f"ask by {', '.join(ASKED)}")
    if "w" not in asked:
        raise RenditionError("w", "a width is needed", "for example w=640")
    fit = asked.get("fit", Fit.COVER)
    if fit not in set(Fit):
        raise RenditionError("fit", f"{fit[:40]!r} is not known", f"one of {', '.join(Fit)}")
    made = Rendition(_number(asked, "w", LARGEST_ASKED), fit=Fit(fit))
    if "h" in asked:
        made = replace(made, height=_number(asked, "h", LARGEST_ASKED))
    return replace(made, quality=_number(asked, "q", 100)) if "q" in asked else made


def target_of(named: str, accepts: Iterable[str], preferred: Iterable[Target], source: str) -> Target:
    """The format of a rendition: the one that is named, or with `auto` the first preferred one that is accepted.

    Raises `RenditionError`. `source` is the format of the picture.
    """
    if named == "auto":
        taken = set(accepts)
        found = next((target for target in preferred if f"image/{target}" in taken), Target.STILL)
    else:
        found = _NAMED.get(named) or _unknown(named)
    return found if found is not Target.STILL else STILLS.get(source, Target.STILL)


_NAMED: Final[Mapping[str, Target]] = {"jpg": Target.JPEG, **{str(t): t for t in Target if t is not Target.STILL}}
"""How the format of a rendition may be named, in an address as an ending too."""
STILLS: Final[Mapping[str, Target]] = {"jpeg": Target.JPEG, "png": Target.PNG, "gif": Target.PNG}
"""What stands for pictures of a format where nothing newer is accepted; of others it depends on their pixels."""


def names_format(ending: str) -> bool:
    """Whether the ending of an address names a format that renditions are made in."""
    return ending in _NAMED


def _unknown(named: str) -> Target:
    raise RenditionError("format", f"{named[:40]!r} is not known", f"one of auto, {', '.join(_NAMED)}")


def _number(asked: Mapping[str, str], name: str, most: int) -> int:
    text = asked[name]
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 0 < int(text) <= most):
        raise RenditionError(name, f"{text[:40]!r} is no whole number from 1 to {most}", f"for example {name}=640")
    return int(text)


def _percent(focal: Focal) -> Focal:
    return Focal(round(focal.x * 100) / 100, round(focal.y * 100) / 100)
