"""Sessions: runs of events without a long pause. Where a late event closes a gap, two of them become one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeAlias

import orjson

from profiles.calls import PAGE_VIEWED, SCREEN_VIEWED
from profiles.context.arrivals import arrival_of
from profiles.events import Event
from rules import Instant, Json

MOST_KEPT: Final = 50
"""Sessions that are kept one by one, for late events to find; older ones are counted alone."""
PAGES: Final = frozenset({PAGE_VIEWED, SCREEN_VIEWED})

State: TypeAlias = Any
"""`[older, [session, …]]`, newest first."""


class Session(NamedTuple):
    """A run of events; `entry` is `[at, how the person came]` of its first page."""

    start: Instant
    end: Instant
    events: int
    pages: int
    entry: list[Any] | None


def take_session(state: State, gap: float, event: Event) -> State:
    """The sessions after one more event."""
    older, kept = state or (0, [])
    page = event.name in PAGES
    entry = [event.at, arrival_of(event.properties, event.context)] if page else None
    made = Session(event.at, event.at, 1, int(page), entry)
    if kept and event.at >= kept[0][1] + gap:
        return [older + len(kept[MOST_KEPT - 1 :]), [list(made), *kept[: MOST_KEPT - 1]]]
    if kept and event.at >= kept[0][0]:
        return [older, [list(_joined(made, Session(*kept[0]))), *kept[1:]]]
    if older and event.at <= kept[-1][0] - gap:
        return state  # among sessions that are counted and no longer told apart
    # Sessions lie apart: only the one before and the one after can become one with it.
    first = last = bisect_left(kept, -event.at, key=_by_start)
    if last < len(kept) and event.at < kept[last][1] + gap:
        made, last = _joined(made, Session(*kept[last])), last + 1
    if first and event.at > kept[first - 1][0] - gap:
        made, first = _joined(made, Session(*kept[first - 1])), first - 1
    sessions = [*kept[:first], list(made), *kept[last:]]
    return [older + len(sessions[MOST_KEPT:]), sessions[:MOST_KEPT]]


def _by_start(session: list[Any]) -> Instant:
    start: Instant = session[0]
    return -start


def session_of(state: State, gap: float, now: Instant) -> tuple[Json, Mapping[str, Instant]]:
    """How many there were, and the last one; whether it goes on can change by time alone."""
    if state is None:
        return None, {}
    older, kept = state
    last = Session(*kept[0])
    ends = last.end + gap
    told: dict[str, Json] = {
        "count": older + len(kept),
        "started_at": last.start,
        "duration": last.end - last.start,
        "events": last.events,
        "pages": last.pages,
        "active": now < ends,
        **(last.entry[1] if last.entry else {}),
    }
    return told, {"active": ends} if now < ends else {}


def _joined(one: Session, other: Session) -> Session:
    entries = [entry for entry in (one.entry, other.entry) if entry is not None]
    return Session(
        min(one.start, other.start),
        max(one.end, other.end),
        one.events + other.events,
        one.pages + other.pages,
        min(entries, key=_rank, default=None),
    )


def _rank(entry: list[Any]) -> tuple[Instant, bytes]:
    """Which of two entries is the first, also in one moment."""
    return entry[0], orjson.dumps(entry[1], option=orjson.OPT_SORT_KEYS)
