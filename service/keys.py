"""API keys as requests bring them: looked up in memory, so that the hottest routes ask nobody."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Final

from flask import request

from accounts import Key, KeyRing, Scope, could_be_key, digest_of
from rules import Instant
from service.problems import Problem
from storage import Database

USED_EVERY: Final = 60.0
"""Seconds between two notes that a secret is in use."""

MOST_HEADERS: Final = 1000


@dataclass(slots=True)
class Keys:
    """Checks requests against the keys; what was seen is remembered until `refresh`, a few seconds at most."""

    database: Database
    clock: Callable[[], Instant] = time.time
    known: dict[str, Key] = field(default_factory=dict)
    headers: dict[str, Key] = field(default_factory=dict)
    noted: dict[str, Instant] = field(default_factory=dict)

    @property
    def ring(self) -> KeyRing:
        """Where keys are issued and ended."""
        return KeyRing(self.database)

    def issue(self, name: str, scopes: Collection[Scope], now: Instant, *, by: str = "(cli)", **more: Any) -> str:
        """A new key. This is the only time its secret can be seen."""
        return self.ring.issue(name, scopes, by=by, now=now, **more)

    def revoke(self, name: str, *, by: str = "(cli)") -> int:
        """End a key here and now, and in other processes within seconds; how many secrets it had."""
        ended = self.ring.revoke(name, by=by, now=self.clock())
        self.refresh()
        return ended

    def refresh(self) -> None:
        """Read the keys anew: ended ones stop, new ones count. Which were used since the last time is written down."""
        used, now = list(self.headers), self.clock()
        self.known = self.ring.live(now)
        # Whoever was in here is looked up anew, once: that is how use shows without a word on the hot path.
        self.headers = {}
        self._note(used, now)

    def require(self, scope: Scope, told: Callable[[], str] = str) -> Key:
        """The key of this request, if it has the scope. Raises a 401 or 403 `Problem`.

        `told` gives the secret of a request that has no header for it, as browsers' SDKs send it in the body.
        """
        header = request.environ.get("HTTP_AUTHORIZATION") or f"Bearer {told()}"
        key = self.headers.get(header) or self._identify(header)
        if key is None or (key.ends_at is not None and self.clock() >= key.ends_at):
            raise Problem(
                401,
                "Missing or unknown key",
                "send `Authorization: Bearer <key>`, or the key as the user name of basic authentication",
                WWW_Authenticate='Bearer realm="intarsia", Basic realm="intarsia"',
            )
        if scope not in key.scopes:
            raise Problem(
                403, "Key lacks a scope", f"this needs the scope {scope.value!r}; the key has {sorted(key.scopes)}"
            )
        return key

    def _identify(self, header: str) -> Key | None:
        secret = _secret(header)
        if not could_be_key(secret):
            return None
        digest = digest_of(secret)
        if digest not in self.known:
            # It may have been issued since the last refresh: the truth decides, not the copy.
            found = self.ring.find(secret, self.clock())
            if found is None:
                return None
            self.known[digest] = found[1]
        key = self.known[digest]
        if len(self.headers) < MOST_HEADERS:
            self.headers[header] = key
        return key

    def _note(self, headers: Collection[str], now: Instant) -> None:
        digests = {digest_of(_secret(header)) for header in headers}
        due = {digest for digest in digests if now >= self.noted.get(digest, 0.0) + USED_EVERY}
        if due:
            self.ring.note_use(due, now)
            self.noted = {d: at for d, at in self.noted.items() if now < at + USED_EVERY} | dict.fromkeys(due, now)


def _secret(header: str) -> str:
    kind, _, value = header.partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
