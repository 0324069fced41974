"""Tickets: a browser that listens can send no key, and no address holds anything personal: it shows a sealed note."""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rules import Instant
from service.audit import house_secrets
from service.settings import Settings

LIFE: Final = 600.0
"""Seconds that a ticket opens the stream; then the page asks for another one."""

NONCE: Final = 12
KEY: Final = 32
LONGEST: Final = 2_000


class TicketRefused(Exception):
    """What was shown is no ticket of ours, or its time is over."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whom a page is for, how things stood when it was asked for, and until when it opens the stream."""

    alias: str
    state: str
    until: Instant


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals tickets with the newest of the house's secrets (AES-GCM under HKDF), and opens those of older ones."""

    keys: tuple[bytes, ...]
    digesting: bytes
    """The key of the digests that states are told by."""

    def seal(self, ticket: Ticket) -> str:
        """What the page is given."""
        nonce = os.urandom(NONCE)
        told = orjson.dumps([ticket.alias, ticket.state, ticket.until])
        # As long as any other: how long an id is tells something of it.
        sealed = AESGCM(self.keys[0]).encrypt(nonce, told.ljust(-(-len(told) // 256) * 256), b"live")
        return urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def open(self, text: str, now: Instant) -> Ticket:
        """The ticket again. Raises `TicketRefused`."""
        if len(text) > LONGEST or not text.isascii():
            raise TicketRefused("this is no ticket")
        try:
            raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            raise TicketRefused("this is no ticket") from None
        ticket = next(filter(None, (_opened(key, raw) for key in self.keys)), None)
        if ticket is None:
            raise TicketRefused("this is no ticket")
        if ticket.until <= now:
            raise TicketRefused("this ticket is over: ask for another one")
        return ticket


def _opened(key: bytes, raw: bytes) -> Ticket | None:
    try:
        return Ticket(*orjson.loads(AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], b"live")))
    except (InvalidTag, ValueError):
        return None


def seal_of(settings: Settings) -> Seal:
    """The seal of this house; every process has the same."""
    return sealing(house_secrets(settings))


def sealing(secrets: Sequence[bytes]) -> Seal:
    """A seal under these secrets, the newest first."""
    keys = tuple(_derived(secret, b"intarsia live ticket") for secret in secrets)
    return Seal(keys, _derived(secrets[0], b"intarsia live state"))


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY, salt=None, info=purpose).derive(secret)
