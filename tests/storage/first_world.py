"""A database as the very first version left it: content with its history, releases, keys, people, items, a model."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, TypeAlias

from sqlalchemy import Connection, MetaData, Table, insert, select, text

from tests.service.shop import shop_contents

Rows: TypeAlias = dict[str, list[dict[str, Any]]]

SECRET = "int_the-secret-of-the-shop"
"""A key that was issued then."""

CONTENTS = shop_contents()
HERO = ("modules", "hero")
OLDER, ODD = b'{"type": "card", "locales": {"en": {"heading": "Older words"}}}', b"\x00\xff no text at all"


def digest_of(content: bytes) -> str:
    """The name of a body."""
    return sha256(content).hexdigest()


FIRST = {name: digest_of(content) for name, content in CONTENTS.items()}
"""What the first release holds."""

SECOND = {**FIRST, HERO: digest_of(OLDER)}
DRAFTS = {**FIRST, ("assets", "odd.png"): digest_of(ODD)}


def first_world() -> Rows:
    """Table -> its rows."""
    return {**_content(), **_releases(), **_people(), **_learning()}


def put(connection: Connection, world: Rows) -> None:
    """Write a world into the tables that are there."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        if table.name in world:
            connection.execute(insert(table), world[table.name])
            _count_on(connection, table)


def _count_on(connection: Connection, table: Table) -> None:
    """Numbers that the database gives go on behind ours, as they did then."""
    if connection.dialect.name == "postgresql" and "seq" in table.c:
        named = text("SELECT setval(pg_get_serial_sequence(:name, 'seq'), (SELECT max(seq) FROM " + table.name + "))")
        connection.execute(named, {"name": table.name})


def everything(connection: Connection, *, without: str = "") -> dict[str, list[str]]:
    """Table -> its rows as texts, sorted; JSON as values; `without` the column of this name."""
    metadata = MetaData()
    metadata.reflect(connection)
    return {
        table.name: sorted(repr([_plain(value) for value in row]) for row in connection.execute(select(*columns)))
        for table in metadata.sorted_tables
        if table.name != "alembic_version"
        for columns in [sorted((c for c in table.columns if c.name != without), key=lambda column: column.name)]
    }


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _content() -> Rows:
    revisions = [(name, content, "ann", 1_000.0 + n) for n, (name, content) in enumerate(CONTENTS.items())]
    # Its draft went back to its first bytes; another piece has no draft any more.
    revisions += [(HERO, OLDER, "bob", 2_000.0), (("rules", "gone"), b'{"logic": true}', "cid", 2_001.0)]
    revisions += [(("assets", "odd.png"), ODD, "ann", 2_002.0)]
    return {
        "revisions": [
            {"seq": seq, "kind": name[0], "key": name[1], "digest": digest_of(content), "content": content,
             "author": author, "created_at": at}
            for seq, (name, content, author, at) in enumerate(revisions, 1)
        ],
        "drafts": [
            {"kind": kind, "key": key, "digest": digest, "version": 3 if (kind, key) == HERO else 1,
             "updated_at": 2_003.0 if (kind, key) == HERO else 1_000.0, "updated_by": "dan"}
            for (kind, key), digest in DRAFTS.items()
        ],
    }  # fmt: skip


def _releases() -> Rows:
    def release(seq: int, id_: str, manifest: dict[tuple[str, str], str], at: float) -> dict[str, Any]:
        lines = sorted(f"{kind}/{key}\t{digest}\n" for (kind, key), digest in manifest.items())
        digest = digest_of("".join(lines).encode())
        return {"seq": seq, "id": id_, "name": f"Release {id_}", "author": "eve", "created_at": at, "digest": digest}

    return {
        "releases": [release(1, "r1-first", FIRST, 3_000.0), release(2, "r2-second", SECOND, 3_001.0)],
        "release_entries": [
            {"release_id": id_, "kind": kind, "key": key, "digest": digest}
            for id_, manifest in (("r1-first", FIRST), ("r2-second", SECOND))
            for (kind, key), digest in manifest.items()
        ],
        "publications": [
            {"seq": 1, "release_id": "r1-first", "at": 3_000.0, "by": "eve", "action": "publish"},
            {"seq": 2, "release_id": "r2-second", "at": 3_001.0, "by": "eve", "action": "publish"},
            {"seq": 3, "release_id": "r1-first", "at": 3_002.0, "by": "fay", "action": "rollback"},
        ],
        "pointers": [{"name": "published", "release_id": "r1-first"}],
    }


def _people() -> Rows:
    profile = json.dumps({"traits": {"first_name": "Grünhild"}}).encode()
    return {
        "api_keys": [
            {"digest": digest_of(SECRET.encode()), "name": "storefront", "scopes": "deliver track", "created_at": 5.0},
            {"digest": digest_of(b"other"), "name": "editors", "scopes": "manage", "created_at": 6.0},
        ],
        "profiles": [{"id": "profile-0001", "version": 7, "document": profile, "updated_at": 4_000.5}],
        "aliases": [
            {"alias": "user:grünhild", "profile_id": "profile-0001"},
            {"alias": "anon:browser-1", "profile_id": "profile-0001"},
        ],
        "events": [
            {"seq": 4, "source": "storefront", "message_id": "message-0004", "profile_id": "profile-0001",
             "kind": "track", "name": "Product Viewed", "at": 4_000.25, "received_at": 4_000.5, "body": b'{"p": 1}'},
        ],
        "segment_changes": [
            {"seq": 2, "profile_id": "profile-0001", "segment": "cart-waiting", "change": "entered", "at": 4_000.5,
             "cause": "event"},
        ],
        "timers": [{"profile_id": "profile-0001", "due_at": 4_600.5}],
        "exposures": [{"experiment": "words", "unit": "browser-1", "variation": "bold", "at": 4_001.0}],
    }  # fmt: skip


def _learning() -> Rows:
    return {
        "items": [
            {"id": "item-0001", "name": "Kaffee", "category": "coffee", "price": 2.5, "currency": "EUR",
             "brand": "Moka & Söhne", "image": None, "url": "/p/1", "tags": ["organic", "fair"], "available": True,
             "department": "Drinks", "size": "1 kg", "updated_at": 5_000.0},
        ],
        "item_feed": [{"id": 1, "version": 12}],
        "models": [
            {"version": "0a1b2c3d4e5f", "created_at": 5_001.0, "digest": digest_of(b"model"),
             "manifest": {"items": 1, "seed": 7}, "metrics": {"for-you": {"ndcg": 0.25}}},
        ],
        "current_model": [{"id": 1, "version": "0a1b2c3d4e5f", "since": 5_002.0}],
    }  # fmt: skip
