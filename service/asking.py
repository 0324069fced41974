"""From a request to an Ask: who asks, from where, and what we may know of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from engine import Ask, Catalogue
from modules import is_zone
from profiles import (
    NOTHING_ALLOWED,
    QUIET,
    UNREACHABLE,
    Profile,
    Profiles,
    Signals,
    Visit,
    allowed_history,
    allows,
    device_of,
    facts_of,
    standing,
)
from rules import NECESSARY, Facts, Instant, Origin, Vocabulary
from service.consenting import SAID, signals_of
from service.enriching.running import NO_ENRICHMENT, Enrichment
from service.problems import Problem, field_error
from storage import is_line

LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
CONTEXT_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "device": str,
    "place": str,
    "country": str,
    "region": str,
    "referrer": str,
    "temperature": (int, float),
    "zone": str,
    "os": str,
    "browser": str,
    "city": str,
    "latitude": (int, float),
    "longitude": (int, float),
    "url": str,
    "user_agent": str,
    "ip": str,
}
ABOUT_VISIT = ("url", "user_agent", "ip")
"""What enrichers read and rules do not: it is no fact itself, and nothing keeps it."""
KNOWN = sorted({*CONTEXT_TYPES, *SAID})
DEVICES = frozenset({"mobile", "tablet", "desktop"})


@dataclass(slots=True)
class Visitor:
    """Who is asking, as told: the alias of their profile and the unit of their dice."""

    alias: str
    unit: str

    @classmethod
    def of(cls, person: Mapping[str, Any]) -> Visitor:
        """From `{"user_id": …}` and/or `{"anonymous_id": …}`; raises a 422 `Problem` on anything else."""
        user, anonymous = person.get("user_id"), person.get("anonymous_id")
        for name, value in (("user_id", user), ("anonymous_id", anonymous)):
            if value is not None and not (isinstance(value, str) and 0 < len(value) <= 255 and is_line(value)):
                raise refused(f"/person/{name}", "must be printable text of 1 to 255 characters")
        if user:
            return cls(f"user:{user}", user)
        if anonymous:
            return cls(f"anon:{anonymous}", anonymous)
        raise refused("/person", "needs a user_id or an anonymous_id", 'send {"anonymous_id": "…"} for a stranger')


@dataclass(frozen=True, slots=True)
class Asker:
    """Builds asks. One profile look-up, one hop, each."""

    profiles: Profiles
    zone: str
    locale: str
    strict: bool = False
    enrichment: Enrichment = NO_ENRICHMENT
    tcf_vendor: int | None = None

    def ask(
        self,
        catalogue: Catalogue,
        layout: str,
        channel: str,
        visitor: Visitor | None,
        now: Instant,
        *,
        context: Mapping[str, Any] | None = None,
        locale: str | None = None,
        user_agent: str = "",
        visit: Callable[[], Visit] = Visit,
        gpc: bool = False,
    ) -> Ask:
        """Everything the answer depends on; the profile's segments are right at `now`, also without a timer.

        Without a visitor it is of nobody in particular: no profile, no consent, no dice. `gpc`: it came under Global
        Privacy Control.
        """
        plan = catalogue.plan(layout)
        locale = locale or catalogue.locales.default or self.locale
        signals = self._signals(context or {}, catalogue, gpc=gpc, somebody=visitor is not None)
        told = self._context(context or {}, channel, locale, user_agent)
        raw, degraded = self.profiles.raw(visitor.alias) if visitor else (None, "")
        if degraded == UNREACHABLE:
            signals = NOTHING_ALLOWED
        profile = self.profiles.current(raw, catalogue.segments, catalogue.vocabulary, now, signals)
        # What is found of one visit is not told to everybody.
        agreed = partial(self._agreed, profile, catalogue.vocabulary, signals)
        origins = self._enrich(told, catalogue.vocabulary, visit, agreed) if visitor else without_visit(told)
        local = local_time(told.pop("zone", self.zone), now // 60)
        told["hour"] = local.hour
        told["weekday"] = local.weekday
        facts = facts_of(profile, catalogue.vocabulary, told, now, signals)
        facts.origins = origins
        turn = standing(catalogue.vocabulary).turn(profile, plan.reads, now)
        # A profile's version grows with every change of it.
        fingerprint = b"%b:%d:%b" % (profile.id.encode(), profile.version, orjson.dumps(told))
        if turn is not None:
            # Nor with every moment at which one of its facts lapses.
            fingerprint += b":%r" % turn
        if signals is not QUIET:
            fingerprint += orjson.dumps([signals.gpc, signals.region, signals.answers, signals.unreachable])
        return Ask(
            catalogue=catalogue,
            layout=layout,
            channel=channel,
            locale=locale,
            facts=facts,
            unit=visitor.unit if visitor else "",
            history=partial(allowed_history, profile, catalogue.vocabulary, signals),
            facts_until=_earliest(_earliest(profile.until, turn), local.until(plan.reads, now)),
            fingerprint=fingerprint,
            degraded=degraded,
            strict=self.strict,
        )

    def facts(self, catalogue: Catalogue, visitor: Visitor, now: Instant, asked: Mapping[str, Any]) -> Facts:
        """What an ask would know of somebody; `asked` may hold `context`, `channel` and `locale`."""
        told = self._context(
            asked.get("context") or {},
            asked["channel"],
            asked.get("locale") or catalogue.locales.default or self.locale,
            "",
        )
        signals = self._signals(asked.get("context") or {}, catalogue, gpc=False, somebody=True)
        raw, degraded = self.profiles.raw(visitor.alias)
        if degraded == UNREACHABLE:
            signals = NOTHING_ALLOWED
        profile = self.profiles.current(raw, catalogue.segments, catalogue.vocabulary, now, signals)
        agreed = partial(self._agreed, profile, catalogue.vocabulary, signals)
        origins = self._enrich(told, catalogue.vocabulary, Visit, agreed)
        local = local_time(told.pop("zone", self.zone), now // 60)
        told |= {"hour": local.hour, "weekday": local.weekday}
        facts = facts_of(profile, catalogue.vocabulary, told, now, signals)
        facts.origins = origins
        return facts

    def _signals(self, context: Mapping[str, Any], catalogue: Catalogue, *, gpc: bool, somebody: bool) -> Signals:
        purposes = catalogue.vocabulary.purposes
        return signals_of(context, gpc=gpc, somebody=somebody, purposes=purposes, vendor=self.tcf_vendor)

    @staticmethod
    def _agreed(profile: Profile, vocabulary: Vocabulary, signals: Signals, name: str) -> bool:
        """Whether a fact of the context may be known of this person: what may not is not even looked for."""
        attribute = vocabulary.attributes.get(f"context.{name}")
        purpose = attribute.purpose if attribute is not None else NECESSARY
        return allows(profile, purpose, vocabulary.purposes, signals).allowed

    def _enrich(
        self,
        told: dict[str, Any],
        vocabulary: Vocabulary,
        visit: Callable[[], Visit],
        agreed: Callable[[str], bool],
    ) -> Mapping[str, Origin]:
        """Add what enrichers find of the facts that are registered and were not told; where each comes from."""
        registered, gives = standing(vocabulary).context, self.enrichment.gives
        wanted = (registered & gives) - told.keys()
        if "zone" in gives and "zone" not in told and not registered.isdisjoint(("hour", "weekday")):
            wanted |= {"zone"}
        if not wanted or not (wanted := frozenset(filter(agreed, wanted))):
            return without_visit(told)
        seen = visit()
        seen.user_agent = told.pop("user_agent", seen.user_agent)
        seen.address, seen.url = told.pop("ip", seen.address), told.pop("url", seen.url)
        seen.referrer = told.get("referrer", seen.referrer)
        found, origins = self.enrichment.facts(seen, wanted, told)
        if not is_zone(str(found.get("zone", "UTC"))):
            del found["zone"]
        told |= found
        return origins

    def _context(self, context: Mapping[str, Any], channel: str, locale: str, user_agent: str) -> dict[str, Any]:
        if locale != self.locale and not LOCALE.match(locale):
            raise refused("/locale", f"{locale[:40]!r} is not a locale", 'write one such as "en" or "de-AT"')
        told: dict[str, Any] = {"channel": channel, "locale": locale}
        for name, value in context.items():
            if name in ("gpc", "tcf"):
                continue  # no facts, but what facts depend on
            wanted = CONTEXT_TYPES.get(name)
            if wanted is None:
                raise refused(f"/context/{name}", "is not known", f"known: {', '.join(KNOWN)}")
            if value is None:
                continue
            if not isinstance(value, wanted) or isinstance(value, bool):
                raise refused(f"/context/{name}", "has the wrong type")
            told[name] = value
        if told.setdefault("device", device_of(told.get("user_agent", user_agent))) not in DEVICES:
            raise refused("/context/device", "is not known", f"known: {', '.join(sorted(DEVICES))}")
        return told


def without_visit(told: dict[str, Any]) -> Mapping[str, Origin]:
    """Take out what only enrichers read; nothing was found."""
    if not told.keys().isdisjoint(ABOUT_VISIT):
        for name in ABOUT_VISIT:
            told.pop(name, None)
    return {}


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo:
    """The named time zone. Raises a 422 `Problem` for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refused("/context/zone", f"{name[:60]!r} is not a time zone", "write one such as Europe/Berlin") from None


@dataclass(frozen=True, slots=True)
class LocalTime:
    """What the clock on the wall says in some minute, and when that will be over."""

    hour: int
    weekday: int
    """1 is Monday."""
    hour_ends: Instant
    day_ends: Instant

    def until(self, reads: frozenset[str], now: Instant) -> Instant | None:
        """Until when what is read of it holds; None where nothing is read."""
        if "context.hour" in reads:
            nearest = self.hour_ends
        elif "context.weekday" in reads:
            nearest = self.day_ends
        else:
            return None
        # Wall-clock arithmetic may step over a DST gap; the answer must not claim to hold longer than it does.
        return min(nearest, now + 86_400.0)


@lru_cache(maxsize=1024)
def local_time(zone: str, minute: float) -> LocalTime:
    """The local time in a minute since 1970: everybody in one zone asks the same."""
    local = datetime.fromtimestamp(minute * 60, UTC).astimezone(zone_of(zone))
    full = local.replace(minute=0, second=0, microsecond=0)
    return LocalTime(
        local.hour,
        local.isoweekday(),
        (full + timedelta(hours=1)).timestamp(),
        (full.replace(hour=0) + timedelta(days=1)).timestamp(),
    )


def refused(field: str, message: str, remedy: str = "") -> Problem:
    """A 422 about one field."""
    return Problem(
        422, "Request refused", f"{field.lstrip('/')}: {message}", errors=[field_error(field, message, remedy)]
    )


def _earliest(one: Instant | None, other: Instant | None) -> Instant | None:
    if one is None or other is None:
        return one if other is None else other
    return min(one, other)
