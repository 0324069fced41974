"""People who are known elsewhere: the account of a subject, and the roles that its claims give.

An account is found by issuer and subject alone. A name or an address that matches proves nothing: whoever may choose
theirs at the provider would take over the account of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from accounts.errors import NameTaken, ProviderRefused
from accounts.openid import Provider
from accounts.register import Account, Accounts
from accounts.signin import STRANGER
from accounts.tables import accounts as table
from accounts.telling import network_of, tell
from accounts.tokens import digest_of
from rules import Instant

BY: Final = "(openid)"
"""Who it is that makes an account, or changes its roles, because the provider says so."""


def let_in(accounts: Accounts, provider: Provider, claims: Mapping[str, Any], *, address: str, now: Instant) -> Account:
    """The account of whoever the provider vouches for; a new one if a claim gives a role. Raises `ProviderRefused`."""
    subject = str(claims["sub"])[:255]
    account = accounts.known_as(provider.issuer, subject)
    roles = tuple(_roles(provider, claims))
    if account is None:
        if not roles:
            raise ProviderRefused("nobody here is known by this subject, and its claims give it no role")
        account = _new(accounts, provider, claims, subject, roles, now)
    elif not account.active:
        raise ProviderRefused("the account is not active")
    elif provider.role_claim and roles != account.roles:
        if not roles:
            raise ProviderRefused("its claims give it no role any more")
        account = accounts.set_roles(account.name, roles, by=BY, now=now)
    with accounts.database.write() as connection:
        connection.execute(update(table).where(table.c.name == account.name).values(signed_in_at=now))
        note = f"with OpenID Connect, from {network_of(address)}"
        tell(connection, account.name, "signin.ok", f"accounts/{account.name}", now, note)
    return account


def note_refusal(accounts: Accounts, error: ProviderRefused, *, address: str, now: Instant) -> None:
    """Write down that somebody who came from the provider was not let in."""
    with accounts.database.write() as connection:
        tell(connection, BY, "signin.failed", f"accounts/{STRANGER}", now, f"{error}, from {network_of(address)}")


def _new(
    accounts: Accounts,
    provider: Provider,
    claims: Mapping[str, Any],
    subject: str,
    roles: tuple[str, ...],
    now: Instant,
) -> Account:
    identity = (provider.issuer, subject)
    for name in _names(claims, subject):
        try:
            return accounts.add(name, roles, by=BY, now=now, identity=identity)
        except NameTaken:
            continue
        except IntegrityError:
            # They came twice at once; the other one was first.
            known = accounts.known_as(*identity)
            if known is not None:
                return known
            raise
    raise ProviderRefused("no name is free for its account")


def _names(claims: Mapping[str, Any], subject: str) -> Iterator[str]:
    """What a new account may be called, best first."""
    wanted = next((str(claims[c]) for c in ("preferred_username", "email") if claims.get(c)), subject)
    name = re.sub(r"[^a-z0-9._@+-]+", "-", wanted.casefold()).strip("-._@+")[:80] or "somebody"
    yield name
    yield f"{name}-{digest_of(subject)[:8]}"


def _roles(provider: Provider, claims: Mapping[str, Any]) -> Iterator[str]:
    if not provider.role_claim:
        return
    value: Any = claims
    for step in provider.role_claim.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    given = value if isinstance(value, list) else [value]
    yield from dict.fromkeys(role for one in given for role in provider.roles.get(str(one), ()))
