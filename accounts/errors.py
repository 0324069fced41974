"""What can go wrong with who somebody is and what they may do; each error says what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from math import ceil

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


class WeakPassword(AccountError):
    """A password that is too easily guessed. The reason never holds a part of it."""

    def __init__(self, reason: str) -> None:
        self.findings = (Finding("/password", reason, "choose another one"),)
        super().__init__(f"the password was not taken: {reason}")


class BadName(AccountError):
    """A name that no account, role or key can have."""

    def __init__(self, what: str, name: str, remedy: str) -> None:
        self.findings = (Finding("/name", f"{name[:100]!r} cannot name {what}", remedy),)
        super().__init__(f"{name[:100]!r} cannot name {what}: {remedy}")


class NameTaken(AccountError):
    """There is an account or a key of this name: who did something must be told apart in the log."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"there is {what} called {name!r} already; choose another name")


class UnknownName(AccountError):
    """Nothing of this sort has this name."""

    def __init__(self, what: str, name: str, known: Iterable[str] = ()) -> None:
        super().__init__(f"there is no {what} {name!r}{hint(name, known)}")


class LastAdmin(AccountError):
    """Without this account nobody could manage accounts any more."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is the last active account with the role 'admin'; give it to somebody else first")


class RoleInUse(AccountError):
    """A role that accounts or keys have."""

    def __init__(self, name: str, users: Iterable[str]) -> None:
        super().__init__(f"the role {name!r} is had by {', '.join(users)}; take it from them first")


class TwoSecrets(AccountError):
    """A key has a second secret already; a third would be one too many to keep track of."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the key {name!r} has two secrets; end the old one first")


class SignInFailed(AccountError):
    """Whoever it was is not let in. It never says which part was wrong, nor whether there is such an account."""

    def __init__(self) -> None:
        super().__init__("name, password or code is wrong, or the account is not active")


class CodeNeeded(AccountError):
    """Name and password are right; the account has a second factor."""

    def __init__(self) -> None:
        self.findings = (Finding("/code", "is missing", "send it, or one of your recovery codes"),)
        super().__init__("send the code of your second factor as `code`, or one of your recovery codes")


class Locked(AccountError):
    """Too many failures; `seconds` says when the next attempt is looked at."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, ceil(seconds))
        super().__init__(f"too many attempts failed; the next one is looked at in {self.seconds} s")


class LinkSpent(AccountError):
    """A one-time link that was used, is too old, or never was."""

    def __init__(self) -> None:
        super().__init__("the link was used or is too old; ask an admin for another")


class ProviderRefused(AccountError):
    """A sign-in by OpenID Connect that cannot be trusted, and why, without a word of what was sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the sign-in by OpenID Connect was refused: {reason}")


class NoProvider(AccountError):
    """Nobody signs in by OpenID Connect here."""

    def __init__(self) -> None:
        super().__init__("no OpenID Connect provider is set; INTARSIA_OIDC_ISSUER names one")


def hint(name: str, known: Iterable[str]) -> str:
    """A did-you-mean, empty where nothing is near."""
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
