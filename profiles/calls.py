"""Calls in the shape of Segment's SDKs, checked once, at the door, and made events."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import orjson

from profiles.consent.telling import told_in
from profiles.errors import EventError
from profiles.events import Event
from profiles.orders import MOST, oversized
from rules import Instant, Json
from storage import is_line

HOUR: Final = 3_600.0
ID_LENGTH: Final = 255
"""Characters in an id or a name."""
MOST_DEEP: Final = 16
"""Objects and lists inside of each other in one call: enough for every SDK, little enough to walk."""


@dataclass(frozen=True, slots=True)
class Call:
    """One kind of call: what it tells, and the event that rules know it as."""

    name: str
    summary: str
    event: str = ""
    """The event's type where the call itself does not name one; empty: none, it tells only of a person."""


PAGE_VIEWED: Final = "Page Viewed"
"""The name under which `page` calls are known to rules."""
SCREEN_VIEWED: Final = "Screen Viewed"
"""The name under which `screen` calls are known to rules."""

CALLS: Mapping[str, Call] = {
    call.name: call
    for call in (
        Call("track", "Something that a person did"),
        Call("identify", "Something that is known of a person"),
        Call("page", "A page that a person looked at", PAGE_VIEWED),
        Call("screen", "A screen of an app that a person looked at", SCREEN_VIEWED),
        Call("group", "The group that a person belongs to, and what is known of it"),
        Call("alias", "Another id of the same person"),
    )
}
"""Kind -> what it is, as https://segment.com/docs/connections/spec/ has them."""


def parse_call(kind: str, body: Json, *, source: str, received_at: Instant) -> Event:
    """One call of a kind in `CALLS` as an event; raises `EventError` naming the field.

    Unknown event names are welcome. A clock that runs wrong is corrected by `sentAt`, as Segment does:
    https://segment.com/docs/connections/spec/common/#timestamps
    """
    call = _object(body, "body")
    if kind not in CALLS:
        raise EventError("type", f"{kind!r} is not a call that is taken here", f"use one of {', '.join(CALLS)}")
    _check_depth(call)
    user, anonymous = _person(kind, call)
    told = told_in(_optional_object(call, "context"))
    event = Event(
        message_id=_message_id(call),
        source=source,
        kind=kind,
        name=_name(kind, call),
        at=_moment(call, received_at),
        received_at=received_at,
        user_id=user,
        anonymous_id=anonymous,
        previous_id=_previous_id(call, anonymous) if kind == "alias" else None,
        group_id=_group_id(call) if kind == "group" else None,
        properties=_properties(kind, call),
        traits=_traits(kind, call),
        consent=told.consent,
        gpc=told.gpc,
        region=told.region,
        proof=told.proof,
    )
    try:
        event.body()
    except orjson.JSONEncodeError as error:
        raise EventError("properties", f"cannot be kept as JSON ({error})", "send plain JSON values") from None
    return event


def _check_depth(call: Mapping[str, Json]) -> None:
    for name, value in call.items():
        level, depth = [value], 0
        while level := [inner for one in level if isinstance(one, dict | list) for inner in _inner(one)]:
            depth += 1
            if depth > MOST_DEEP:
                raise EventError(name, "is nested too deeply", f"send at most {MOST_DEEP} levels inside of each other")


def _inner(value: dict[str, Json] | list[Json]) -> Iterable[Json]:
    return value.values() if isinstance(value, dict) else value


def _person(kind: str, call: Mapping[str, Json]) -> tuple[str | None, str | None]:
    user, anonymous = _id(call, "userId"), _id(call, "anonymousId")
    if user is None and kind == "alias":
        raise EventError("userId", "alias call without the id that holds from now on", "send `userId`")
    if user is None and anonymous is None:
        raise EventError("userId", "event without a person", "send `userId`, `anonymousId` or both")
    return user, anonymous


def _previous_id(call: Mapping[str, Json], anonymous: str | None) -> str | None:
    previous = _id(call, "previousId")
    # Browsers leave it out where it is the anonymous id, which the call names anyway.
    if previous is None and anonymous is None:
        raise EventError("previousId", "alias call without an earlier id", "send `previousId`, the id that held before")
    return previous


def _group_id(call: Mapping[str, Json]) -> str:
    value = _id(call, "groupId")
    if value is None:
        raise EventError("groupId", "group call without a group", "send `groupId`, the id of the group")
    return value


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
        return CALLS[kind].event
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
    if kind not in {"page", "screen"}:
        return properties
    # SDKs send what a page is called beside the properties, and most of them in there too.
    beside = {name: call[name] for name in ("name", "category") if isinstance(call.get(name), str)}
    return {**beside, **properties}


def _traits(kind: str, call: Mapping[str, Json]) -> dict[str, Json]:
    traits = _optional_object(call, "traits")
    if kind != "identify":
        return traits
    # RudderStack's SDKs tell what is known of a person there.
    beside = _optional_object(call, "context").get("traits")
    return traits if beside is None else {**_object(beside, "context.traits"), **traits}


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
