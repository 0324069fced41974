"""The outbox: news of a change, written in the transaction of the change, sent from there afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Connection, Double, Index, Integer, String, Table, insert

from storage.database import Base
from storage.dialect import RECORD, lock_out
from storage.topics import TOPICS, UnknownTopic, is_personal

news = Table(
    "outbox",
    Base.metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("topic", String(64), nullable=False),
    Column("entity", String(300), nullable=False),
    Column("at", Double, nullable=False),
    Column("body", JSON, nullable=False),
    Index("ix_outbox_topic_seq", "topic", "seq"),
)
"""The table of news. Numbers are seen in their order, and none is given twice."""


@dataclass(frozen=True, slots=True)
class Notice:
    """That something happened: `topic` is one of `TOPICS`, `entity` a name such as `modules/hero`.

    `at` counts seconds since 1970, UTC. Notices of one entity are told in their order. Raises `UnknownTopic`.
    """

    topic: str
    entity: str
    at: float
    body: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.topic not in TOPICS and not is_personal(self.topic):
            raise UnknownTopic(self.topic)


def emit(connection: Connection, *notices: Notice) -> None:
    """Put these into the outbox in the transaction that makes them true.

    The last thing of a transaction, as `record`: numbers are seen in their order, because who emits waits for all
    others who do.
    """
    rows = [{"topic": n.topic, "entity": n.entity, "at": n.at, "body": dict(n.body)} for n in notices]
    if rows:
        lock_out(connection, RECORD)
        connection.execute(insert(news), rows)
