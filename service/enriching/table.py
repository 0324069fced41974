"""The table of enrichers, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from connectors import Guard
from profiles import AGENT_FACTS, ARRIVAL_FACTS, agent_of, arrival
from rules import Instant
from service.enriching.places import PLACE_FACTS, Places, position_of
from service.enriching.remote import read_enrichers
from service.enriching.running import Enricher, Enrichment
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of enricher: what it is for, and those that the settings ask for."""

    name: str
    summary: str
    make: Callable[[Settings, Callable[[], Instant]], Sequence[Enricher]]


def _agent(_: Settings, __: Callable[[], Instant]) -> Sequence[Enricher]:
    return [Enricher("agent", AGENT_FACTS, lambda visit, _: agent_of(visit))]


def _arrival(_: Settings, __: Callable[[], Instant]) -> Sequence[Enricher]:
    return [Enricher("arrival", ARRIVAL_FACTS, lambda visit, _: arrival(visit.url[:4_000], visit.referrer[:4_000]))]


def _position(_: Settings, __: Callable[[], Instant]) -> Sequence[Enricher]:
    return [Enricher("position", frozenset({"position"}), lambda _, known: position_of(known))]


def _place(settings: Settings, _: Callable[[], Instant]) -> Sequence[Enricher]:
    return [] if settings.places is None else [Enricher("place", PLACE_FACTS, Places(settings.places).find)]


def _remote(settings: Settings, clock: Callable[[], Instant]) -> Sequence[Enricher]:
    if settings.enrichers is None:
        return []
    return read_enrichers(settings.enrichers, Guard(settings.webhook_private), clock)


ENRICHERS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("agent", "Device, operating system and browser, by User-Agent and client hints.", _agent),
        Kind("arrival", "How somebody came: campaign, search, social, mail, referral.", _arrival),
        Kind("position", "A position, of coordinates that were given.", _position),
        Kind("place", "The place of an address, by the file of `INTARSIA_PLACES`.", _place),
        Kind("remote", "Whatever another service knows; the file of `INTARSIA_ENRICHERS` names them.", _remote),
    )
}
"""Kind -> how its enrichers are made, in the order in which they run."""


def create_enrichment(
    settings: Settings, clock: Callable[[], Instant], note: Callable[[str, str], None] = lambda *_: None
) -> Enrichment:
    """All enrichers that the settings ask for. Raises `SettingError` where a file is not what it should be."""
    return Enrichment([one for kind in ENRICHERS.values() for one in kind.make(settings, clock)], clock, note)
