"""Passwords: what may be one, and how one is kept and checked."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

from accounts.errors import WeakPassword

SHORTEST: Final = 12
LONGEST: Final = 256
FEWEST_DIFFERENT: Final = 5
FEWEST_LETTERS: Final = 3

COMMON: Final = (
    *("password", "passwort", "passwd", "pass", "kennwort", "secret", "geheim", "letmein", "welcome", "willkommen"),
    *("admin", "administrator", "root", "user", "guest", "login", "master", "test", "demo", "changeme", "default"),
    *(
        "qwertyuiop",
        "qwerty",
        "qwertz",
        "azerty",
        "asdfghjkl",
        "asdfgh",
        "asdf",
        "zxcvbnm",
        "zxcvbn",
        "qazwsx",
        "abcdef",
    ),
    *("iloveyou", "monkey", "dragon", "sunshine", "princess", "football", "baseball", "superman", "batman", "trustno"),
    *("summer", "winter", "spring", "autumn", "january", "monday", "friday", "hello", "hallo", "correct", "horse"),
    *("battery", "staple", "abc", "company", "server", "intarsia", "love", "money", "freedom", "whatever", "shadow"),
)
"""Words of which too many passwords are made. One that is nothing but these, digits and signs is guessed first."""

_UNLEET = str.maketrans("013457@$!|", "oleastasil")


@dataclass(slots=True)
class Passwords:
    """Argon2id with the second recommendation of RFC 9106 (64 MiB, three passes, four lanes)."""

    hasher: PasswordHasher = field(default_factory=lambda: PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY))
    _nobody: str = ""

    def hash(self, name: str, password: str) -> str:
        """What is kept of a new password. Raises `WeakPassword` with what is wrong with it, never with what it is."""
        reason = next(_weaknesses(name, password), "")
        if reason:
            raise WeakPassword(reason)
        return self.hasher.hash(_normal(password))

    def verify(self, kept: str, password: str) -> bool:
        """Whether this is the password; where none is kept, the same work is done for nothing."""
        if not self._nobody:
            self._nobody = self.hasher.hash(secrets.token_urlsafe(24))
        try:
            return self.hasher.verify(kept or self._nobody, _normal(password[:LONGEST])) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, kept: str) -> bool:
        """Whether what is kept was made with other parameters than today's."""
        return self.hasher.check_needs_rehash(kept)

    def rehash(self, password: str) -> str:
        """The same password, kept by today's parameters."""
        return self.hasher.hash(_normal(password[:LONGEST]))


def _normal(password: str) -> bytes:
    # Keyboards differ in how they write one letter; NFKC as NIST SP 800-63B recommends.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _weaknesses(name: str, password: str) -> Iterator[str]:
    if len(password) < SHORTEST:
        yield f"it has {len(password)} characters; {SHORTEST} are the least. A few words that do not belong together do"
    if len(password) > LONGEST:
        yield f"it has more than {LONGEST} characters"
    folded = unicodedata.normalize("NFKC", password).casefold()
    if len(set(folded)) < FEWEST_DIFFERENT:
        yield f"it has fewer than {FEWEST_DIFFERENT} different characters"
    if _is_run(folded):
        yield "its characters follow one another"
    if len(set(_beside_words(name, folded))) < FEWEST_LETTERS:
        yield "it is made of what everybody tries first: common words, your name, digits"


def _beside_words(name: str, folded: str) -> Iterator[str]:
    """The letters that belong to no common word, also where digits and signs stand for some of its letters."""
    rest = folded.translate(_UNLEET)
    for word in sorted({*COMMON, *_words_of(name)}, key=len, reverse=True):
        rest = rest.replace(word, " " * len(word))
    return (was for was, left in zip(folded, rest, strict=True) if left != " " and was.isalpha())


def _words_of(name: str) -> Iterator[str]:
    return (word.translate(_UNLEET) for word in re.split(r"[^a-z0-9]+", name.casefold()) if len(word) > 2)


def _is_run(text: str) -> bool:
    steps = [ord(b) - ord(a) for a, b in pairwise(text)]
    return sum(step in {-1, 0, 1} for step in steps) > len(steps) * 0.8
