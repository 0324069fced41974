"""Random secrets: how they are made, told and kept."""

from __future__ import annotations

import secrets
import zlib
from hashlib import sha256
from typing import Final

PREFIX: Final = "intarsia_"
"""How a key begins, so that whoever finds one knows whose it is."""

BODY: Final = 32
CHECK: Final = 6
DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
OLD_PREFIX: Final = "int_"
"""Keys of the first version; they have no checksum."""


def new_token() -> str:
    """A secret of 256 bits for sessions and links."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    """A name for a session that is no secret."""
    return secrets.token_hex(6)


def digest_of(secret: str) -> str:
    """What is kept of a secret. It has so many random bits that a plain digest cannot be guessed from."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_key() -> str:
    """A key of 190 bits that a scanner of secrets can tell from other text: prefix, 32 characters, a checksum."""
    body = "".join(secrets.choice(DIGITS) for _ in range(BODY))
    return f"{PREFIX}{body}{_checksum(body)}"


def could_be_key(secret: str) -> bool:
    """Whether this may be a key at all; what cannot is not worth a look into the database."""
    if secret.startswith(OLD_PREFIX):
        return len(secret) <= 100
    body, check = secret[len(PREFIX) : -CHECK], secret[-CHECK:]
    return secret.startswith(PREFIX) and len(body) == BODY and check == _checksum(body)


def _checksum(body: str) -> str:
    """CRC-32 in six digits to base 62."""
    number, digits = zlib.crc32(body.encode("utf-8", "replace")), ""
    for _ in range(CHECK):
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits
