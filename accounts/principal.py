"""Principals: who is asking, and all that they may do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from accounts.errors import NotAllowed
from accounts.grants import Grant


class Who(StrEnum):
    """What sort of principal it is."""

    PERSON = "person"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who is known: a person who signed in, or the holder of a key. What no grant allows is denied."""

    name: str
    kind: Who
    grants: tuple[Grant, ...]
    roles: tuple[str, ...] = ()

    @property
    def actions(self) -> frozenset[str]:
        """Every action that some grant gives, on something."""
        return frozenset(action for grant in self.grants for action in grant.actions)

    def may(self, action: str, kind: str | None = None) -> bool:
        """Whether any grant gives this action, on anything at all or on something of this kind."""
        return any(grant.reaches(action, kind) for grant in self.grants)

    def require(self, action: str, kind: str | None = None) -> None:
        """Raise `NotAllowed` unless they may."""
        if not self.may(action, kind):
            raise NotAllowed(action, kind or "")

    def may_type(self, action: str, kind: str, of_type: str | None) -> bool:
        """Whether they may on something of content of this kind and type."""
        return any(True for _ in self._on(action, kind, of_type))

    def may_whole(self, action: str, kind: str, of_type: str | None) -> bool:
        """Whether they may on what belongs to no locale and no field, such as tags and targeting."""
        return any(g.locales is None and g.fields is None for g in self._on(action, kind, of_type))

    def may_locale(self, action: str, kind: str, of_type: str | None, locale: str) -> bool:
        """Whether they may on something in this locale."""
        return any(g.has_locale(locale) for g in self._on(action, kind, of_type))

    def may_field(self, action: str, kind: str, of_type: str | None, locale: str | None, field: str) -> bool:
        """Whether they may on this field in this locale; in every locale with None."""
        return any(g.has_locale(locale) and g.has_field(of_type, field) for g in self._on(action, kind, of_type))

    def may_somewhere(self, action: str, kind: str, of_type: str | None, field: str) -> bool:
        """Whether they may on this field in any locale at all."""
        return any(g.has_field(of_type, field) for g in self._on(action, kind, of_type))

    def may_purpose(self, action: str, purpose: str) -> bool:
        """Whether they may on what is kept of people for this purpose."""
        return any(g.purposes is None or purpose in g.purposes for g in self.grants if g.reaches(action))

    def limited(self, action: str, kind: str | None = None) -> bool:
        """Whether anything (of this kind) is kept from them for this action; where not, nothing needs a closer look."""
        wanted = _EVERYTHING if kind is None else Grant(frozenset(), kinds=frozenset({kind}))
        return not any(g.covers(wanted) for g in self.grants if action in g.actions)

    def covers(self, grants: Sequence[Grant]) -> bool:
        """Whether they may do all that these grants give: nobody hands out more than they have."""
        return all(
            any(action in mine.actions and mine.covers(grant) for mine in self.grants)
            for grant in grants
            for action in grant.actions
        )

    def _on(self, action: str, kind: str, of_type: str | None) -> Iterator[Grant]:
        return (grant for grant in self.grants if grant.reaches(action, kind) and grant.has_type(of_type))


_EVERYTHING = Grant(frozenset())
