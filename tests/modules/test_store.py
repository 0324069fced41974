"""The store keeps exact bytes, never changes a revision, and lets nobody overwrite another's work unseen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest
from sqlalchemy import select

from modules import BadKey, Conflict, ContentStore, MadeBy, UnknownContent
from storage import Database
from storage.audit import log
from storage.outbox import news

ONE, TWO = b'{\n  "type": "hero"\n}\n', b'{"type":"hero" }'


@pytest.fixture
def store(database: Database) -> ContentStore:
    return ContentStore(database)


def put(
    store: ContentStore, key: str = "welcome", content: bytes = ONE, *, now: float = 1.0, author: str = "ann"
) -> str:
    return store.put("modules", key, content, author=author, now=now).digest


def test_bytes_come_back_as_they_went_in(store: ContentStore) -> None:
    digest = put(store, content=TWO)
    assert digest == sha256(TWO).hexdigest()
    assert store.content([digest]) == {digest: TWO}


def test_the_draft_follows_the_last_write(store: ContentStore) -> None:
    put(store)
    digest = put(store, content=TWO, now=2.0, author="ben")
    draft = store.get("modules", "welcome")
    assert draft is not None
    assert (draft.digest, draft.version, draft.updated_at, draft.updated_by) == (digest, 2, 2.0, "ben")


def test_unchanged_bytes_make_no_revision_and_no_version(store: ContentStore) -> None:
    put(store)
    same = store.put("modules", "welcome", ONE, author="ben", now=2.0)
    assert (same.version, same.author, same.created_at) == (1, "ann", 1.0)
    draft = store.get("modules", "welcome")
    assert draft is not None
    assert (draft.version, draft.updated_by) == (1, "ann")
    assert [r.author for r in store.history("modules", "welcome")] == ["ann"]


def test_history_is_newest_first_and_going_back_to_old_bytes_is_a_save_of_its_own(store: ContentStore) -> None:
    """Who saves old bytes again has saved them: the answer and the history tell the new author and time."""
    first = put(store, now=1.0)
    second = put(store, content=TWO, now=2.0)
    again = store.put("modules", "welcome", ONE, author="ben", now=3.0, made_by=MadeBy.RESTORE)
    assert (again.digest, again.author, again.created_at, again.version) == (first, "ben", 3.0, 3)
    told = [(r.version, r.digest, r.author, r.made_by) for r in store.history("modules", "welcome")]
    assert told == [(3, first, "ben", "restore"), (2, second, "ann", "save"), (1, first, "ann", "save")]
    draft = store.get("modules", "welcome")
    assert draft is not None
    assert (draft.digest, draft.version, draft.updated_by) == (first, 3, "ben")
    assert (draft.created_at, draft.created_by) == (1.0, "ann")


def test_the_same_bytes_under_two_keys_are_two_drafts(store: ContentStore) -> None:
    digest = put(store, "a")
    put(store, "b")
    assert store.manifest() == {("modules", "a"): digest, ("modules", "b"): digest}
    assert store.content([digest, digest]) == {digest: ONE}


def test_an_expectation_that_does_not_hold_changes_nothing(store: ContentStore) -> None:
    first = put(store)
    with pytest.raises(Conflict) as refused:
        store.put("modules", "welcome", TWO, author="ben", now=2.0, expect="0" * 64)
    assert (refused.value.expected, refused.value.found) == ("0" * 64, first)
    assert store.manifest() == {("modules", "welcome"): first}
    assert store.content([sha256(TWO).hexdigest()]) == {}


def test_an_expectation_that_holds_lets_the_write_through(store: ContentStore) -> None:
    first = put(store)
    store.put("modules", "welcome", TWO, author="ben", now=2.0, expect=first)
    with pytest.raises(Conflict):
        store.put("modules", "welcome", ONE, author="ann", now=3.0, expect=first)


def test_expecting_nothing_creates_once(store: ContentStore) -> None:
    store.put("modules", "new", ONE, author="ann", now=1.0, expect=None)
    with pytest.raises(Conflict):
        store.put("modules", "new", TWO, author="ben", now=2.0, expect=None)


def test_many_are_saved_at_once_or_not_at_all(store: ContentStore) -> None:
    contents = {("rules", f"rule-{n}"): f'{{"n": {n}}}'.encode() for n in range(950)}
    revisions = store.put_all(contents, author="ann", now=1.0)
    assert [(r.kind, r.key) for r in revisions] == list(contents)
    assert store.content({r.digest for r in revisions}) == {
        sha256(body).hexdigest(): body for body in contents.values()
    }
    changed = {("rules", "rule-3"): ONE, ("rules", "rule-4"): contents[("rules", "rule-4")], ("rules", "new"): ONE}
    store.put_all(changed, author="ben", now=2.0)
    versions = {d.key: (d.version, d.updated_by) for d in store.list("rules")}
    assert [versions[key] for key in ("rule-3", "rule-4", "new")] == [(2, "ben"), (1, "ann"), (1, "ben")]
    with pytest.raises(BadKey):
        store.put_all({("rules", "fine"): ONE, ("rules", "Not Fine"): ONE}, author="ann", now=2.0)
    assert store.get("rules", "fine") is None
    assert store.put_all({}, author="ann", now=2.0) == ()


def test_a_deleted_draft_is_gone_and_its_revisions_stay(store: ContentStore) -> None:
    digest = put(store)
    store.delete("modules", "welcome", author="ann", now=2.0, expect=digest)
    assert store.get("modules", "welcome") is None
    assert store.manifest() == {}
    assert store.content([digest]) == {digest: ONE}
    assert [r.digest for r in store.history("modules", "welcome")] == [digest]


def test_deleting_what_is_not_there_says_what_is(store: ContentStore) -> None:
    put(store)
    with pytest.raises(UnknownContent, match="did you mean 'welcome'"):
        store.delete("modules", "welcom", author="ann", now=2.0)


def test_deleting_what_somebody_changed_is_a_conflict(store: ContentStore) -> None:
    first = put(store)
    put(store, content=TWO)
    with pytest.raises(Conflict):
        store.delete("modules", "welcome", author="ann", now=2.0, expect=first)
    assert store.get("modules", "welcome") is not None


def test_the_versions_of_a_key_go_on_after_it_was_deleted(store: ContentStore) -> None:
    put(store)
    store.delete("modules", "welcome", author="ann", now=2.0)
    put(store, content=TWO)
    draft = store.get("modules", "welcome")
    assert draft is not None
    assert draft.version == 2


def test_lists_are_in_the_order_of_keys_a_page_at_a_time(store: ContentStore) -> None:
    for key in ("c", "a", "b"):
        put(store, key)
    assert [d.key for d in store.list("modules")] == ["a", "b", "c"]
    assert [d.key for d in store.list("modules", after="a", limit=1)] == ["b"]
    assert store.list("rules") == []


def test_the_manifest_lists_kinds_before_those_that_name_them(store: ContentStore) -> None:
    for kind in ("layouts", "modules", "types", "attributes"):
        store.put(kind, "x", ONE, author="ann", now=1.0)
    assert [kind for kind, _ in store.manifest()] == ["attributes", "types", "modules", "layouts"]


@pytest.mark.parametrize(
    ("kind", "key"),
    [("modules", ""), ("modules", "Big"), ("modules", "-a"), ("modules", "a/b"), ("modules", "a\n"), ("modules", "ä"),
     ("modules", "a" * 121), ("assets", "coffee"), ("assets", "coffee.exe"), ("assets", "../x.svg"),
     ("assets", "a.b.svg")],
)  # fmt: skip
def test_a_key_that_cannot_name_content_is_refused(store: ContentStore, kind: str, key: str) -> None:
    with pytest.raises(BadKey):
        store.put(kind, key, ONE, author="ann", now=1.0)


def test_an_unknown_kind_is_refused_with_the_nearest(store: ContentStore) -> None:
    with pytest.raises(UnknownContent, match="did you mean 'modules'"):
        store.put("module", "a", ONE, author="ann", now=1.0)


def test_of_many_who_expect_the_same_exactly_one_writes(store: ContentStore) -> None:
    first = put(store)

    def write(number: int) -> bool:
        try:
            store.put("modules", "welcome", f"{number}".encode(), author="ann", now=2.0, expect=first)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(8))) == 1
    assert len(store.history("modules", "welcome")) == 2


def test_many_who_write_different_keys_at_once_all_succeed(store: ContentStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: put(store, f"key-{number % 4}", f"{number}".encode()), range(32)))
    assert [(d.key, d.version) for d in store.list("modules")] == [(f"key-{n}", 8) for n in range(4)]


def test_every_write_is_in_the_audit_log_and_in_the_outbox_once(store: ContentStore, database: Database) -> None:
    first = put(store)
    put(store, author="ben")
    second = put(store, content=TWO, author="ben", now=2.0)
    store.delete("modules", "welcome", author="cid", now=3.0)
    with database.read() as connection:
        acts = connection.execute(select(log.c.who, log.c.action, log.c.what, log.c.before, log.c.after)).all()
        told = connection.execute(select(news.c.topic, news.c.entity).order_by(news.c.seq)).all()
    assert acts == [
        ("ann", "content.save", "modules/welcome", "", first),
        ("ben", "content.save", "modules/welcome", first, second),
        ("cid", "content.delete", "modules/welcome", second, ""),
    ]
    assert told == [(f"content.{word}", "modules/welcome") for word in ("saved", "saved", "deleted")]


def test_what_is_saved_and_what_goes_is_one_change_or_none(store: ContentStore) -> None:
    welcome, old = ("modules", "welcome"), ("modules", "old")
    put(store)
    put(store, "old", TWO)
    before = store.manifest()
    stamp = {"author": "ann", "now": 2.0}
    with pytest.raises(Conflict):
        store.change({welcome: TWO}, [old], **stamp, expect={old: "other"})
    with pytest.raises(UnknownContent):
        store.change({welcome: TWO}, [("modules", "none")], **stamp)
    assert store.manifest() == before
    store.change({welcome: TWO}, [old], **stamp, expect={old: before[old]})
    assert store.manifest() == {welcome: sha256(TWO).hexdigest()}
