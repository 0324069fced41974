"""Four eyes: nothing is published that nobody approved, and nobody approves what they had a hand in."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from accounts import person_behind
from layouts import Action, Entry, OwnWork, Pending, approved_first, entries_of, ever
from modules import authors_since


def four_eyes(connection: Connection, pending: Pending) -> None:
    """A hook for the steps of releases, see `layouts.StepHook`. Raises `NotApproved` or `OwnWork`.

    Whoever wrote any revision since the last that was published whole had a hand in a change, and so had whoever put
    it into the release. A key acts for the person who issued it.
    """
    approved_first(connection, pending)
    match pending.step.action:
        case Action.APPROVE:
            _must_be_others_work(connection, pending, pending.step.by)
        case Action.PUBLISH | Action.SCHEDULE:
            # It may have been approved before anybody asked for four eyes.
            approvals = [one.by for one in pending.taken if one.action is Action.APPROVE]
            _must_be_others_work(connection, pending, approvals[-1])


def _must_be_others_work(connection: Connection, pending: Pending, approver: str) -> None:
    person = person_behind(connection, approver)
    entries = entries_of(connection, pending.release.id)
    own = [f"{entry.kind}/{entry.key}" for entry in entries if person in _hands(connection, entry)]
    if own:
        raise OwnWork(pending.release.id, approver, list(dict.fromkeys(own)))


def _hands(connection: Connection, entry: Entry) -> frozenset[str]:
    return frozenset(person_behind(connection, name) for name in (entry.by, *_authors(connection, entry)))


def _authors(connection: Connection, entry: Entry) -> Iterator[str]:
    if entry.digest is not None:
        settled = ever(connection, entry.name)
        yield from authors_since(connection, entry.kind, entry.key, entry.digest, settled)
