"""The chain of published states gives back every manifest, and what lies between any two, whatever the history."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from layouts import Changes, Move, PublishedMeanwhile, Release, Releases, Wanted, changed, changes_of
from layouts.manifest import digest_of
from layouts.tables import manifest_spans
from storage import Database
from storage.audit import log
from storage.outbox import news

Held = dict[tuple[str, str], str]

KEYS = [(kind, key) for kind in ("modules", "layouts") for key in "abcdef"]


class Model:
    """The obvious way: every release keeps its whole manifest."""

    def __init__(self) -> None:
        self.held: dict[str, Held] = {}
        self.served: list[str] = []

    def publish(self, release: str, manifest: Mapping[tuple[str, str], str]) -> None:
        """A new release is served."""
        self.held[release] = dict(manifest)
        self.served.append(release)

    @property
    def now(self) -> Held:
        """What is served."""
        return self.held[self.served[-1]] if self.served else {}


def a_change(dice: random.Random) -> dict[tuple[str, str], str | None]:
    """Some names, each with a new digest, one that was there before, or nothing."""
    names = dice.sample(KEYS, dice.randint(0, 4))
    return {name: dice.choice([None, str(dice.randint(0, 3)) * 64]) for name in names}


def applied(held: Held, change: Mapping[tuple[str, str], str | None]) -> Held:
    made: dict[tuple[str, str], str | None] = {**held, **change}
    return {name: digest for name, digest in made.items() if digest is not None}


@pytest.mark.parametrize("seed", range(8))
def test_any_history_of_publishing_and_rolling_back_equals_whole_manifests(database: Database, seed: int) -> None:
    dice, model, seen = random.Random(seed), Model(), list[Changes]()
    releases = Releases(database, on_publish=[lambda _, move: seen.append(move.changes)])
    for step in range(30):
        before, stamp = model.now, {"name": str(step), "author": "ann", "now": float(step)}
        if model.served and dice.random() < 0.35:
            to = dice.choice(list(model.held))
            assert releases.roll_back(to=to, author="ben", now=float(step)).id == to
            model.served.append(to)
        elif dice.random() < 0.5:
            change = a_change(dice)
            made = releases.publish_changes(Wanted(change), **stamp)
            model.publish(made.id, applied(before, change))
        else:
            whole = applied({}, a_change(dice))
            model.publish(releases.publish(whole, **stamp).id, whole)
        assert seen[-1] == changes_of(before, model.now)
        served = releases.published()
        assert served is not None
        assert served.digest == digest_of(model.now), "the running total says what the whole manifest says"
    for one, held in model.held.items():
        assert releases.manifest(one) == held
        assert releases.changes(None, one) == changes_of({}, held)
        for other, its in model.held.items():
            between = releases.changes(one, other)
            assert between == changes_of(held, its)
            assert changed(held, between) == its
    for name in {name for held in model.held.values() for name in held}:
        ever = [held[name] for held in model.held.values() if name in held]
        assert set(releases.ever(*name)) == set(ever), "what any release held, however it came and went"


def test_a_publication_writes_what_it_changes_and_no_more(database: Database) -> None:
    releases = Releases(database)
    whole = {("modules", f"m{n}"): "0" * 64 for n in range(1000)}
    first = releases.publish(whole, name="first", author="ann", now=1.0)
    change = {("modules", "m7"): "1" * 64, ("modules", "m8"): None}
    second = releases.publish_changes(Wanted(change), name="second", author="ann", now=2.0)
    releases.roll_back(author="ann", now=3.0)
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(manifest_spans)) == 1001
    third = releases.publish_changes(Wanted({("modules", "m9"): "2" * 64}), name="third", author="ann", now=4.0)
    with database.read() as connection:
        rows = connection.execute(select(manifest_spans).where(manifest_spans.c.since == 3)).all()
    assert {(r.key, r.digest) for r in rows} == {("m7", "0" * 64), ("m8", "0" * 64), ("m9", "2" * 64)}
    assert len(releases.changes(second.id, third.id)) == 3
    assert releases.changes(first.id, third.id) == {("modules", "m9"): ("0" * 64, "2" * 64)}


def test_a_change_judged_with_another_release_is_not_published(database: Database) -> None:
    releases = Releases(database)

    def publish(onto: str | None, name: str) -> Release:
        return releases.publish_changes(
            Wanted({("modules", name): "0" * 64}, onto=onto), name=name, author="ann", now=1.0
        )

    first = publish(None, "first")
    with pytest.raises(PublishedMeanwhile) as refused:
        publish(None, "late")
    assert (refused.value.expected, refused.value.found) == (None, first.id)
    publish(first.id, "second")
    assert [r.name for r in releases.history()] == ["second", "first"]


def test_a_hook_that_fails_leaves_nothing_published(database: Database) -> None:
    def refuse(connection: Connection, move: Move) -> None:
        raise RuntimeError("no")

    releases = Releases(database, on_publish=[refuse])
    with pytest.raises(RuntimeError):
        releases.publish({("modules", "a"): "0" * 64}, name="first", author="ann", now=1.0)
    assert releases.published() is None
    with database.read() as connection:
        for table in (manifest_spans, log, news):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


def test_what_was_published_is_in_the_audit_log_and_in_the_outbox(database: Database) -> None:
    releases = Releases(database)
    first = releases.publish({("modules", "a"): "0" * 64}, name="first", author="ann", now=1.0)
    second = releases.publish({("modules", "b"): "1" * 64}, name="second", author="ben", now=2.0)
    releases.roll_back(author="cat", now=3.0)
    with database.read() as connection:
        acts = connection.execute(select(log).order_by(log.c.seq)).all()
        notices = connection.execute(select(news).order_by(news.c.seq)).all()
    assert [(a.who, a.action, a.what, a.before, a.after) for a in acts] == [
        ("ann", "release.publish", f"releases/{first.id}", "", first.digest),
        ("ben", "release.publish", f"releases/{second.id}", first.digest, second.digest),
        ("cat", "release.roll-back", f"releases/{first.id}", second.digest, first.digest),
    ]
    assert [(n.topic, n.entity) for n in notices] == [
        ("release.published", f"releases/{first.id}"),
        ("content.published", "modules/a"),
        ("release.published", f"releases/{second.id}"),
        ("content.unpublished", "modules/a"),
        ("content.published", "modules/b"),
        ("release.rolled-back", f"releases/{first.id}"),
        ("content.published", "modules/a"),
        ("content.unpublished", "modules/b"),
    ]
    told: dict[str, Any] = notices[2].body
    assert (told["before"], told["by"], told["count"], told["changes"]) == (
        first.id,
        "ben",
        2,
        ["modules/a", "modules/b"],
    )
