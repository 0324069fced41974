"""What is kept of a request and of its answer, so that nobody can read it who has the database alone."""

from __future__ import annotations

import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE: Final = 12
"""Bytes of a nonce of AES-GCM (NIST SP 800-38D, 8.2.2: random ones)."""

KEY: Final = 32


@dataclass(frozen=True, slots=True)
class Sealer:
    """Marks and encrypts under a secret of the house and one of the client's (HKDF, RFC 5869): either alone is no use.

    `secret` names the house's, so that an answer that was sealed elsewhere is known to be.
    """

    secret: str
    marking: bytes
    sealing: bytes

    def mark(self, words: bytes) -> str:
        """A mark that only equal words have, 64 hexadecimal digits; what they were cannot be tried out without us."""
        return hmac.new(self.marking, words, sha256).hexdigest()

    def seal(self, plain: bytes, about: str) -> bytes:
        """The encrypted form of some bytes, bound to what they are `about`."""
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(self.sealing).encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """The bytes again. Raises `cryptography.exceptions.InvalidTag` for what was changed meanwhile."""
        return AESGCM(self.sealing).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())


def sealers(secrets: Sequence[bytes], theirs: str) -> list[Sealer]:
    """A sealer for each secret of the house, the newest first, with what a client gave."""
    return [_sealer(secret, theirs.encode()) for secret in secrets]


def _sealer(secret: bytes, theirs: bytes) -> Sealer:
    both = _derived(secret, theirs, b"intarsia idempotency", 2 * KEY)
    name = _derived(secret, b"", b"intarsia idempotency name", 8).hex()
    return Sealer(name, both[:KEY], both[KEY:])


def _derived(secret: bytes, theirs: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=secret, info=purpose).derive(theirs)
