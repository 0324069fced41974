"""Which events of a batch count, with the records of what they say of consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from profiles.consent.answers import RECORD
from profiles.consent.keeping import Kept, refusals_of
from profiles.events import Event
from profiles.ingest import Places, claim
from profiles.judging import Id, Receipt, Status, id_of
from rules import Instant


def counted_of(
    connection: Connection, kept: Sequence[Kept], receipts: Sequence[Receipt], places: Places, now: Instant
) -> tuple[list[Event], Mapping[Id, int]]:
    """The events that count, each with the record of what it says of consent, and their places in the log: the
    record's is behind its event's, so that it never speaks of names that led to somebody else when the event came. A
    refusal counts also where the event that says so is in quarantine."""
    counted: list[Event] = []
    behind: dict[Id, int] = {}
    for one, receipt in zip(kept, receipts, strict=True):
        told = [one.record] if one.record is not None else []
        if receipt.status is Status.ACCEPTED:
            counted += [*told, one.event]
        elif receipt.breaches and one.record is not None and (no := refusals_of(one.record)) is not None:
            told = [no]
            counted.append(no)
        behind |= {id_of(record): places.behind[id_of(one.event)] for record in told}
    told = [event for event in counted if event.kind == RECORD and id_of(event) not in places.of]
    if not told:
        return counted, places.of
    came = claim(connection, told, now, Places(behind))
    return [event for event in counted if id_of(event) not in came.before], {**places.of, **behind}
