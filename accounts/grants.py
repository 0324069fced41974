"""Grants: some actions, on some kinds of content, some types, some locales, some fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from accounts.actions import BY_ROLES
from accounts.errors import BadGrant, hint

Some: TypeAlias = frozenset[str] | None
"""Names, or None for every one."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission. What it is silent about (None) is not limited; grants of one principal add up.

    A locale stands for its regions too: `de` covers `de-AT`. A field is `price`, or `hero/price` of one type only.
    `purposes` limit what is seen of people to what is kept for those purposes.
    `types` and `locales` are those of modules: a grant that names any gives nothing on content that has none.
    """

    actions: frozenset[str]
    kinds: Some = None
    types: Some = None
    locales: Some = None
    fields: Some = None
    denied_fields: frozenset[str] = frozenset()
    purposes: Some = None

    def reaches(self, action: str, kind: str | None = None) -> bool:
        """Whether it gives this action on anything at all, or on anything of this kind."""
        return action in self.actions and (kind is None or self.kinds is None or kind in self.kinds)

    def has_type(self, of_type: str | None) -> bool:
        """Whether it holds for content of this type; None is content that has no type."""
        return self.types is None or of_type in self.types

    def has_locale(self, locale: str | None) -> bool:
        """Whether it holds for this locale; None is what belongs to no locale."""
        if self.locales is None:
            return True
        return locale is not None and (locale in self.locales or locale.split("-", 1)[0] in self.locales)

    def has_field(self, of_type: str | None, field: str) -> bool:
        """Whether it holds for this field of this type."""
        names = {field, f"{of_type}/{field}"}
        return (self.fields is None or bool(names & self.fields)) and not names & self.denied_fields

    def covers(self, other: Grant) -> bool:
        """Whether it gives all that the other gives, actions aside."""
        limits = ("kinds", "types", "locales", "fields", "purposes")
        within = all(_within(getattr(other, name), getattr(self, name)) for name in limits)
        return within and self.denied_fields <= other.denied_fields


def parse_grants(body: Any, at: str = "/grants") -> tuple[Grant, ...]:
    """Grants as they are written in JSON. Raises `BadGrant` with the place of the first mistake."""
    if not isinstance(body, list) or not body:
        raise BadGrant(at, "must be a list of grants", 'for example [{"actions": ["content.read"]}]')
    return tuple(_parse(one, f"{at}/{number}") for number, one in enumerate(body))


def write_grants(grants: Sequence[Grant]) -> list[dict[str, list[str]]]:
    """The JSON that `parse_grants` reads."""
    return [
        {f.name: sorted(value) for f in fields(Grant) if (value := getattr(one, f.name)) is not None and value != set()}
        for one in grants
    ]


_LIMITS = tuple(f.name for f in fields(Grant))


def _parse(one: Any, at: str) -> Grant:
    if not isinstance(one, Mapping) or "actions" not in one:
        raise BadGrant(at, "a grant is an object with actions", 'for example {"actions": ["content.read"]}')
    for name in one:
        if name not in _LIMITS:
            raise BadGrant(
                f"{at}/{name}", f"a grant has no {name!r}{hint(name, _LIMITS)}", f"it has {', '.join(_LIMITS)}"
            )
    for action in _names(one["actions"], f"{at}/actions"):
        if action not in BY_ROLES:
            message = f"there is no action {action!r} for roles{hint(action, BY_ROLES)}"
            raise BadGrant(f"{at}/actions", message, "docs/accounts.md lists the actions")
    return Grant(**{name: _names(value, f"{at}/{name}") for name, value in one.items()})


def _names(value: Any, at: str) -> frozenset[str]:
    if not isinstance(value, list) or not value or not all(isinstance(v, str) and 0 < len(v) <= 200 for v in value):
        raise BadGrant(at, "must be a list of at least one name", "leave it out to limit nothing")
    return frozenset(value)


def _within(narrow: Some, wide: Some) -> bool:
    return wide is None or (narrow is not None and narrow <= wide)
