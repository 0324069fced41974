"""The built-in roles. Each is a name for grants; roles of one's own are made of the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.actions import BY_ROLES
from accounts.grants import Grant


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of grants."""

    name: str
    summary: str
    grants: tuple[Grant, ...]
    built_in: bool = False


def _grant(*actions: str, kinds: tuple[str, ...] | None = None) -> Grant:
    return Grant(frozenset(actions), kinds=None if kinds is None else frozenset(kinds))


WRITTEN = ("asset-details", "assets", "experiments", "layouts", "modules", "rules", "segments")
"""Kinds that authors write. Types, attributes and policies bind others' work: they are the editors'."""

_READ = _grant("content.read", "report.read")
_EDIT = _grant(
    "content.read", "report.read", "content.write", "release.write", "comment.write", "preview.share", "explain"
)

ROLES: Mapping[str, Role] = {
    role.name: role
    for role in (
        Role("viewer", "Reads content and reports, changes nothing.", (_READ,), True),
        Role(
            "author",
            "Writes drafts of content and puts them into releases; does not publish. Types, attributes and policies "
            "are read only.",
            (_grant(*_EDIT.actions - {"content.write"}), _grant("content.write", kinds=WRITTEN)),
            True,
        ),
        Role(
            "editor",
            "Writes every kind of content, publishes and rolls back; may delete what is in use, with a reason.",
            (_grant(*_EDIT.actions, "content.override", "release.publish"),),
            True,
        ),
        Role(
            "approver",
            "Approves releases and comments on them; writes and publishes nothing.",
            (_grant(*_READ.actions, "comment.write", "preview.share", "explain", "release.approve"),),
            True,
        ),
        Role(
            "analyst",
            "Reads content and reports; writes drafts of segments and experiments; settles events in quarantine; "
            "keeps lists of people.",
            (
                _grant(*_READ.actions, "comment.write", "explain", "event.manage", "list.manage"),
                _grant("content.write", kinds=("segments", "experiments")),
            ),
            True,
        ),
        Role(
            "privacy-officer",
            "Reads, exports and erases profiles, records consent, corrects events, reads content and the audit log.",
            (
                _grant("content.read", "explain", "audit.read"),
                _grant("profile.read", "profile.sensitive", "profile.consent", "profile.export", "profile.erase"),
                _grant("profile.merge", "event.manage"),
                _grant("profile.request", "event.manage"),
                _grant("profile.request", "profile.merge", "event.manage"),
            ),
            True,
        ),
        Role(
            "admin", "Everything: accounts, roles, keys, webhooks, and all that others may.", (_grant(*BY_ROLES),), True
        ),
    )
}
"""Role name -> what it is for and what it allows."""
