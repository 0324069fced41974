"""Who is who: the aliases of a batch of events led to profiles, joined where an event says that two are one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import blake2b

from profiles.events import Event
from profiles.profile import Profile


class MustBeAlone(Exception):
    """Somebody is new, or two become one: only the sole writer may decide that."""


@dataclass(slots=True)
class Crowd:
    """The people of one batch while it is taken in: a working copy of who is who.

    `owners` and `profiles` come from the database. What has changed at the end: `pointed` (aliases that lead
    elsewhere), `merged` (profiles that are now part of others), `renamed` (profiles whose aliases changed).
    """

    owners: dict[str, str]
    profiles: dict[str, Profile]
    alone: bool
    pointed: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    renamed: set[str] = field(default_factory=set)

    def owner(self, event: Event) -> str:
        """The profile that this event belongs to, made or joined as the event says.

        An event with both ids says that the anonymous person is the user. Has the anonymous profile no user
        yet, it becomes the user's; has it another one (a shared device), only what follows is the new user's.
        An earlier id of a user (`alias`) is the user whatever is known of it.
        """
        names = event.aliases
        known = [self.owners.get(alias) for alias in names]
        first = known[0]
        if first is not None and all(owner == first for owner in known):
            return first
        if not self.alone:
            raise MustBeAlone
        if len(names) == 1:
            return self._begin(names[0])
        for other in names[1:]:
            owner = self._unite(names[0], other) if other.startswith("user:") else self._join(names[0], other)
        return owner

    def final(self, profile_id: str) -> str:
        """Where a profile ended up after all joins of the batch."""
        while profile_id in self.merged:
            profile_id = self.merged[profile_id]
        return profile_id

    def _join(self, user: str, anonymous: str) -> str:
        owner, guest = self.owners.get(user), self.owners.get(anonymous)
        if guest is not None and guest == owner:
            return guest
        if guest is None or _has_user(self.profiles[guest]):
            owner = owner if owner is not None else self._begin(user)
            self._point(anonymous, owner)
            return owner
        if owner is None:
            self._point(user, guest)
            return guest
        self._merge(guest, owner)
        return owner

    def _unite(self, user: str, before: str) -> str:
        owner, earlier = self.owners.get(user), self.owners.get(before)
        if owner is None:
            owner = earlier if earlier is not None else self._begin(user)
            self._point(user if earlier is not None else before, owner)
        elif earlier is None:
            self._point(before, owner)
        elif earlier != owner:
            self._merge(earlier, owner)
        return owner

    def _begin(self, alias: str) -> str:
        # An id made of the first alias: the same people come out of the same events, always.
        profile_id = blake2b(alias.encode(), digest_size=12).hexdigest()
        while profile_id in self.profiles:
            profile_id = blake2b(profile_id.encode(), digest_size=12).hexdigest()
        self.profiles[profile_id] = Profile(id=profile_id)
        self._point(alias, profile_id)
        return profile_id

    def _point(self, alias: str, to: str) -> None:
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

    def _merge(self, guest: str, owner: str) -> None:
        for alias in self.profiles[guest].aliases:
            self._point(alias, owner)
        self.merged[guest] = owner


def blank(profile: Profile) -> Profile:
    """The same person with nothing folded in yet: memberships and lists stay, so that changes can be
    told."""
    return Profile(
        id=profile.id,
        version=profile.version,
        aliases=profile.aliases,
        segments=profile.segments,
        stamp=profile.stamp,
        lists=profile.lists,
    )


def _has_user(profile: Profile) -> bool:
    return any(alias.startswith("user:") for alias in profile.aliases)
