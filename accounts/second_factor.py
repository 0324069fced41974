"""The second factor: codes by the clock (TOTP, RFC 6238), and recovery codes for who lost theirs."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Final

import pyotp
from sqlalchemy import Connection, delete, insert, select, update

from accounts.errors import SignInFailed
from accounts.register import end_sessions
from accounts.tables import accounts, recovery_codes
from accounts.telling import tell
from accounts.tokens import digest_of
from rules import Instant
from storage import Database

STEP: Final = 30
"""Seconds that one code holds."""

BESIDE: Final = 1
"""Steps before and after the present one whose code is taken: clocks differ."""

RECOVERY_CODES: Final = 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator has to be told, as text and as the address that a QR code holds."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """Second factors in the SQL database. A code is taken once, and never one that is older than the last."""

    database: Database

    def begin(self, account: str) -> Enrolment:
        """A new secret for an account; it counts as soon as it is confirmed. Raises `SignInFailed` if one counts."""
        secret = pyotp.random_base32()
        with self.database.write() as connection:
            free = (accounts.c.name == account) & ~accounts.c.totp_on
            if not connection.execute(update(accounts).where(free).values(totp_secret=secret)).rowcount:
                raise SignInFailed
        return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name="Intarsia"))

    def confirm(self, account: str, code: str, *, now: Instant) -> list[str]:
        """Ask for codes from now on, if this is one; the recovery codes, shown this once. Every session ends.
        Raises `SignInFailed`."""
        with self.database.write() as connection:
            if not _take(connection, account, code, now):
                raise SignInFailed
            codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
            connection.execute(delete(recovery_codes).where(recovery_codes.c.account == account))
            rows = [{"account": account, "digest": digest_of(one.replace("-", ""))} for one in codes]
            connection.execute(insert(recovery_codes), rows)
            connection.execute(update(accounts).where(accounts.c.name == account).values(totp_on=True))
            end_sessions(connection, account)
            tell(connection, account, "account.changed", f"accounts/{account}", now, "second factor put on")
        return codes


def passes(connection: Connection, account: str, code: str, now: Instant) -> bool:
    """Whether this is a code of the account's second factor, or a recovery code; it is spent then."""
    return _take(connection, account, code, now) or _take_recovery(connection, account, code)


def _take(connection: Connection, account: str, code: str, now: Instant) -> bool:
    wanted = select(accounts.c.totp_secret).where(accounts.c.name == account)
    secret = connection.execute(wanted).scalar() or ""
    if not secret:
        return False
    given, step = code.replace(" ", ""), int(now) // STEP
    for one in range(step - BESIDE, step + BESIDE + 1):
        if hmac.compare_digest(given.encode("utf-8", "replace"), pyotp.TOTP(secret).at(one * STEP).encode()):
            # Of two that bring the same code at once, one finds it spent.
            unspent = (accounts.c.name == account) & (accounts.c.totp_step < one)
            return bool(connection.execute(update(accounts).where(unspent).values(totp_step=one)).rowcount)
    return False


def _take_recovery(connection: Connection, account: str, code: str) -> bool:
    given = digest_of(code.strip().replace("-", "").upper())
    mine = (recovery_codes.c.account == account) & (recovery_codes.c.digest == given)
    return bool(connection.execute(delete(recovery_codes).where(mine)).rowcount)


def _recovery_code() -> str:
    """Sixteen characters, 80 bits, as four groups; no letter that looks like another."""
    letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
