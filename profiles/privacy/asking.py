"""What people may ask for, and how each is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from profiles.consent.answers import RECORD
from profiles.events import Event
from rules import Instant, Json

SOURCE: Final = "privacy"
"""Where events come from that a request makes."""
RESTRICTED: Final = "restricted"


class Kind(StrEnum):
    """What somebody asks for (GDPR, articles 15 to 21)."""

    EXPORT = "export"
    RECTIFY = "rectify"
    RESTRICT = "restrict"
    UNRESTRICT = "unrestrict"
    OBJECT = "object"
    ERASE = "erase"


class Standing(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RequestKind:
    """One thing that can be asked for; `action` is what it takes to carry it out."""

    name: str
    summary: str
    action: str


REQUEST_KINDS: Final[Mapping[str, RequestKind]] = {
    one.name: one
    for one in (
        RequestKind(Kind.EXPORT, "Hand out everything that is kept (articles 15 and 20).", "profile.export"),
        RequestKind(Kind.RECTIFY, "Put traits right (article 16).", "profile.request"),
        RequestKind(Kind.RESTRICT, "Keep everything, use nothing (article 18).", "profile.request"),
        RequestKind(Kind.UNRESTRICT, "Use it again (article 18, 3).", "profile.request"),
        RequestKind(Kind.OBJECT, "Use nothing for one purpose (article 21).", "profile.consent"),
        RequestKind(Kind.ERASE, "Forget the person (article 17).", "profile.erase"),
    )
}
"""Kind -> what it means and what it takes."""


EVENTS: Final[Mapping[Kind, str]] = {Kind.RECTIFY: "identify", Kind.OBJECT: RECORD}
"""Which kind of event carries a request out, where that is one of another part."""


def event_of(kind: Kind, seq: int, name: str, details: Mapping[str, Any], now: Instant) -> Event | None:
    """The event by which a request is carried out, of the person that `name` leads to; None where it is none.

    It is in the log like any other: a profile that is folded anew from it comes out the same.
    """
    told: dict[str, Json] = {}
    consent: dict[str, bool] = {}
    match kind:
        case Kind.RECTIFY:
            told = dict(details["traits"])
        case Kind.RESTRICT | Kind.UNRESTRICT:
            told = {RESTRICTED: kind is Kind.RESTRICT}
        case Kind.OBJECT:
            consent = {details["purpose"]: False}
        case Kind.EXPORT | Kind.ERASE:
            return None
    sort, _, id_ = name.partition(":")
    return Event(
        message_id=f"request-{seq}",
        source=SOURCE,
        kind=EVENTS.get(kind, "privacy"),
        name="",
        at=now,
        received_at=now,
        user_id=id_ if sort == "user" else None,
        anonymous_id=id_ if sort == "anon" else None,
        # An objection is an act: no stamp of a page undoes it.
        properties={"act": True} if consent else {},
        traits=told,
        consent=consent,
    )
