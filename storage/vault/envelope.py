"""How bytes are sealed under a person's key, and how that key is wrapped: AES-256-GCM both times (NIST SP 800-38D)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from threading import Lock
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEALED: Final = b"\x01"
"""How sealed bytes begin."""
CARRIED: Final = b"\x02"
"""How sealed bytes begin that bring their wrapped key along."""
PLAIN_START: Final = b"{"
"""How a document begins that was written before there were keys: it is read as it is."""

ID, NAME, NONCE, KEY, TAG = 8, 8, 12, 32, 16
WRAPPED: Final = ID + NAME + NONCE + KEY + TAG
"""Bytes of a wrapped key: its id, the name of what wraps it, a nonce, the key with its tag."""
MOST_KEPT: Final = 20_000
"""Keys that a process keeps open: some 10 MB."""


class Unreadable(Exception):
    """Bytes that were sealed under a secret that is not given here, or changed since."""


@dataclass(frozen=True, slots=True)
class PersonKey:
    """The key of one person, open, and as it is kept."""

    id: bytes
    wrapped: bytes
    cipher: AESGCM = field(repr=False)

    def seal(self, plain: bytes) -> bytes:
        """These bytes under this key, under a random nonce."""
        nonce = os.urandom(NONCE)
        return SEALED + self.id + nonce + self.cipher.encrypt(nonce, plain, self.id)

    def copy(self, plain: bytes) -> bytes:
        """These bytes sealed, with the wrapped key beside them: they can be read without the table of keys."""
        return CARRIED + self.wrapped + self.seal(plain)


class Keyring:
    """The secrets of the house for people. The first wraps, every one of them unwraps, the last marks.

    So a secret is changed by writing the new one in front; marks stay what they were.
    """

    def __init__(self, *secrets: bytes) -> None:
        chosen: Sequence[bytes] = secrets or (b"",)
        self._wrapping = {_name(secret): AESGCM(_derived(secret, b"intarsia person keys", KEY)) for secret in chosen}
        self._newest = next(iter(self._wrapping))
        self._marking = _derived(chosen[-1], b"intarsia marks of people", 64)
        self._open: dict[bytes, PersonKey] = {}
        self._turn = Lock()

    def mark(self, words: str) -> str:
        """The mark of a name of somebody, 48 hexadecimal digits: equal names have equal ones, and without the secret
        nobody can try out whose it is. Keyed BLAKE2b (RFC 7693)."""
        return blake2b(words.encode(), key=self._marking, digest_size=24).hexdigest()

    def make(self) -> PersonKey:
        """A new key, wrapped by the newest secret."""
        return self.unwrap(self._wrap(os.urandom(ID), AESGCM.generate_key(8 * KEY)))

    def rewrapped(self, wrapped: bytes) -> bytes | None:
        """The same key wrapped by the newest secret; None where it is already."""
        key, name = wrapped[:ID], wrapped[ID : ID + NAME]
        return None if name == self._newest else self._wrap(key, self._bare(wrapped))

    def unwrap(self, wrapped: bytes) -> PersonKey:
        """A key as it was kept. Raises `Unreadable`."""
        known = self._open.get(wrapped[:ID])
        if known is not None and known.wrapped == wrapped:
            return known
        key = PersonKey(wrapped[:ID], wrapped, AESGCM(self._bare(wrapped)))
        with self._turn:
            while len(self._open) >= MOST_KEPT:
                del self._open[next(iter(self._open))]
            self._open[key.id] = key
        return key

    def known(self, key_id: bytes) -> PersonKey | None:
        """The key of this id, if it is open in this process."""
        return self._open.get(key_id)

    def open(self, key: PersonKey, sealed: bytes) -> bytes:
        """What was sealed. Raises `Unreadable`."""
        start = 1 + ID
        try:
            return key.cipher.decrypt(sealed[start : start + NONCE], sealed[start + NONCE :], key.id)
        except InvalidTag:
            raise Unreadable from None

    def open_carried(self, carried: bytes) -> bytes:
        """What was sealed, by the key that came along. Raises `Unreadable`."""
        if carried[:1] != CARRIED:
            raise Unreadable
        key = self.unwrap(carried[1 : 1 + WRAPPED])
        return self.open(key, carried[1 + WRAPPED :])

    def forget(self, ids: Sequence[bytes]) -> None:
        """Keep these keys open no longer."""
        with self._turn:
            for one in ids:
                self._open.pop(one, None)

    def _wrap(self, key_id: bytes, bare: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return key_id + self._newest + nonce + self._wrapping[self._newest].encrypt(nonce, bare, key_id)

    def _bare(self, wrapped: bytes) -> bytes:
        wrapping = self._wrapping.get(wrapped[ID : ID + NAME])
        if wrapping is None or len(wrapped) != WRAPPED:
            raise Unreadable
        start = ID + NAME
        try:
            return wrapping.decrypt(wrapped[start : start + NONCE], wrapped[start + NONCE :], wrapped[:ID])
        except InvalidTag:
            raise Unreadable from None


def id_of(sealed: bytes) -> bytes:
    """The id of the key that bytes are sealed under."""
    return sealed[1 : 1 + ID]


def _name(secret: bytes) -> bytes:
    return _derived(secret, b"intarsia person keys name", NAME)


def _derived(secret: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=purpose).derive(secret)
