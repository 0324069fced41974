"""Pictures: what the bytes of one are, whether they may be kept, and the sizes and formats made of them."""

from pictures.anatomy import Broken
from pictures.developing import develop
from pictures.facts import Facts, Flaw, Limits
from pictures.focus import CENTRE, Focal, crop_box
from pictures.formats import FORMATS, Format, sniff
from pictures.looking import facts_of, flaws_of, unsound
from pictures.private import tells_place, without_metadata
from pictures.renditions import (
    Fit,
    Rendition,
    RenditionError,
    Sizes,
    Target,
    names_format,
    ratio_of,
    read_asked,
    read_written,
    target_of,
)

__all__ = [
    "CENTRE",
    "FORMATS",
    "Broken",
    "Facts",
    "Fit",
    "Flaw",
    "Focal",
    "Format",
    "Limits",
    "Rendition",
    "RenditionError",
    "Sizes",
    "Target",
    "crop_box",
    "develop",
    "facts_of",
    "flaws_of",
    "names_format",
    "ratio_of",
    "read_asked",
    "read_written",
    "sniff",
    "target_of",
    "tells_place",
    "unsound",
    "without_metadata",
]
