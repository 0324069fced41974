"""What is told of webhooks: who is told of what, how far it has come, and how each attempt went."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rules import Finding


class State(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    """Behind another one of its entity."""
    PENDING = "pending"
    """The first of its entity: due at its next try."""
    DELIVERED = "delivered"
    DEAD = "dead"
    """Given up after too many tries; it can be driven again."""
    WITHHELD = "withheld"
    """It was not sent: it is about a person who does not consent to it now, or is known no more."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Somebody who is told of changes: where, of which topics, and whether at present.

    `stopped` says why it is not active, where nobody chose so. `signatures` is the number of secrets that sign.
    """

    id: str
    url: str
    topics: tuple[str, ...]
    description: str
    active: bool
    stopped: str
    cursor: int
    not_before: float
    failures: int
    created_at: float
    created_by: str
    updated_at: float
    signatures: int

    @property
    def chosen(self) -> dict[str, Any]:
        """What whoever made it, or changed it, chose."""
        return {"url": self.url, "topics": self.topics, "description": self.description, "active": self.active}


@dataclass(frozen=True, slots=True)
class Message:
    """What a receiver is sent: one piece of news, with its place in the outbox."""

    seq: int
    topic: str
    entity: str
    at: float
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that one sender, and no other, may send now. `tries` counts this one and tells it from later ones."""

    webhook: str
    url: str
    secrets: tuple[str, ...]
    tries: int
    message: Message


@dataclass(frozen=True, slots=True)
class Answer:
    """How an attempt went: a status, or why there is none. `retry_after`: the pause that was asked for, in seconds."""

    seconds: float
    status: int | None = None
    error: str = ""
    body: str = ""
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the receiver has taken it."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one receiver, and how far it has come."""

    seq: int
    topic: str
    entity: str
    state: State
    tries: int
    next_try: float
    done_at: float | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to send. `answer` is the beginning of what the receiver said; `seq` is 0 for a ping."""

    id: int
    seq: int
    at: float
    seconds: float
    status: int | None
    error: str
    answer: str


class WebhookError(Exception):
    """Base of what can go wrong with webhooks."""


class UnknownWebhook(WebhookError):
    """There is no webhook of this id."""

    def __init__(self, id_: str, known: Collection[str]) -> None:
        self.id = id_
        some = f"; there are {', '.join(sorted(known)[:5])}" if known else "; there is none yet"
        super().__init__(f"no webhook {id_!r}{some}")


class UnknownDelivery(WebhookError):
    """A webhook has no delivery of this number."""

    def __init__(self, id_: str, seq: int) -> None:
        self.id, self.seq = id_, seq
        super().__init__(f"webhook {id_!r} has no delivery {seq}; what is older than the retention is forgotten")


class BadWebhook(WebhookError):
    """A field that cannot be: which, what is wrong, what would be right."""

    def __init__(self, field: str, message: str, remedy: str) -> None:
        self.findings = (Finding(field, message, remedy),)
        super().__init__(f"{field}: {message}; {remedy}")
