"""Pictures: what they may be, and that they are what their name says."""

from __future__ import annotations

from modules.svg import svg_findings
from rules import Finding

LARGEST = 5_000_000

_STARTS = {"png": (b"\x89PNG\r\n\x1a\n",), "jpg": (b"\xff\xd8\xff",), "webp": (b"RIFF",)}


def asset_findings(name: str, content: bytes) -> list[Finding]:
    """What is wrong with a picture of this name: its size, its format, anything active in an SVG."""
    if len(content) > LARGEST:
        return [Finding("", f"the picture has {len(content):,} bytes; at most {LARGEST:,} fit", "make it smaller")]
    ending = name.rsplit(".", 1)[-1]
    if ending == "svg":
        return list(svg_findings(content))
    if not content.startswith(_STARTS[ending]) or (ending == "webp" and content[8:12] != b"WEBP"):
        return [Finding("", f"the content is not a {ending} picture", "give the file the ending of its real format")]
    return []
