"""Addresses: made absolute for those who read elsewhere, and never of a scheme that runs something."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from channels.channel import Picture, View

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
RASTER = ".png"
_LINK = re.compile(r"""(<a (?:[^"<>]|"[^"]*")*?href=")([^"]*)""")
"""The address of a link in sanitised HTML, where every attribute is quoted."""


def is_safe(url: str) -> bool:
    """Whether following this address can only open a page, a mail or a call. Browsers skip controls: so do we."""
    bare = "".join(c for c in url if c > " " and not "\x7f" <= c <= "\xa0")
    try:
        scheme = urlsplit(bare).scheme.lower()
    except ValueError:
        return False
    return scheme in SCHEMES or (not scheme and not bare.partition("/")[0].partition("?")[0].count(":"))


def absolute(url: str, base: str) -> str:
    """The address with its host, a path taken to be on `base`."""
    if not url or url.startswith("//") or urlsplit(url).scheme:
        return url
    return f"{base.rstrip('/')}/{url.lstrip('/')}" if url[0] not in "#?" else f"{base.rstrip('/')}/{url}"


def absolute_links(html: str, base: str) -> str:
    """Sanitised HTML with every link made absolute."""
    return _LINK.sub(lambda found: found[1] + absolute(found[2], base), html)


def image_url(src: str, view: View) -> str:
    """Where a picture is: an asset of the release by its name, anything else as it is."""
    return src if src.startswith(("https://", "http://", "/")) else view.asset_url(src)


def picture_of(src: str, view: View) -> Picture | None:
    """What is known of a picture; of one that is elsewhere nothing is."""
    return None if src.startswith(("https://", "http://", "/")) else view.picture(src)


def plain_url(src: str, view: View) -> str:
    """Where a picture is in a form that every reader can show, with its host."""
    name = raster_of(src, view)
    known = picture_of(name, view)
    return absolute(known.plain if known and known.plain else image_url(name, view), view.base_url)


def raster_of(src: str, view: View) -> str:
    """The picture that a reader without SVG can see: the asset of the same name as PNG, where there is one."""
    if src.endswith(".svg"):
        twin = src.removesuffix(".svg") + RASTER
        if view.has_asset(twin):
            return twin
    return src
