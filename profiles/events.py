"""Events: what tracking calls in the shape of Segment's SDKs become, checked once, at the door."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import orjson

from profiles.errors import EventError
from profiles.orders import MOST, oversized
from rules import Instant, Json
from storage import is_line

HOUR: Final = 3_600.0
ID_LENGTH: Final = 255

PAGE_VIEWED: Final = "Page Viewed"
"""The name under which `page` calls are known to rules."""

KINDS: Final = ("track", "identify", "page")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that one person did, or that was told of one: immutable, with an id that makes it count once."""

    message_id: str
    source: str
    """Whose message ids these are: the write key's source."""
    kind: str
    """`track`, `identify` or `page`."""
    name: str
    """The event's type as rules name it; empty for `identify`."""
    at: Instant
    received_at: Instant
    user_id: str | None = None
    anonymous_id: str | None = None
    properties: Mapping[str, Json] = field(default_factory=dict)
    traits: Mapping[str, Json] = field(default_factory=dict)
    consent: Mapping[str, bool] = field(default_factory=dict)

    @property
    def aliases(self) -> tuple[str, ...]:
        """The names it gives its person, the surest first: `user:42`, `anon:abc`."""
        user = () if self.user_id is None else (f"user:{self.user_id}",)
        anonymous = () if self.anonymous_id is None else (f"anon:{self.anonymous_id}",)
        return user + anonymous

    def body(self) -> bytes:
        """What is kept of it beside its columns, as JSON."""
        kept = {
            "user_id": self.user_id,
            "anonymous_id": self.anonymous_id,
            "properties": self.properties,
            "traits": self.traits,
            "consent": self.consent,
        }
        return orjson.dumps({name: value for name, value in kept.items() if value})


def parse_call(kind: str, body: Json, *, source: str, received_at: Instant) -> Event:
    """One `track`, `identify` or `page` call as an event; raises `EventError` naming the field.

    Unknown event names are welcome. A clock that runs wrong is corrected by `sentAt`, as Segment does:
    https://segment.com/docs/connections/spec/common/#timestamps
    """
    call = _object(body, "body")
    if kind not in KINDS:
        raise EventError("type", f"{kind!r} is not a call that is taken here", f"use one of {', '.join(KINDS)}")
    user, anonymous = _id(call, "userId"), _id(call, "anonymousId")
    if user is None and anonymous is None:
        raise EventError("userId", "event without a person", "send `userId`, `anonymousId` or both")
    event = Event(
        message_id=_message_id(call),
        source=source,
        kind=kind,
        name=_name(kind, call),
        at=_moment(call, received_at),
        received_at=received_at,
        user_id=user,
        anonymous_id=anonymous,
        properties=_properties(kind, call),
        traits=_optional_object(call, "traits"),
        consent=_consent(call),
    )
    try:
        event.body()
    except orjson.JSONEncodeError as error:
        raise EventError("properties", f"cannot be kept as JSON ({error})", "send plain JSON values") from None
    return event


def _object(value: Json, where: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise EventError(where, "is not an object", "send a JSON object")
    return value


def _optional_object(call: Mapping[str, Json], name: str) -> dict[str, Json]:
    value = call.get(name)
    return {} if value is None else _object(value, name)


def _id(call: Mapping[str, Json], name: str) -> str | None:
    value = call.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise EventError(name, "is not text", "send an id as text")
    if len(value) > ID_LENGTH or not is_line(value):
        raise EventError(name, "is not a usable id", f"send at most {ID_LENGTH} printable characters")
    return value


def _message_id(call: Mapping[str, Json]) -> str:
    value = _id(call, "messageId")
    if value is None:
        raise EventError("messageId", "event without id", "send a unique `messageId`; every Segment SDK does")
    return value


def _name(kind: str, call: Mapping[str, Json]) -> str:
    if kind != "track":
        return PAGE_VIEWED if kind == "page" else ""
    name = call.get("event")
    if not isinstance(name, str) or not name.strip():
        raise EventError("event", "track call without a name", 'send `event`, for example "Product Viewed"')
    if len(name) > ID_LENGTH or not is_line(name):
        raise EventError("event", "is not a usable name", f"send at most {ID_LENGTH} printable characters")
    return name


def _properties(kind: str, call: Mapping[str, Json]) -> dict[str, Json]:
    properties = _optional_object(call, "properties")
    if (beyond := oversized(call.get("event"), properties)) is not None:
        raise EventError(f"properties.{beyond}", "is beyond all measure", f"send an amount of at most {MOST:g}")
    name = call.get("name")
    # SDKs send a page's name beside the properties, and most of them in there too.
    return {"name": name, **properties} if kind == "page" and isinstance(name, str) else properties


def _consent(call: Mapping[str, Json]) -> dict[str, bool]:
    where = "context.consent.categoryPreferences"
    consent = _optional_object(call, "context").get("consent")
    if consent is None:
        return {}
    stamp = _object(consent, "context.consent").get("categoryPreferences")
    if stamp is None:
        return {}
    preferences: dict[str, bool] = {}
    for purpose, granted in _object(stamp, where).items():
        if not isinstance(granted, bool):
            raise EventError(f"{where}.{purpose}", "is neither true nor false", "send a boolean for each purpose")
        preferences[purpose] = granted
    return preferences


def _moment(call: Mapping[str, Json], received_at: Instant) -> Instant:
    field_name = "originalTimestamp" if call.get("originalTimestamp") is not None else "timestamp"
    stamped, sent = _instant(call, field_name), _instant(call, "sentAt")
    if stamped is None:
        return received_at
    at = stamped if sent is None else stamped + (received_at - sent)
    if at > received_at + HOUR:
        told = datetime.fromtimestamp(min(at, 253_402_300_799.0), UTC).isoformat(timespec="seconds")
        raise EventError(field_name, f"lies in the future ({told})", "send the time at which it happened")
    # Down, not to the nearest: what happened must not lie in the future, where rules do not see it yet.
    return math.floor(at * 1000) / 1000


def _instant(call: Mapping[str, Json], name: str) -> Instant | None:
    value = call.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        remedy = 'send ISO 8601, for example "2025-06-15T15:06:40Z"'
        raise EventError(name, "is not a date and time", remedy) from None


def people_of(events: Sequence[Event]) -> list[str]:
    """Every alias that these events name, each once, in order of appearance."""
    return list(dict.fromkeys(alias for event in events for alias in event.aliases))
