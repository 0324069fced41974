"""What the management API is built from. `service` wires it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts import Principal
from admin.idempotency import Idempotency
from admin.releasing.publishing import Publishing
from connectors import Sender
from engine import Catalogue
from layouts import OpenReleases, Releases
from modules import ContentStore
from pictures import Limits
from rules import Facts, Finding, Instant
from storage import Database

Contents = Mapping[tuple[str, str], bytes]


@dataclass(frozen=True, slots=True)
class Deps:
    """`validate` judges contents as a release, pointers beginning with `/kind/key`, and notes what is good to know;
    `publishing` makes them public, `waiting` holds releases that are not.

    `authorise()` raises unless it is known who is asking, and returns them; what they may is looked up by the guard.
    `known(asked)` gives the published release and what may be known of a `person` at a moment `at`, with a `context`,
    a `channel` and a `locale`. `limits` bound the pictures that are taken.
    `idempotency` keeps answers for requests that are sent again.
    """

    store: ContentStore
    releases: Releases
    waiting: OpenReleases
    publishing: Publishing
    validate: Callable[[Contents], Sequence[Finding]]
    authorise: Callable[[], Principal]
    clock: Callable[[], Instant]
    known: Callable[[Mapping[str, Any]], tuple[Catalogue, Facts]]
    database: Database
    webhooks: Sender
    idempotency: Idempotency
    base_url: str = "http://127.0.0.1:8321"
    limits: Limits = Limits()  # noqa: RUF009 -- frozen
