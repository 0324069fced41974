"""What becomes of each event of a batch: it counts, it counted before, or it breaks its schema."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from profiles.consent.keeping import Kept
from profiles.ecommerce import EVENT_SCHEMAS, VERSION
from profiles.events import Event
from rules import Breach, Shape


class Status(StrEnum):
    """What became of an event: it counts now, it counted before, it is kept apart and does not count, or it is of
    somebody who was forgotten."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    ERASED = "erased"
    """It names somebody who was forgotten: nothing of it is kept."""


class State(StrEnum):
    """Where an event in quarantine stands."""

    WAITING = "waiting"
    REDRIVEN = "redriven"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The acknowledgement of one event: it is committed. `breaches` say what keeps it in quarantine."""

    message_id: str
    status: Status
    breaches: tuple[Breach, ...] = ()
    refused: tuple[str, ...] = ()
    """The purposes for which the event, or something of it, was not kept: its person does not agree to them."""
    differs: bool = False
    """Another event came first under this id, and what this one says counts for nothing."""


Id = tuple[str, str]
"""The source and the message id of an event."""


def id_of(event: Event) -> Id:
    """What makes an event count once."""
    return event.source, event.message_id


def sorted_out(
    events: Sequence[Event],
    known: Collection[Id],
    held: Mapping[Id, State],
    shapes: Mapping[str, Shape],
    other: Collection[int] = (),
) -> list[Receipt]:
    """What becomes of each event, in their order. `known` came before, those of them that are not `held` in quarantine
    were accepted; whatever is decided of an id is not decided again. `shapes` are those that were registered, `other`
    are the places of events that are not the first of their id and say something else than that one."""
    receipts, decided = [], {**dict.fromkeys(known, State.REDRIVEN), **held}
    for place, event in enumerate(events):
        key = id_of(event)
        if key in decided:
            status = Status.QUARANTINED if decided[key] is State.WAITING else Status.DUPLICATE
            receipts.append(Receipt(event.message_id, status, differs=place in other))
            continue
        broken = tuple(breaches_of(event, shapes))
        decided[key] = State.WAITING if broken else State.REDRIVEN
        receipts.append(Receipt(event.message_id, Status.QUARANTINED if broken else Status.ACCEPTED, broken))
    return receipts


def withheld(receipt: Receipt, kept: Kept) -> Receipt:
    """The receipt that also says for which purposes something was not kept; of a duplicate nothing was to be kept."""
    told = kept.refused and receipt.status is not Status.DUPLICATE
    return replace(receipt, refused=kept.refused) if told else receipt


def breaches_of(event: Event, shapes: Mapping[str, Shape]) -> list[Breach]:
    """Where an event breaks its schema: the registered one, else Segment's of e-commerce; none where it has none."""
    shape = shapes.get(event.name) or _usual(event)
    return shape.breaches(event.properties) if shape is not None else []


def schema_of(event: Event, shapes: Mapping[str, Shape]) -> str:
    """The name of the schema that an event is held against."""
    own = shapes.get(event.name)
    return f"own-{sha256(own.text.encode()).hexdigest()[:12]}" if own is not None else VERSION


def reason_of(breaches: Sequence[Breach]) -> str:
    """The first breach as a word to filter by; places in lists do not matter: `products.*.price type`."""
    first = breaches[0]
    parts = ["*" if part.isdecimal() else part for part in first.field.split(".")]
    return f"{'.'.join(parts) or '(all)'} {first.keyword}"


def _usual(event: Event) -> Shape | None:
    found = EVENT_SCHEMAS.get(event.name)
    return found.shape if found is not None and event.kind == "track" else None
