"""Which events of a batch count, with the records of what they say of consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from profiles.consent.answers import RECORD
from profiles.consent.keeping import Kept, refusals_of
from profiles.events import Event
from profiles.ingest import claim
from profiles.judging import Id, Receipt, Status, id_of
from rules import Instant


def counted_of(
    connection: Connection, kept: Sequence[Kept], receipts: Sequence[Receipt], seqs: Mapping[Id, int], now: Instant
) -> tuple[list[Event], Mapping[Id, int]]:
    """The events that count, each after the record of what it says of consent, and their places in the log. A refusal
    counts also where the event that says so is in quarantine."""
    counted: list[Event] = []
    for one, receipt in zip(kept, receipts, strict=True):
        if receipt.status is Status.ACCEPTED:
            counted += [one.event] if one.record is None else [one.record, one.event]
        elif receipt.breaches and one.record is not None and (no := refusals_of(one.record)) is not None:
            counted.append(no)
    told = [event for event in counted if event.kind == RECORD and id_of(event) not in seqs]
    if not told:
        return counted, seqs
    came = claim(connection, told, now, drawn=len(seqs))
    return [event for event in counted if id_of(event) not in came.before], {**seqs, **came.seqs}
