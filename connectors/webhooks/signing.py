"""Signatures and bodies as Standard Webhooks wants them: https://www.standardwebhooks.com, version 1.0.0."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import orjson

from connectors.webhooks.values import Message
from storage import is_personal

PREFIX: Final = "whsec_"

LENGTH: Final = 32
"""Random bytes of a secret; the standard wants 24 to 64."""


def secret_of(random: bytes) -> str:
    """A secret in the form in which it is handed over."""
    return PREFIX + b64encode(random).decode()


def signature(secret: str, id_: str, timestamp: int, body: bytes) -> str:
    """The signature of a message under one secret."""
    key = b64decode(secret.removeprefix(PREFIX))
    return "v1," + b64encode(hmac.digest(key, f"{id_}.{timestamp}.".encode() + body, "sha256")).decode()


def headers_of(message: Message, body: bytes, secrets: Sequence[str], now: float) -> Mapping[str, str]:
    """The headers that prove who sent this, and when; a signature for each secret, the newest first."""
    id_, timestamp = id_of(message), int(now)
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, id_, timestamp, body) for secret in secrets),
    }


def id_of(message: Message) -> str:
    """The id of a message: the same in every attempt and replay, and another one in a database made anew.

    News of a person bear the id of the change that set them off.
    """
    if is_personal(message.topic):
        return str(message.body["id"])
    told = f"{message.seq} {message.at!r} {message.topic} {message.entity}"
    return f"msg_{sha256(told.encode()).hexdigest()[:32]}"


def body_of(message: Message) -> bytes:
    """The body of a message, byte for byte the same in every attempt."""
    moment = datetime.fromtimestamp(message.at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    told = {
        "type": message.topic,
        "timestamp": moment,
        "entity": message.entity,
        "cursor": message.seq,
        "data": message.body,
    }
    return orjson.dumps(told)
