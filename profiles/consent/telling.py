"""What a call tells of consent, in its `context`: Segment's stamp, Global Privacy Control, a TC string, a region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from profiles.consent.tcf import TC_CHARACTERS
from profiles.errors import EventError
from rules import Json, region_of
from storage import is_line

EVIDENCE_BYTES: Final = 4_000
VERSION_LENGTH: Final = 100
STAMP: Final = "context.consent.categoryPreferences"


@dataclass(frozen=True, slots=True)
class Told:
    """What a call tells of consent."""

    consent: Mapping[str, bool] = field(default_factory=dict)
    gpc: bool = False
    region: str = ""
    proof: Mapping[str, Json] = field(default_factory=dict)


NOTHING: Final = Told()


def told_in(context: Mapping[str, Json]) -> Told:
    """What this context of a call tells; raises `EventError` naming the field."""
    consent = _object(context, "consent", "context")
    gpc = _gpc(context)
    region = _region(context, consent)
    if not consent:
        proof = _proof(context, {})
        return Told({}, gpc, region, proof) if gpc or region or proof else NOTHING
    return Told(_stamp(consent), gpc, region, _proof(context, consent))


def _object(holder: Mapping[str, Json], name: str, where: str) -> Mapping[str, Json]:
    value = holder.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise EventError(f"{where}.{name}", "is not an object", "send a JSON object")
    return value


def _stamp(consent: Mapping[str, Json]) -> dict[str, bool]:
    preferences: dict[str, bool] = {}
    for purpose, granted in _object(consent, "categoryPreferences", "context.consent").items():
        if not isinstance(granted, bool):
            raise EventError(f"{STAMP}.{purpose}", "is neither true nor false", "send a boolean for each purpose")
        preferences[purpose] = granted
    return preferences


def _gpc(context: Mapping[str, Json]) -> bool:
    for name in ("gpc", "globalPrivacyControl"):
        value = context.get(name)
        if value is not None and not isinstance(value, bool):
            raise EventError(
                f"context.{name}", "is neither true nor false", "send what the browser says, true or false"
            )
        if value:
            return True
    return False


def _region(context: Mapping[str, Json], consent: Mapping[str, Json]) -> str:
    """Where the person is: as the consent says, else the place of the call where that is written as ISO 3166 has it."""
    told = consent.get("region")
    if told is not None:
        region = region_of(told) if isinstance(told, str) else ""
        if not region:
            raise EventError("context.consent.region", "is no region", 'send ISO 3166, for example "DE" or "US-CA"')
        return region
    place = context.get("location")
    if not isinstance(place, dict):
        return ""
    country, part = place.get("country"), place.get("region")
    if not isinstance(country, str) or len(country) != 2:
        return ""
    whole = region_of(f"{country}-{part}") if isinstance(part, str) else ""
    return whole or region_of(country)


def _proof(context: Mapping[str, Json], consent: Mapping[str, Json]) -> dict[str, Json]:
    proof: dict[str, Any] = {
        "tcf": _text(context, "tcf", "context", TC_CHARACTERS)
        or _text(consent, "tcString", "context.consent", TC_CHARACTERS),
        "text_version": _text(consent, "textVersion", "context.consent", VERSION_LENGTH),
        "evidence": checked_evidence(dict(_object(consent, "evidence", "context.consent")), "context.consent.evidence"),
    }
    return {name: value for name, value in proof.items() if value}


def checked_evidence(evidence: dict[str, Json], where: str) -> dict[str, Json]:
    """The evidence of a consent, which is bounded; raises `EventError` naming the field."""
    if evidence and len(orjson.dumps(evidence)) > EVIDENCE_BYTES:
        raise EventError(where, "is too large", f"send at most {EVIDENCE_BYTES} bytes of JSON")
    return evidence


def _text(holder: Mapping[str, Json], name: str, where: str, most: int) -> str:
    value = holder.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most or not is_line(value):
        raise EventError(f"{where}.{name}", "is not usable text", f"send at most {most} printable characters")
    return value
