"""What a browser says it is: device, operating system, browser, from its User-Agent and its client hints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from profiles.context.visit import Visit
from rules import Json

LONGEST: Final = 1_000
HINTS: Final = ("sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-ch-ua-platform-version")
"""Headers in which a browser says what it is, as `Visit.hints` names them."""
AGENT_FACTS: Final = frozenset({"device", "os", "os_version", "browser", "browser_version", "robot"})
"""The facts that a browser tells of itself."""

BRAND: Final = re.compile(r'"([^"]{1,60})"\s*;\s*v="(\d{1,6})')
"""An entry of `Sec-CH-UA`: https://wicg.github.io/ua-client-hints/#sec-ch-ua"""
MADE_UP: Final = re.compile(r"not.?a.?brand", re.IGNORECASE)
"""A brand that browsers add so that nobody relies on the list."""


def agent_of(visit: Visit) -> Mapping[str, Json]:
    """The facts that a visit's User-Agent and client hints tell; hints go first, for they say it plainly."""
    hints = tuple(visit.hints.get(name, "")[:LONGEST] for name in HINTS)
    return _agent(visit.user_agent[:LONGEST], *hints)


@lru_cache(maxsize=4096)
def _agent(user_agent: str, brands: str, mobile: str, platform: str, version: str) -> Mapping[str, Json]:
    told = dict(_parsed(user_agent)) if user_agent else {}
    if platform := platform.strip('" '):
        told["os"] = platform
        told.pop("os_version", None)
        if version := version.strip('" '):
            told["os_version"] = version
    found = [(name, number) for name, number in BRAND.findall(brands) if not MADE_UP.search(name)]
    # Each browser names Chromium too, which most of them are made of.
    for name, number in sorted(found, key=lambda one: one[0] != "Chromium"):
        told["browser"], told["browser_version"] = name, number
    told["device"] = "mobile" if mobile == "?1" else device_of(user_agent)
    return told


def _parsed(user_agent: str) -> Mapping[str, Json]:
    # Read when it is first needed: its patterns take a quarter of a second.
    from ua_parser import parse

    found = parse(user_agent)
    told: dict[str, Json] = {"robot": found.device is not None and found.device.family == "Spider"}
    if (system := found.os) is not None:
        told["os"] = system.family
        if system.major:
            told["os_version"] = ".".join(part for part in (system.major, system.minor) if part)
    if (browser := found.user_agent) is not None:
        told["browser"] = browser.family
        if browser.major:
            told["browser_version"] = browser.major
    return told


@lru_cache(maxsize=1024)
def device_of(user_agent: str) -> str:
    """The class of device that a browser's User-Agent names; desktop where it says nothing."""
    text = user_agent.lower()
    if "ipad" in text or "tablet" in text or ("android" in text and "mobile" not in text):
        return "tablet"
    return "mobile" if "mobi" in text else "desktop"
