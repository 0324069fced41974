"""What the management API is built from. `service` wires it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from accounts import Principal
from admin.releasing.publishing import Publishing
from admin.requests.idempotency import Idempotency
from connectors import Sender
from engine import NOTHING, Around, Catalogue
from layouts import OpenReleases, Releases
from modules import ContentStore
from pictures import Limits
from profiles import (
    Backfill,
    Census,
    Consents,
    FiringRecord,
    Identities,
    Lists,
    Matches,
    Past,
    Profiles,
    Quality,
    Quarantine,
    Requests,
    Segments,
    Triggers,
)
from rules import Facts, Finding, Instant, Vocabulary
from storage import Database

Contents = Mapping[tuple[str, str], bytes]


class Validate(Protocol):
    """Judges contents as a release, with what lies around them, and notes what is good to know."""

    def __call__(self, contents: Contents, *, around: Around = NOTHING) -> Sequence[Finding]:
        """The findings, each pointer beginning with `/kind/key`."""
        ...


@dataclass(frozen=True, slots=True)
class InForce:
    """What of a release decides about people: the one that was served at a moment; None before the first."""

    release: str | None
    vocabulary: Vocabulary
    segments: Segments


@dataclass(frozen=True, slots=True)
class Deps:
    """`publishing` makes content public, `waiting` holds releases that are not.

    `authorise()` raises unless it is known who is asking, and returns them; what they may is looked up by the guard.
    `known(asked)` gives the published release and what may be known of a `person` at a moment `at`, with a `context`,
    a `channel` and a `locale`. `catalogue(asked)` gives what a `release` holds (without one, what is served), and the
    moment `at` which it is looked at. `limits` bound the pictures that are taken. `idempotency` keeps
    answers for requests that are sent again. `segments` and `vocabulary` give those of the release that is served now,
    `served_at` gives what was served at a moment.
    """

    store: ContentStore
    releases: Releases
    waiting: OpenReleases
    publishing: Publishing
    validate: Validate
    authorise: Callable[[], Principal]
    clock: Callable[[], Instant]
    known: Callable[[Mapping[str, Any]], tuple[Catalogue, Facts]]
    catalogue: Callable[[Mapping[str, Any]], tuple[Catalogue, Instant]]
    database: Database
    webhooks: Sender
    quarantine: Quarantine
    quality: Quality
    idempotency: Idempotency
    people: Profiles
    identities: Identities
    matches: Matches
    census: Census
    lists: Lists
    backfill: Backfill
    requests: Requests
    past: Past
    consents: Consents
    served_at: Callable[[Instant], InForce]
    segments: Callable[[], Segments]
    vocabulary: Callable[[], Vocabulary]
    firings: FiringRecord
    triggers: Callable[[], Triggers]
    base_url: str = "http://127.0.0.1:8321"
    limits: Limits = Limits()  # noqa: RUF009 -- frozen
