"""Who is who: the aliases of events led to profiles, joined where an event says that two are one. Pure."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b
from typing import TypeAlias

from profiles.events import Event
from profiles.identity.kinds import MOST_NAMES, kind_of, pair_of
from profiles.profile import Profile

Pair: TypeAlias = tuple[str, str]
"""Two names that were told together, as `pair_of` orders them."""


class MustBeAlone(Exception):
    """Somebody is new, or two become one: only the sole writer may decide that."""


class Outcome(StrEnum):
    """What came of it that two names were told together."""

    JOINED = "joined"
    MOVED = "moved"
    """The anonymous id had another user; it leads to the new one from then on."""
    SHARED = "shared"
    """Not joined: people who are not the same share this name. It joins nobody any more."""
    FULL = "full"
    """Not joined: the person has as many names as one may have."""
    CUT = "cut"
    """Not joined: somebody said that this link is wrong."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an event brought about by naming two names together, the first time or differently from before."""

    outcome: Outcome
    event: Event
    seq: int | None
    """The event's place in the log, where it has one yet."""


@dataclass(slots=True)
class Crowd:
    """People while events are led to them: a working copy of who is who.

    `owners` to `links` are what is known before. What has changed at the end: `pointed` (aliases that lead
    elsewhere), `merged` (profiles that are now part of others), `renamed` (profiles whose aliases changed), `parted`
    (names that join nobody from now on), `found`.
    """

    owners: dict[str, str]
    profiles: dict[str, Profile]
    alone: bool
    apart: set[str] = field(default_factory=set)
    """Names that join nobody, since people who are not the same share them."""
    cuts: Container[Pair] = ()
    links: dict[Pair, Outcome] = field(default_factory=dict)
    pointed: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    renamed: set[str] = field(default_factory=set)
    parted: set[str] = field(default_factory=set)
    found: dict[Pair, Found] = field(default_factory=dict)

    def owner(self, event: Event, seq: int | None = None) -> str:
        """The profile that this event belongs to, made or joined as the event says.

        An event with several names says that they are one person's; [docs/identity.md] has the table of what comes of
        it. The event is its surest name's.
        """
        names = event.aliases
        owner = self.owners.get(names[0])
        if owner is not None and all(self.owners.get(other) == owner for other in names[1:]):
            return owner
        for other in names[1:]:
            if owner is None or self.owners.get(other) != owner:
                self._note(pair_of(names[0], other), self._meet(names[0], other), event, seq)
                owner = self.owners.get(names[0])
        return owner if owner is not None else self._begin(names[0])

    def join(self, left: str, right: str) -> None:
        """Make the person called `right` part of the one called `left`, whatever speaks against it."""
        owner, guest = self.owners.get(left), self.owners.get(right)
        if owner is not None and guest is not None and owner != guest:
            self._merge(guest, owner)

    def final(self, profile_id: str) -> str:
        """Where a profile ended up after all joins."""
        while profile_id in self.merged:
            profile_id = self.merged[profile_id]
        return profile_id

    def _note(self, pair: Pair, outcome: Outcome, event: Event, seq: int | None) -> None:
        if self.links.get(pair) is outcome:
            return
        self._decide_alone()
        self.links[pair] = outcome
        before = self.found.get(pair)
        # The first evidence stays the evidence; what came of it is the latest.
        self.found[pair] = Found(outcome, event, seq) if before is None else replace(before, outcome=outcome)

    def _meet(self, name: str, other: str) -> Outcome:
        if pair_of(name, other) in self.cuts:
            return Outcome.CUT
        if other in self.apart:
            return Outcome.SHARED
        owner, guest = self.owners.get(name), self.owners.get(other)
        if guest is None:
            return self._add(other, owner if owner is not None else self._begin(name))
        match kind_of(other).name:
            case "user":
                return self._unite(name, owner, guest)
            case "anon":
                return self._adopt(name, other, owner, guest)
            case _:
                return self._find_through(name, other, owner, guest)

    def _unite(self, name: str, owner: str | None, guest: str) -> Outcome:
        return self._add(name, guest) if owner is None else self._merge(guest, owner)

    def _adopt(self, name: str, anonymous: str, owner: str | None, guest: str) -> Outcome:
        if _users(self.profiles[guest]):
            outcome = self._add(anonymous, owner if owner is not None else self._begin(name))
            return Outcome.MOVED if outcome is Outcome.JOINED else outcome
        return self._add(name, guest) if owner is None else self._merge(guest, owner)

    def _find_through(self, name: str, mark: str, owner: str | None, guest: str) -> Outcome:
        ours = _users(self.profiles[owner]) if owner is not None else int(name.startswith("user:"))
        theirs = _users(self.profiles[guest])
        if ours and theirs and ours + theirs > kind_of(mark).users:
            self._decide_alone()
            self.apart.add(mark)
            self.parted.add(mark)
            return Outcome.SHARED
        if owner is None:
            return self._add(name, guest)
        # Who is known as a user stays; of two who are, the one whom we knew by this name before.
        return self._merge(guest, owner) if ours and not theirs else self._merge(owner, guest)

    def _begin(self, alias: str) -> str:
        # An id made of the first alias: the same people come out of the same events, always.
        profile_id = blake2b(alias.encode(), digest_size=12).hexdigest()
        while profile_id in self.profiles:
            profile_id = blake2b(profile_id.encode(), digest_size=12).hexdigest()
        self._decide_alone()
        self.profiles[profile_id] = Profile(id=profile_id)
        self._point(alias, profile_id)
        return profile_id

    def _add(self, alias: str, to: str) -> Outcome:
        if len(self.profiles[to].aliases) >= MOST_NAMES:
            return Outcome.FULL
        self._point(alias, to)
        return Outcome.JOINED

    def _point(self, alias: str, to: str) -> None:
        self._decide_alone()
        before, target = self.owners.get(alias), self.profiles[to]
        version = target.version
        if before is not None:
            loser = self.profiles[before]
            kept = tuple(name for name in loser.aliases if name != alias)
            self.profiles[before] = replace(loser, aliases=kept)
            self.renamed.add(before)
            # Copies are found by alias, and a copy only gives way to a higher version.
            version = max(version, loser.version)
        self.profiles[to] = replace(target, aliases=(*target.aliases, alias), version=version)
        self.owners[alias] = self.pointed[alias] = to
        self.renamed.add(to)

    def _merge(self, guest: str, owner: str) -> Outcome:
        names = self.profiles[guest].aliases
        if len(names) + len(self.profiles[owner].aliases) > MOST_NAMES:
            return Outcome.FULL
        for alias in names:
            self._point(alias, owner)
        self.merged[guest] = owner
        return Outcome.JOINED

    def _decide_alone(self) -> None:
        if not self.alone:
            raise MustBeAlone


def blank(profile: Profile) -> Profile:
    """The same person with nothing folded in yet: memberships and lists stay, so that changes can be told."""
    return Profile(
        id=profile.id,
        version=profile.version,
        aliases=profile.aliases,
        segments=profile.segments,
        stamp=profile.stamp,
        lists=profile.lists,
    )


def _users(profile: Profile) -> int:
    return sum(alias.startswith("user:") for alias in profile.aliases)
