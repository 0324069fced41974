"""What the routes about accounts, sessions, roles and keys are built from. `service` wires it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import g, request

from accounts import (
    Account,
    Accounts,
    Grant,
    KeyRing,
    NotAllowed,
    OpenId,
    Principal,
    RoleBook,
    SecondFactor,
    Session,
    Sessions,
    SignIn,
    Who,
)
from rules import Instant


@dataclass(frozen=True, slots=True)
class Desk:
    """`address()` is where a request comes from; `check_origin()` raises for one that another site's page makes;
    `keys_changed()` makes this process look at the keys anew; `url` is the public address of management."""

    accounts: Accounts
    sessions: Sessions
    sign_in: SignIn
    second_factor: SecondFactor
    roles: RoleBook
    keys: KeyRing
    openid: OpenId | None
    url: str
    clock: Callable[[], Instant]
    address: Callable[[], str]
    check_origin: Callable[[], None]
    keys_changed: Callable[[], None]


def person() -> Principal:
    """Whoever asks, if it is a person: a key has no password and no sessions. Raises `NotAllowed`."""
    principal: Principal = g.principal
    if principal.kind is not Who.PERSON:
        raise NotAllowed("a session", "a person")
    return principal


def own_session() -> Session:
    """The session of whoever asks, a person. Raises `NotAllowed`."""
    person()
    session: Session = g.session
    return session


def agent() -> str:
    """What program somebody uses, as it says itself; printable."""
    return "".join(c for c in request.headers.get("User-Agent", "") if c.isprintable())


def check_covers(grants: Sequence[Grant], what: str) -> None:
    """Raise `NotAllowed` where this gives, or takes over, more than whoever asks may do themselves."""
    if not g.principal.covers(grants):
        raise NotAllowed("all that it gives", what)


def check_over(desk: Desk, account: Account) -> None:
    """Raise `NotAllowed` where an account may more than whoever wants to change it."""
    check_covers(desk.roles.check(account.roles), f"the account {account.name!r}")
