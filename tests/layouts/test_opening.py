"""Releases that wait: filled while they are open, kept as they were approved, published once."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from layouts import (
    WHOLE,
    Action,
    Due,
    Entry,
    EntryClash,
    NeverPublished,
    OpenReleases,
    Pending,
    Release,
    ReleaseChanged,
    Releases,
    Status,
    Taken,
    UnknownRelease,
    Wanted,
    WrongStep,
)
from storage import Database
from storage.audit import log
from storage.outbox import news

ONE, TWO = "1" * 64, "2" * 64
A, B = ("modules", "a"), ("modules", "b")


@pytest.fixture
def waiting(database: Database) -> OpenReleases:
    return OpenReleases(database)


@pytest.fixture
def releases(database: Database) -> Releases:
    return Releases(database)


def spring(waiting: OpenReleases) -> Release:
    return waiting.create("Spring", description="All that is green", author="ann", now=1.0)


def do(waiting: OpenReleases, release: Release, action: Action, by: str = "ben", note: str = "") -> Release:
    return waiting.step(release.id, Taken(action, by, 2.0, note))


def test_a_release_is_made_open_and_filled_with_what_it_will_change(waiting: OpenReleases, releases: Releases) -> None:
    releases.publish({A: ONE}, name="first", author="ann", now=0.5)
    made = spring(waiting)
    assert (made.status, made.digest, made.description) == (Status.OPEN, "", "All that is green")
    waiting.put(made.id, {(*A, "de"): TWO, (*B, WHOLE): None}, by="ben", now=2.0)
    waiting.put(made.id, {(*A, "fr"): TWO, (*A, "de"): ONE}, by="cat", now=3.0)
    assert waiting.entries(made.id) == (
        Entry("modules", "a", "de", ONE, ONE, "cat", 3.0),
        Entry("modules", "a", "fr", TWO, ONE, "cat", 3.0),
        Entry("modules", "b", WHOLE, None, None, "ben", 2.0),
    )
    waiting.drop(made.id, [(*A, "de"), ("modules", "never", "de")], by="ben", now=4.0)
    assert [one.locale for one in waiting.entries(made.id)] == ["fr", WHOLE]
    assert releases.get(made.id).version == 4, "each change of it counts"
    served = releases.published()
    assert served is not None and served.name == "first"


def test_a_piece_goes_out_whole_or_by_locale(waiting: OpenReleases) -> None:
    made = spring(waiting)
    waiting.put(made.id, {(*A, WHOLE): ONE, (*B, "de"): ONE}, by="ann", now=2.0)
    for place in ((*A, "de"), (*B, WHOLE)):
        with pytest.raises(EntryClash, match=r"modules/[ab]"):
            waiting.put(made.id, {place: TWO}, by="ann", now=2.0)
    assert [one.digest for one in waiting.entries(made.id)] == [ONE, ONE]


def test_what_was_approved_cannot_be_changed_before_it_is_opened_again(waiting: OpenReleases) -> None:
    made = spring(waiting)
    do(waiting, made, Action.SUBMIT, "ann")
    do(waiting, made, Action.APPROVE, "ben", "looks right")
    with pytest.raises(WrongStep, match=r"approved.*reopen"):
        waiting.put(made.id, {(*A, WHOLE): ONE}, by="ann", now=3.0)
    with pytest.raises(WrongStep):
        do(waiting, made, Action.SUBMIT)
    do(waiting, made, Action.REOPEN)
    waiting.put(made.id, {(*A, WHOLE): ONE}, by="ann", now=3.0)
    assert [(one.action, one.by, one.note) for one in waiting.steps(made.id)] == [
        (Action.CREATE, "ann", ""),
        (Action.SUBMIT, "ann", ""),
        (Action.APPROVE, "ben", "looks right"),
        (Action.REOPEN, "ben", ""),
        (Action.CHANGE, "ann", ""),
    ]


def test_a_release_that_waited_is_published_once(waiting: OpenReleases, releases: Releases) -> None:
    made = spring(waiting)
    waiting.put(made.id, {(*A, "de"): ONE}, by="ann", now=2.0)
    ready = do(waiting, made, Action.APPROVE)
    with pytest.raises(NeverPublished):
        releases.manifest(made.id)
    with pytest.raises(NeverPublished):
        releases.roll_back(to=made.id, author="ann", now=3.0)
    wanted = Wanted({A: TWO}, locales={A: ("de",)}, onto=None)
    out = releases.publish_open(made.id, wanted, author="ben", now=3.0, version=ready.version)
    assert (out.id, out.status) == (made.id, Status.PUBLISHED)
    assert releases.published() == out == releases.get(made.id)
    assert releases.manifest(made.id) == {A: TWO}
    with pytest.raises(WrongStep, match="published"):
        releases.publish_open(made.id, wanted, author="cat", now=4.0, version=out.version)
    with pytest.raises(WrongStep):
        do(waiting, made, Action.CANCEL)
    assert len(releases.publications()) == 1
    assert [one.locale for one in waiting.entries(made.id)] == ["de"], "what it changed is still told"


def test_who_acts_on_what_was_read_finds_out_that_it_changed(waiting: OpenReleases, releases: Releases) -> None:
    made = spring(waiting)
    waiting.put(made.id, {(*A, WHOLE): ONE}, by="ann", now=2.0, version=made.version)
    for late in (
        lambda: waiting.put(made.id, {(*B, WHOLE): ONE}, by="ben", now=2.0, version=made.version),
        lambda: waiting.step(made.id, Taken(Action.APPROVE, "ben", 2.0), version=made.version),
        lambda: releases.publish_open(made.id, Wanted({}), author="ben", now=2.0, version=made.version),
    ):
        with pytest.raises(ReleaseChanged):
            late()
    assert releases.get(made.id).status is Status.OPEN
    with pytest.raises(UnknownRelease):
        waiting.entries("r9-nothing")


def test_a_moment_is_set_moved_and_taken_back(waiting: OpenReleases, releases: Releases) -> None:
    made, other = spring(waiting), waiting.create("Other", author="ann", now=1.0)
    waiting.schedule(made.id, Due(10.0, "2026-12-01T09:00", "Europe/Berlin"), by="ann", now=2.0)
    waiting.schedule(other.id, Due(5.0, "2026-11-01T09:00", "UTC"), by="ann", now=2.0)
    assert waiting.due(4.9) == []
    assert [one.name for one in waiting.due(10.0)] == ["Other", "Spring"], "in the order of their moments"
    moved = waiting.schedule(made.id, Due(20.0, "2026-12-02T09:00", "Europe/Berlin"), by="ann", now=2.0)
    assert moved.due == releases.get(made.id).due == Due(20.0, "2026-12-02T09:00", "Europe/Berlin")
    assert [one.name for one in waiting.due(19.0)] == ["Other"]
    assert do(waiting, other, Action.CANCEL).due is None
    assert waiting.due(99.0) == [releases.get(made.id)]
    failed = waiting.step(made.id, Taken(Action.FAIL, "worker", 21.0, findings=({"pointer": "/modules/a"},)))
    assert (failed.status, failed.due) == (Status.FAILED, moved.due), "it is told when it should have been"
    assert waiting.steps(made.id)[-1].findings == ({"pointer": "/modules/a"},)
    assert waiting.due(99.0) == []


def test_a_hook_may_forbid_a_step_and_sees_who_took_which(database: Database) -> None:
    class SamePerson(Exception):
        pass

    def two_people(_: Connection, pending: Pending) -> None:
        wrote = {one.by for one in pending.taken if one.action in {Action.CREATE, Action.CHANGE}}
        if pending.step.action is Action.APPROVE and pending.step.by in wrote:
            raise SamePerson

    waiting = OpenReleases(database, on_step=[two_people])
    made = spring(waiting)
    waiting.put(made.id, {(*A, WHOLE): ONE}, by="ben", now=2.0)
    for author in ("ann", "ben"):
        with pytest.raises(SamePerson):
            do(waiting, made, Action.APPROVE, author)
    assert do(waiting, made, Action.APPROVE, "cat").status is Status.APPROVED


def test_whoever_may_not_publish_an_open_release_may_not_publish_without_one(database: Database) -> None:
    def approved(_: Connection, pending: Pending) -> None:
        if pending.step.action is Action.PUBLISH and pending.release.status is not Status.APPROVED:
            raise PermissionError

    releases = Releases(database, on_step=[approved])
    with pytest.raises(PermissionError):
        releases.publish({A: ONE}, name="x", author="ann", now=1.0)
    with pytest.raises(PermissionError):
        releases.publish_changes(Wanted({A: ONE}), name="x", author="ann", now=1.0)
    assert releases.history() == []


def test_releases_that_change_the_same_are_named(waiting: OpenReleases) -> None:
    made, other, gone = spring(waiting), spring(waiting), spring(waiting)
    waiting.put(made.id, {(*A, "de"): ONE, (*B, WHOLE): ONE}, by="ann", now=2.0)
    waiting.put(other.id, {(*A, WHOLE): TWO}, by="ann", now=2.0)
    waiting.put(gone.id, {(*B, WHOLE): TWO}, by="ann", now=2.0)
    do(waiting, gone, Action.CANCEL)
    assert waiting.others(made.id) == {A: [other.id]}
    assert waiting.others(other.id) == {A: [made.id]}


def test_each_step_is_in_the_audit_log_and_in_the_outbox(
    database: Database, waiting: OpenReleases, releases: Releases
) -> None:
    made = spring(waiting)
    waiting.schedule(made.id, Due(10.0, "1970-01-01T00:00:10", "UTC"), by="ben", now=2.0)
    releases.publish_open(made.id, Wanted({A: ONE}, locales={A: ("de", "fr")}), author="worker", now=10.0, version=2)
    with database.read() as connection:
        acts = connection.execute(select(log.c.who, log.c.action, log.c.what).order_by(log.c.seq)).all()
        notices = connection.execute(select(news).order_by(news.c.seq)).all()
    what = f"releases/{made.id}"
    assert [tuple(act) for act in acts] == [
        ("ann", "release.create", what),
        ("ben", "release.schedule", what),
        ("worker", "release.publish", what),
    ]
    assert [(n.topic, n.entity) for n in notices] == [
        ("release.created", what),
        ("release.scheduled", what),
        ("release.published", what),
        ("content.published", "modules/a"),
    ]
    assert notices[1].body["due"] == {"at": 10.0, "local": "1970-01-01T00:00:10", "zone": "UTC"}
    assert notices[3].body["locales"] == ["de", "fr"]


def test_the_list_of_releases_is_read_in_parts_and_by_status(waiting: OpenReleases, releases: Releases) -> None:
    made = [waiting.create(f"r{n}", author="ann", now=1.0) for n in range(5)]
    do(waiting, made[2], Action.CANCEL)
    assert [one.name for one in releases.history(limit=2)] == ["r4", "r3"]
    assert [one.name for one in releases.history(after=made[3].id, limit=2)] == ["r2", "r1"]
    assert [one.name for one in releases.history(status=Status.CANCELLED)] == ["r2"]
