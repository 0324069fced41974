"""Which addresses authors may link to."""

from __future__ import annotations

from urllib.parse import urlsplit

from modules.parts import Hole, Merge

SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def is_safe_url(url: str) -> bool:
    """Whether an address is a path on the site, a place on the page, or of an allowed scheme.

    Control characters, spaces and backslashes are refused: browsers drop or turn them, and the address changes.
    """
    if not url or any(c <= " " or c == "\\" or "\x7f" <= c <= "\xa0" for c in url):
        return False
    if url[0] in "/#?":
        return not url.startswith("//")
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme.lower() not in SCHEMES:
        return False
    return bool(parts.hostname) if parts.scheme.lower() in ("http", "https") else bool(parts.path)


def is_safe_merged_url(url: Merge) -> bool:
    """As `is_safe_url`, and no merge field can decide the scheme or the host."""
    head = url.segments[0] if url.segments else ""
    if isinstance(head, Hole) or not is_safe_url(head):
        return False
    if any(isinstance(s, str) and not is_safe_url(f"/_{s}") for s in url.segments[1:]):
        return False
    if len(url.segments) == 1:
        return True
    if head[0] in "/#?":
        return head != "/"  # a value that begins with a slash would make it the address of another host
    return "://" not in head or bool(urlsplit(head).path)
