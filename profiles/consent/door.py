"""The one door: whether a purpose is allowed for a person, and why. Whoever reads, keeps, scores or sends asks here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from profiles.consent.answers import ACT_NO, ACT_YES, GPC, NEVER, TOLD
from profiles.profile import Profile
from rules import NECESSARY, Instant, Purpose, Unanswered, default_of

Purposes = Mapping[str, Purpose]


class Because(StrEnum):
    """What decided."""

    NECESSARY = "necessary"
    BASIS = "basis"
    """The purpose rests on a basis that nobody answers, such as a contract."""
    ANSWER = "answer"
    """The person said so."""
    GPC = "gpc"
    """The browser sends Global Privacy Control."""
    TCF = "tcf"
    """The TC string that came with this ask says so."""
    DEFAULT = "default"
    """Nobody answered: the default of the region."""
    RESTRICTED = "restricted"
    """The person asked that nothing of them is used."""
    UNREACHABLE = "unreachable"
    """Nobody can say what was answered."""


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a purpose is allowed, and what decided. True where it is."""

    purpose: str
    allowed: bool
    because: Because
    region: str = ""
    entry: str = ""
    """Of a default: the entry of the purpose that says so; empty: none does."""
    at: Instant | None = None
    """Of an answer or a signal: when it was told."""

    def __bool__(self) -> bool:
        return self.allowed


@dataclass(frozen=True, slots=True)
class Signals:
    """What a request itself says, beside the profile. `answers` are those of its TC string."""

    gpc: bool = False
    region: str = ""
    answers: Mapping[str, bool] = field(default_factory=dict)
    unreachable: bool = False


QUIET: Final = Signals()
"""A request that says nothing of consent."""
OF_NOBODY: Final = Signals(gpc=True)
"""An ask of nobody in particular: what holds for whoever it may be."""
NOTHING_ALLOWED: Final = Signals(unreachable=True)
"""Nobody can say what was answered."""


class Stance(NamedTuple):
    """All of a person and a request that permissions depend on; a key to remember them by."""

    answers: tuple[tuple[str, bool], ...]
    region: str
    refused: frozenset[str]
    """The purposes that Global Privacy Control refuses."""
    unreachable: bool


def allows(profile: Profile, purpose: str, purposes: Purposes, signals: Signals = QUIET) -> Permission:
    """Whether `purpose` is allowed for this person now. `purposes` are those of the release (`vocabulary.purposes`)."""
    if profile.restricted and purpose != NECESSARY:
        return Permission(purpose, False, Because.RESTRICTED, at=profile.since.get("restricted"))
    stance = stance_of(profile, purposes, signals)
    found = permission(purpose, purposes, stance)
    if found.because is Because.GPC:
        return _at(found, profile.since.get(GPC))
    if found.because is not Because.ANSWER:
        return found
    if purpose in signals.answers and profile.consent.get(purpose) is not found.allowed:
        return Permission(purpose, found.allowed, Because.TCF, found.region)
    return _at(found, profile.since.get(TOLD + purpose))


def stance_of(profile: Profile, purposes: Purposes, signals: Signals = QUIET) -> Stance:
    """What the permissions of this person depend on in this request."""
    answers: Mapping[str, bool] = profile.consent
    if signals.answers:
        answers = {**answers, **{p: yes and not _withdrawn(profile, p) for p, yes in signals.answers.items()}}
    refused: frozenset[str] = frozenset()
    seen = profile.since.get(GPC, float("inf") if signals.gpc else None)
    if seen is not None:
        marked = (key for key, one in purposes.items() if one.gpc)
        refused = frozenset(key for key in marked if profile.since.get(ACT_YES + key, NEVER) < seen)
    return Stance(tuple(answers.items()), signals.region or profile.region, refused, signals.unreachable)


def permission(purpose: str, purposes: Purposes, stance: Stance) -> Permission:
    """Whether a purpose is allowed in this stance. Pure; every permission is decided here."""
    region, described = stance.region, purposes.get(purpose)
    if purpose == NECESSARY:
        return Permission(purpose, True, Because.NECESSARY)
    if stance.unreachable:
        return Permission(purpose, False, Because.UNREACHABLE)
    if described is not None and not described.answerable:
        return Permission(purpose, True, Because.BASIS)
    answer = dict(stance.answers).get(purpose)
    if answer is not None and answer is not True:
        return Permission(purpose, False, Because.ANSWER, region)
    if purpose in stance.refused:
        return Permission(purpose, False, Because.GPC, region)
    if answer:
        return Permission(purpose, True, Because.ANSWER, region)
    if described is None:
        return Permission(purpose, False, Because.DEFAULT, region)
    allowed, entry = default_of(described, region)
    return Permission(purpose, allowed, Because.DEFAULT, region, entry)


def keeps(purpose: str, purposes: Purposes, stance: Stance) -> bool:
    """Whether what comes in for a purpose may be kept: where it is allowed, or was not answered yet and is not to be
    dropped until then."""
    found = permission(purpose, purposes, stance)
    if found.allowed:
        return True
    described = purposes.get(purpose)
    return found.because is Because.DEFAULT and (described is None or described.unanswered is Unanswered.KEEP)


def _withdrawn(profile: Profile, purpose: str) -> bool:
    """Whether the person took it back by an act; what a page repeats does not undo that."""
    no = profile.since.get(ACT_NO + purpose)
    return no is not None and no >= profile.since.get(ACT_YES + purpose, NEVER)


def _at(found: Permission, at: Instant | None) -> Permission:
    return Permission(found.purpose, found.allowed, found.because, found.region, found.entry, at)
