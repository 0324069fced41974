"""A type and all its modules are changed at once or not at all, whoever edits, dies or changes their mind meanwhile."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from modules import (
    Conflict,
    ContentError,
    ContentStore,
    MadeBy,
    MigrationRefused,
    MigrationRunning,
    Migrations,
    State,
    UnknownContent,
    UnknownMigration,
)
from storage import Database
from storage.audit import log
from storage.outbox import news

from .offers import MANY, MAPPING, NEW, OLD, encoded, filled, finish, module, moved, name, read, save, start


@pytest.fixture
def store(database: Database) -> ContentStore:
    return filled(database)


@pytest.fixture
def migrations(store: ContentStore, database: Database) -> Migrations:
    return Migrations(store, database)


def test_the_type_and_its_modules_are_switched_at_once_each_as_a_revision(
    migrations: Migrations, store: ContentStore, database: Database
) -> None:
    begun = start(migrations)
    assert (begun.state, begun.total, begun.done, begun.author) == (State.RUNNING, MANY, 0, "bob")
    assert begun.report["modules"] == {"total": MANY, "changed": MANY, "unchanged": 0, "invalid": 0}
    seen = set()
    while migrations.work(3.0):
        progress = migrations.get("card", begun.id)
        fitting = "title" if "title" in read(store, "card", "types")["fields"] else "heading"
        seen.add((progress.done, str(progress.state)))
        assert all(fitting in read(store, name(number))["locales"]["en"] for number in (0, 200, 449))
    assert seen == {(200, "running"), (400, "running"), (450, "running"), (450, "done")}
    assert [read(store, name(number)) for number in (0, 7, 449)] == [moved(0), moved(7), moved(449)]
    assert read(store, "stranger")["locales"]["en"]["heading"] == "No 1", "of another type"
    history = store.history("modules", name(7))
    assert [(one.made_by, one.author, one.version) for one in history] == [("migrate", "bob", 2), ("save", "ann", 1)]
    assert store.history("types", "card")[0].made_by is MadeBy.MIGRATE
    with database.read() as connection:
        acts = connection.execute(select(log.c.action, log.c.who).where(log.c.what == f"modules/{name(7)}")).all()
        told = connection.execute(select(news.c.topic).where(news.c.entity == f"modules/{name(7)}")).scalars().all()
    assert acts == [("content.save", "ann"), ("content.migrate", "bob")]
    assert told == ["content.saved", "content.saved"]


def test_a_module_in_which_nothing_changes_gets_no_revision(migrations: Migrations, store: ContentStore) -> None:
    fresh = {**OLD, "fields": {**OLD["fields"], "note": {"kind": "text"}}}
    begun = migrations.start("card", encoded(fresh), {}, author="bob", now=2.0)
    assert finish(migrations, begun).state is State.DONE
    assert len(store.history("modules", name(3))) == 1
    assert "note" in read(store, "card", "types")["fields"]


def test_what_would_lose_something_does_not_even_begin(migrations: Migrations, store: ContentStore) -> None:
    with pytest.raises(MigrationRefused) as refused:
        migrations.start("card", encoded(NEW), {}, author="bob", now=2.0)
    assert [one.pointer for one in refused.value.findings][:2] == ["/mapping/heading", "/mapping/steps~1text"]
    assert f"{3 * MANY} value(s)" in refused.value.findings[0].message
    assert migrations.history("card") == []
    with pytest.raises(ContentError):
        migrations.start("card", encoded({"title": "x"}), {}, author="bob", now=2.0)
    with pytest.raises(UnknownContent):
        migrations.start("crad", encoded(NEW), {}, author="bob", now=2.0)


def test_one_at_a_time_for_each_type(migrations: Migrations) -> None:
    begun = start(migrations)
    assert migrations.running("card") == begun.id
    with pytest.raises(MigrationRunning):
        start(migrations)
    other = migrations.start("other", encoded(NEW), MAPPING, author="bob", now=2.0)
    finish(migrations, begun)
    assert (migrations.get("other", other.id).state, migrations.running("card")) == (State.DONE, None)
    assert [one.id for one in migrations.history("card")] == [begun.id]
    with pytest.raises(UnknownMigration):
        migrations.get("card", other.id)


def test_edits_made_meanwhile_are_carried_over_too(migrations: Migrations, store: ContentStore) -> None:
    begun = start(migrations)
    migrations.work(3.0)
    for number in (0, 449):  # one that was laid aside, one that was not
        save(store, name(number), module(number, tags=["edited"]))
    save(store, "newcomer", module(1))
    store.delete("modules", name(5), author="eve", now=2.5)
    store.archive([("modules", name(6))], author="eve", now=2.5)
    ended = finish(migrations, begun)
    assert (ended.state, ended.failures) == (State.DONE, [])
    for number in (0, 449):
        assert read(store, name(number)) == {**moved(number), "tags": ["edited"]}
    assert read(store, "newcomer") == moved(1)
    assert store.get("modules", name(5)) is None
    archived = store.get("modules", name(6))
    assert archived is not None and archived.archived_at == 2.5
    assert read(store, name(6)) == moved(6), "it must fit when it comes back"


def test_an_edit_that_cannot_be_carried_over_stops_it_and_nothing_is_changed(
    migrations: Migrations, store: ContentStore
) -> None:
    number = {**NEW, "fields": {**NEW["fields"], "price": {"kind": "number", "max": MANY}}}
    begun = migrations.start("card", encoded(number), MAPPING, author="bob", now=2.0)
    migrations.work(3.0)
    dear = module(3)
    dear["locales"]["en"]["price"] = MANY + 1
    save(store, name(3), dear)
    ended = finish(migrations, begun)
    assert ended.state is State.FAILED
    assert [(one["module"], one["findings"][0]["pointer"]) for one in ended.failures] == [
        (name(3), "/locales/en/price")
    ]
    assert (read(store, "card", "types"), read(store, name(3)), read(store, name(4))) == (OLD, dear, module(4))
    save(store, name(3), module(3))
    again = migrations.start("card", encoded(number), MAPPING, author="bob", now=4.0)
    assert finish(migrations, again).state is State.DONE


def test_a_type_that_is_changed_meanwhile_stops_it(migrations: Migrations, store: ContentStore) -> None:
    begun = start(migrations)
    migrations.work(3.0)
    store.put("types", "card", encoded({**OLD, "title": "Other"}), author="eve", now=2.5)
    ended = finish(migrations, begun)
    assert (ended.state, "changed" in ended.failures[0]["findings"][0]["message"]) == (State.FAILED, True)
    assert read(store, name(0)) == module(0)


def test_editors_who_never_stop_lose_nothing(
    migrations: Migrations, store: ContentStore, eventually: Callable[[Callable[[], object], float], None]
) -> None:
    """Each adds one to the price of some module again and again, under whichever type it has at the moment."""
    begun, stop, added = start(migrations), threading.Event(), [0] * 20

    def edit(dice: random.Random) -> None:
        while not stop.wait(0.003):  # SQLite lets whoever is quickest write, for ever
            number = dice.randrange(len(added))
            draft = store.get("modules", name(number))
            assert draft is not None
            body = json.loads(store.content([draft.digest])[draft.digest])
            fields = body["locales"]["en"]
            fields["price"] = type(fields["price"])(int(fields["price"]) + 1)
            try:
                save(store, name(number), body, expect=draft.digest)
            except Conflict:
                continue
            added[number] += 1

    editor = threading.Thread(target=edit, args=(random.Random(7),))
    editor.start()
    try:
        eventually(lambda: sum(added) > 5, 60)
        while migrations.work(3.0):
            pass
        before = sum(added)
        eventually(lambda: sum(added) > before + 5, 60)
    finally:
        stop.set()
        editor.join()
    assert migrations.get("card", begun.id).state is State.DONE
    prices = [read(store, name(number))["locales"]["en"] for number in range(len(added))]
    assert [(int(one["price"]), type(one["price"])) for one in prices] == [
        (n + add, str) for n, add in enumerate(added)
    ]


CHILD = """
import sys
from modules import ContentStore, Migrations
from storage import Database
database = Database(sys.argv[1])
migrations = Migrations(ContentStore(database), database)
print("ready", flush=True)
while migrations.work(3.0):
    print("step", flush=True)
"""


@pytest.mark.parametrize("steps", [1, 3])
def test_a_worker_that_is_killed_leaves_it_to_the_next_one(
    migrations: Migrations, store: ContentStore, database_url: str, steps: int
) -> None:
    begun = start(migrations)
    root = Path(__file__).parents[2]
    child = subprocess.Popen([sys.executable, "-c", CHILD, database_url], stdout=subprocess.PIPE, cwd=root)
    assert child.stdout is not None
    for _ in range(1 + steps):
        child.stdout.readline()
    child.kill()
    child.wait()
    child.stdout.close()
    assert finish(migrations, begun).state is State.DONE
    assert [read(store, name(number)) for number in range(0, MANY, 50)] == [moved(n) for n in range(0, MANY, 50)]
    assert {len(store.history("modules", name(number))) for number in range(0, MANY, 50)} == {2}, "each exactly once"
