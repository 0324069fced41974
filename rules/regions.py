"""Regions: where a person is as far as the law of consent goes, and what holds there before they answer."""

from __future__ import annotations

import re
from typing import Final

from rules.purposes import Basis, Purpose

EEA: Final = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS"),
        *("IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)
"""The European Economic Area by ISO 3166-1."""

OPT_IN: Final = EEA | {"GB", "CH", "BR"}
"""Where silence is no consent, whatever a purpose says (GDPR and UK GDPR; Swiss users of European services; LGPD)."""

REGION: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?\Z")
ANYWHERE: Final = "*"
GROUPS: Final = {"EEA": EEA}


def region_of(text: str) -> str:
    """A region as ISO 3166 writes it (`DE`, `US-CA`); empty for what is none."""
    region = text.strip().upper().replace("_", "-")
    region = "GB" + region[2:] if region[:2] == "UK" else region
    return region if REGION.match(region) else ""


def is_region_entry(key: str) -> bool:
    """Whether a purpose can have a default under this key."""
    return key == ANYWHERE or key in GROUPS or region_of(key) == key


def opts_in(region: str) -> bool:
    """Whether consent must be given there before anything that needs it."""
    return region in GROUPS or region[:2] in OPT_IN


def default_of(purpose: Purpose, region: str) -> tuple[bool, str]:
    """What holds before a person answers, and the entry that says so (empty: none does).

    In an unknown region it is the strictest that holds anywhere.
    """
    needs_yes = purpose.basis is Basis.CONSENT
    if needs_yes and (not region or opts_in(region)):
        return False, region[:2]
    if not region:
        return next(((False, key) for key, yes in sorted(purpose.defaults.items()) if not yes), (True, ""))
    groups = [name for name, members in GROUPS.items() if region[:2] in members]
    for entry in (region, region[:2], *groups, ANYWHERE):
        if entry in purpose.defaults:
            return purpose.defaults[entry], entry
    return not needs_yes, ""
