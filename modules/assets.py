"""Assets: what stands in the way of keeping a picture under a name."""

from __future__ import annotations

from typing import Final

from pictures import Limits, flaws_of, tells_place, unsound
from rules import Finding

LOOKED_AT: Final = b""
"""Stands for the bytes of a picture that was looked at when it was saved: a release is judged without reading it."""


def asset_findings(name: str, content: bytes, limits: Limits | None = None) -> list[Finding]:
    """What is wrong with a picture of this name: its format, anything active in an SVG. `LOOKED_AT` is fine.

    With `limits` it is looked at as closely as at the door: it is decoded whole, and may not tell where it was taken.
    """
    if content == LOOKED_AT and limits is None:
        return []
    ending = name.rsplit(".", 1)[-1]
    found = flaws_of(content, ending, limits) if limits else unsound(content, ending)
    findings = [Finding("", flaw.message, flaw.remedy) for flaw in found]
    if limits and not findings and tells_place(content):
        findings.append(Finding("", "the picture tells where it was taken (GPS)", WITHOUT_PLACE))
    return findings


WITHOUT_PLACE = "export it without its location, or upload it as a form: then its metadata is taken off"
