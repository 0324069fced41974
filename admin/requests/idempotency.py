"""`Idempotency-Key`: a POST that is sent again is not done again, and has the answer of the first.

As draft-ietf-httpapi-idempotency-key-header (07) and Stripe have it; what is kept cannot be read in the database.
"""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from uuid import uuid4

import orjson
from cryptography.exceptions import InvalidTag
from flask import Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from accounts import Principal
from admin.permissions import HERE, PUBLIC, needed
from admin.refusals import BadIdempotencyKey, KeyReused, KeySealedElsewhere, StillRunning
from admin.requests.sealing import Sealer, sealers
from rules import Instant
from storage import Answers, Claim

log = logging.getLogger("intarsia")

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
LONGEST: Final = 255

RENEWED_EVERY: Final = 20.0
"""Seconds between two words that this process is still at work: a third of the lease."""

NOT_KEPT: Final = frozenset({401, 403, 429})
"""Answers that say nothing of what was asked, beside those of our own failures: the next try is a first one."""

CONDITIONS: Final = ("If-Match", "If-None-Match")

PARAMETER: Final[dict[str, Any]] = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[ -~]+$"},
    "description": "a name for this request, such as a UUID: sent again under it within 24 hours it is not done again, "
    f"and has the first answer, with `{REPLAYED}: true`",
}
"""The header as the OpenAPI document tells it."""


def headers_of(method: str, path: str) -> list[dict[str, Any]]:
    """The header, for the document of a route that takes it: any POST of management that asks who it is."""
    taken = method.upper() == "POST" and path.startswith(HERE) and needed("POST", path) != PUBLIC
    return [PARAMETER] if taken else []


@dataclass(frozen=True, slots=True)
class Running:
    """A request that is being answered, and what its answer is to be sealed with."""

    claim: Claim
    sealer: Sealer


@dataclass(slots=True)
class Idempotency:
    """Answers of this house; `secrets` seal them, the first one from now on. Those at work here are known here."""

    answers: Answers
    secrets: Sequence[bytes]
    clock: Callable[[], Instant]
    holders: set[str] = field(default_factory=set)

    def begin(self) -> Response | None:
        """The first answer to this request, if there is one; None lets it be done. Asked once it is known who asks."""
        principal: Principal | None = g.get("principal")
        if request.method != "POST" or HEADER not in request.headers or principal is None:
            return None
        key, body = _key(request.headers[HEADER]), _told()
        name = sha256(json.dumps([principal.kind, principal.name, key]).encode()).hexdigest()
        known = {one.secret: one for one in sealers(self.secrets, key)}
        claim = Claim(name, uuid4().hex, {secret: sealer.mark(body) for secret, sealer in known.items()})
        found = self.answers.claim(claim, self.clock())
        if found is None:
            self.holders.add(claim.holder)
            g.running = Running(claim, next(iter(known.values())))
            return None
        if found.secret not in known:
            raise KeySealedElsewhere
        if claim.marks[found.secret] != found.request:
            raise KeyReused
        if found.answer is None:
            raise StillRunning
        return _replayed(known[found.secret], name, found.answer)

    def end(self, response: Response) -> Response:
        """Keep the answer of a request that was begun."""
        running: Running | None = g.pop("running", None)
        if running is None:
            return response
        kept = response.status_code < 500 and response.status_code not in NOT_KEPT
        self._settle(running, _packed(response) if kept else None)
        return response

    def give_up(self, _: BaseException | None) -> None:
        """Let a request be done anew that had no answer at all."""
        running: Running | None = g.pop("running", None)
        if running is not None:
            self._settle(running, None)

    def _settle(self, running: Running, answer: bytes | None) -> None:
        self.holders.discard(running.claim.holder)
        try:
            if answer is None:
                self.answers.drop(running.claim)
            else:
                self.answers.keep(running.claim, running.sealer.seal(answer, running.claim.id))
        except SQLAlchemyError as error:
            # What was done is done, and is told; the lease runs out by itself.
            log.warning("the answer to a request could not be kept: %s", type(error).__name__)

    def renew(self) -> None:
        """Say that the requests which this process is answering are not abandoned."""
        self.answers.renew(tuple(self.holders), self.clock())


def _key(given: str) -> str:
    if not (1 <= len(given) <= LONGEST and given.isascii() and given.isprintable()):
        raise BadIdempotencyKey(len(given))
    return given


def _told() -> bytes:
    """All that makes this request what it is; of a form, not the boundary that each try has another of."""
    body, boundary = request.get_data(cache=True), request.mimetype_params.get("boundary", "")
    if boundary:
        body = body.replace(b"--" + boundary.encode("utf-8", "replace"), b"--")
    conditions = [request.headers.get(name) for name in CONDITIONS]
    head = [request.method, request.path, request.query_string.decode("latin-1"), request.mimetype, conditions]
    return json.dumps(head).encode() + b"\n" + sha256(body).digest()


def _packed(response: Response) -> bytes:
    head = {"status": response.status_code, "headers": list(response.headers.items())}
    return zlib.compress(orjson.dumps(head) + b"\n" + response.get_data())


def _replayed(sealer: Sealer, name: str, sealed: bytes) -> Response:
    try:
        told = zlib.decompress(sealer.open(sealed, name))
    except InvalidTag:
        raise KeySealedElsewhere from None
    head, _, body = told.partition(b"\n")
    first: dict[str, Any] = orjson.loads(head)
    response = Response(body, first["status"])
    response.headers.clear()
    response.headers.extend(first["headers"])
    response.headers[REPLAYED] = "true"
    return response
