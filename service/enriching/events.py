"""Enriching events: what the context of a call tells of where and on what it happened, as far as that is registered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from profiles import Visit, standing
from rules import Json, Vocabulary
from service.enriching.running import Enrichment
from service.enriching.visits import from_browser, visit_of

TEXT: Final = 200
PLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "locale": ("locale",),
    "zone": ("timezone",),
    "country": ("location", "country"),
    "region": ("location", "region"),
    "city": ("location", "city"),
    "latitude": ("location", "latitude"),
    "longitude": ("location", "longitude"),
    "os": ("os", "name"),
    "os_version": ("os", "version"),
    "campaign": ("campaign", "name"),
    "source": ("campaign", "source"),
    "medium": ("campaign", "medium"),
    "term": ("campaign", "term"),
    "content": ("campaign", "content"),
}
"""Fact -> where Segment's SDKs put it: https://segment.com/docs/connections/spec/common/#context"""
NUMBERS: Final = frozenset({"latitude", "longitude"})


def last_seen(
    enrichment: Enrichment, vocabulary: Vocabulary, call: Mapping[str, Any], environ: Mapping[str, Any], proxies: int
) -> dict[str, Json]:
    """What is registered below `profile.last` of where and on what a call was made.

    Only enrichers run that ask nobody: no event waits for another service.
    """
    wanted = standing(vocabulary).last
    if not wanted:
        return {}
    context = call.get("context")
    context = context if isinstance(context, dict) else {}
    told = {name: value for name, path in PLAIN.items() if (value := _plain(context, name, path)) is not None}
    visit = _visit(context, call, environ, proxies)
    found, _ = enrichment.facts(visit, enrichment.gives if "*" in wanted else wanted, told, quick=True)
    return {name: value for name, value in {**found, **told}.items() if name in wanted or "*" in wanted}


def _visit(context: Mapping[str, Any], call: Mapping[str, Any], environ: Mapping[str, Any], proxies: int) -> Visit:
    visit = visit_of(environ, proxies) if from_browser(environ) else Visit()
    page, properties = context.get("page"), call.get("properties")
    pages = [one for one in (page, properties) if isinstance(one, dict)]
    for name, value in (("user_agent", context.get("userAgent")), ("address", context.get("ip"))):
        if isinstance(value, str) and value:
            setattr(visit, name, value)
    visit.url = next((one["url"] for one in pages if isinstance(one.get("url"), str)), "")
    visit.referrer = next((one["referrer"] for one in pages if isinstance(one.get("referrer"), str)), "")
    return visit


def _plain(context: Mapping[str, Any], name: str, path: tuple[str, ...]) -> Json:
    value: Any = context
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    if name in NUMBERS:
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None
    return value[:TEXT] if isinstance(value, str) and value else None
