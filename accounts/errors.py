"""What can go wrong with who somebody is and what they may do; each error says what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from rules import Finding


class AccountError(Exception):
    """Base of this package's errors."""


class NotAllowed(AccountError):
    """Somebody who is known may not do this: `action` is what it takes, `what` the spot that it was asked for."""

    def __init__(self, action: str, what: str = "") -> None:
        self.action = action
        self.what = what
        of = f" of {what}" if what else ""
        super().__init__(f"you may not do this: it takes {action!r}{of}; ask an admin for a role that has it")


class BadGrant(AccountError):
    """A grant that cannot be: the place of what is wrong in it, and what would be right."""

    def __init__(self, pointer: str, message: str, remedy: str) -> None:
        self.findings = (Finding(pointer, message, remedy),)
        super().__init__(f"{pointer}: {message}; {remedy}")


def hint(name: str, known: Iterable[str]) -> str:
    """A did-you-mean, empty where nothing is near."""
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
