"""A withdrawal reaches every process, whatever became of the server of copies and of who wrote it."""

from __future__ import annotations

from profiles import Profile, Profiles, Watcher
from storage import Database, HotCopies, Valkey
from tests.profiles.calls import NOW, call
from tests.profiles.world import World

NOBODY_THERE = "unix:///nonexistent/valkey.sock"
"""A server that refuses."""


def says(world: World, yes: bool, at: float) -> None:
    context = {"consent": {"categoryPreferences": {"marketing": yes}}}
    world.intake.accept([call(event="Segment Consent Preference Updated", at=at, context=context)], at)


def read(people: Profiles) -> bool | None:
    """What somebody who asks is told of Ann's consent."""
    document, _ = people.raw("user:ann")
    assert document is not None
    return Profile.load(document).consent.get("marketing")


def test_a_withdrawal_whose_copy_was_lost_is_made_good(database: Database, valkey: Valkey) -> None:
    """One process does not reach the server of copies (or dies before it tells it), the other one does."""
    near = HotCopies(valkey.url, prefix="watching", timeout=5.0)
    far = HotCopies(NOBODY_THERE, prefix="watching")
    near.forget_all()
    here, there = World(database, near), World(database, far)
    watcher = Watcher(database, near)
    people = Profiles(database, near, lambda: watcher.trusts(0.0))
    try:
        says(here, True, NOW)
        assert read(people) is True
        watcher.look(0.0)
        says(there, False, NOW + 1)
        assert read(people) is True, "the copy is as it was: nobody could tell the server"
        watcher.look(0.25)
        assert read(people) is False
        says(there, True, NOW + 2)
        says(there, False, NOW + 3)
        watcher.look(0.5)
        assert read(people) is False
    finally:
        near.close()
        far.close()


def test_copies_are_not_believed_while_sql_was_not_seen(database: Database, valkey: Valkey) -> None:
    near, far = HotCopies(valkey.url, prefix="unseen", timeout=5.0), HotCopies(NOBODY_THERE, prefix="unseen")
    near.forget_all()
    here, there = World(database, near), World(database, far)
    watcher, clock = Watcher(database, near), [0.0]
    people = Profiles(database, near, lambda: watcher.trusts(clock[0]))
    try:
        says(here, True, NOW)
        watcher.look(0.0)
        says(there, False, NOW + 1)
        clock[0] = 0.9
        assert read(people) is True, "a second may pass"
        clock[0] = 1.1
        assert read(people) is False, "after that SQL decides"
    finally:
        near.close()
        far.close()


def test_each_record_is_looked_at_once_and_a_late_commit_is_not_missed(world: World, database: Database) -> None:
    watcher = Watcher(database, world.hot)
    says(world, True, NOW)
    watcher.look(0.0)
    first = watcher._low
    for second in range(1, 40):
        says(world, second % 2 == 0, NOW + second)
        watcher.look(float(second))
        assert len(watcher._seen) <= 12, "what is old is forgotten"
    assert watcher._low > first
