"""After a decision about who is who: the people concerned become what they had been if it had always held."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Connection

from profiles import records
from profiles.computed import plan_of
from profiles.errors import TooManyConcerned
from profiles.fold import fold_all
from profiles.identity import links as evidence
from profiles.identity import rows
from profiles.identity.replay import Replay
from profiles.intake import Told
from profiles.membership.listed import lists_of
from profiles.membership.moves import note
from profiles.profile import Profile
from profiles.segments import Change, Segments, settle
from rules import Instant, Vocabulary
from storage import Copy, vault_of

MOST_CONCERNED: Final = 20_000
"""Names that may hang together for a decision about one of them: all of their events are read, under one lock."""

Rules = tuple[Segments, Vocabulary]


def resettle(
    connection: Connection, marks: Sequence[str], rules: Rules, now: Instant, cause: str, on_changes: Told
) -> dict[str, Copy]:
    """Lead the events of all who hang together with these names, by their marks, to their people anew; the hot copies
    that follow.

    The caller holds the lock of people alone. Raises `TooManyConcerned`.
    """
    concerned = evidence.around(connection, marks, MOST_CONCERNED)
    if len(concerned) > MOST_CONCERNED:
        raise TooManyConcerned(MOST_CONCERNED)
    owners, mark = rows.owners_of(connection, concerned), vault_of(connection).mark
    before = records.hold(connection, owners.values())
    replay, whose = Replay.of(evidence.decided(connection, concerned), mark), dict[int, str]()
    for seq, owner, event in rows.log_of(connection, before):
        whose[seq] = owner
        replay.take([(seq, event)])
    replay.end()
    touched = _move_events(connection, replay, whose)
    gone = _rename(connection, replay, owners, concerned)
    people = replay.people()
    version = max((profile.version for profile in before.values()), default=0)
    touched |= {one for one, aliases in people.items() if one not in before or before[one].aliases != aliases}
    copies = {f"profile:{name}": Copy(version + 1, b"") for name in gone}
    leave(connection, [one for one in before.values() if one.id not in people], now, cause, on_changes)
    told = rows.told_memberships(connection, touched)
    for one in before:
        told.get(one, rows.Memberships()).suspended.clear()
    remade = [
        _remade(connection, Profile(one, version, people[one]), told[one], rules, now, cause, on_changes)
        for one in sorted(touched & people.keys())
    ]
    return {**copies, **records.save(connection, remade, now)}


def _move_events(connection: Connection, replay: Replay, whose: Mapping[int, str]) -> set[str]:
    """Give each event to whom it belongs; the profiles that lost or got some."""
    moved: defaultdict[str, list[int]] = defaultdict(list)
    touched: set[str] = set()
    for seq, owner in whose.items():
        new = replay.owner_of(seq)
        if new != owner:
            moved[new].append(seq)
            touched |= {new, owner}
    for new, seqs in sorted(moved.items()):
        rows.hand_over(connection, seqs, new)
    return touched


def _rename(connection: Connection, replay: Replay, owners: Mapping[str, str], concerned: set[str]) -> list[str]:
    """Write who is called what, and by which links; the names that lead to nobody any more."""
    gone = sorted(owners.keys() - {replay.mark(name) for name in replay.crowd.owners})
    rows.unname(connection, gone)
    rows.unpart(connection, concerned)
    evidence.forget(connection, concerned)
    evidence.keep(connection, replay.crowd)
    return gone


def leave(connection: Connection, gone: Sequence[Profile], now: Instant, cause: str, on_changes: Told) -> None:
    """Let these profiles be no more, and tell that they left their segments."""
    for profile in sorted(gone, key=lambda one: one.id):
        left = [Change(key, "left", now, cause) for key in profile.segments]
        note(connection, profile.id, left)
        if left:
            on_changes(connection, profile.id, left)
    rows.remove(connection, [profile.id for profile in gone])


def _remade(
    connection: Connection,
    profile: Profile,
    told: rows.Memberships,
    rules: Rules,
    now: Instant,
    cause: str,
    on_changes: Told,
) -> Profile:
    """One person folded from all that is theirs, in the segments that this makes them a member of."""
    segments, vocabulary = rules
    plan = plan_of(vocabulary)
    begun = profile.but(computed=plan.begun(), segments={**told.suspended, **told.inside})
    begun = begun.but(lists=lists_of(connection, [begun]).get(profile.id, {}))
    profile = fold_all(begun, rows.deeds(connection, profile.id), plan)
    settled, changes = settle(profile, segments, vocabulary, now, cause)
    # Who was somebody else's part for a while goes on where they were.
    back = [key for key in told.suspended if key in settled.segments]
    changes = [change for change in changes if change.segment not in told.suspended or change.segment in told.inside]
    changes += [Change(key, "entered", told.suspended[key], cause) for key in back]
    if changes:
        note(connection, profile.id, changes)
        on_changes(connection, profile.id, changes)
    return settled
