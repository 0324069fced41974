"""Names of accounts, roles and keys. Accounts and keys share theirs: the log tells them apart by nothing else."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import Connection, select

from accounts.errors import BadName, NameTaken
from accounts.tables import accounts, api_keys
from storage import lock_out

ACCOUNT_NAME: Final = "[a-z0-9][a-z0-9._@+-]{0,99}"
"""What an account can be called, as a regular expression."""
ROLE_NAME: Final = "[a-z][a-z0-9-]{0,63}"
"""What a role can be called."""
KEY_NAME: Final = "[A-Za-z0-9][A-Za-z0-9 ._@:+-]{0,99}"
"""What a key can be called."""
_ACCOUNT, _ROLE, _KEY = (re.compile(name, re.ASCII) for name in (ACCOUNT_NAME, ROLE_NAME, KEY_NAME))


def could_be_account(name: str) -> bool:
    """Whether an account can have this name."""
    return bool(_ACCOUNT.fullmatch(name))


def account_name(name: str) -> str:
    """The name of an account, in small letters. Raises `BadName`."""
    folded = name.strip().casefold()
    if not could_be_account(folded):
        raise BadName("an account", name, "use up to 100 letters, digits and . _ @ + -, such as an e-mail address")
    return folded


def check_role_name(name: str) -> None:
    """Raise `BadName` for what no role can be called."""
    if not _ROLE.fullmatch(name):
        raise BadName("a role", name, "use up to 64 small letters, digits and -")


def check_key_name(name: str) -> None:
    """Raise `BadName` for what no key can be called."""
    if not _KEY.fullmatch(name):
        raise BadName("a key", name, "use up to 100 letters, digits, spaces and . _ @ : + -")


def check_free(connection: Connection, name: str) -> None:
    """Raise `NameTaken` where an account or a key has this name; until the transaction ends nobody else takes it."""
    lock_out(connection, "names")
    for column, what in ((accounts.c.name, "an account"), (api_keys.c.name, "a key")):
        if connection.execute(select(column).where(column == name)).first():
            raise NameTaken(name, what)
