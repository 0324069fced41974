"""All roles that there are: the built-in ones, and those that were made here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Connection, Table, delete, select

from accounts.errors import BadName, RoleInUse, UnknownName
from accounts.grants import Grant, parse_grants, write_grants
from accounts.naming import check_role_name
from accounts.roles import ROLES, Role
from accounts.tables import accounts, api_keys, roles
from accounts.telling import tell
from rules import Instant
from storage import Database, insert, lock_out

Admit: TypeAlias = Callable[[Role | None], None]
"""Raises if a role may not be changed as it is now."""


def admit_any(_: Role | None) -> None:
    """Let every change through."""


@dataclass(frozen=True, slots=True)
class RoleBook:
    """Roles by name. Built-in ones cannot be changed, so that their names mean the same everywhere."""

    database: Database

    def all(self) -> list[Role]:
        """Every role, the built-in ones first."""
        with self.database.read() as connection:
            return [*ROLES.values(), *own_roles(connection).values()]

    def get(self, name: str) -> Role:
        """One role. Raises `UnknownName`."""
        with self.database.read() as connection:
            return _role(connection, name)

    def check(self, names: Iterable[str]) -> tuple[Grant, ...]:
        """What these roles give together. Raises `UnknownName` for the first that is not there."""
        with self.database.read() as connection:
            return tuple(grant for name in names for grant in _role(connection, name).grants)

    def put(
        self, name: str, summary: str, grants: Sequence[Grant], *, by: str, now: Instant, admit: Admit = admit_any
    ) -> Role:
        """Make a role, or change what it gives; whoever has it is bound by that at once.

        `admit` is asked when nobody else can change it, and may raise; None is a role that is not there yet.
        """
        check_role_name(name)
        _refuse_built_in(name)
        row = {"name": name, "summary": summary, "grants": write_grants(grants), "updated_at": now, "updated_by": by}
        with self.database.write() as connection:
            lock_out(connection, "names")
            admit(own_roles(connection).get(name))
            there = insert(connection, roles).values(row)
            connection.execute(there.on_conflict_do_update(index_elements=["name"], set_=row))
            tell(connection, by, "role.changed", f"roles/{name}", now)
        return Role(name, summary, tuple(grants))

    def delete(self, name: str, *, by: str, now: Instant, admit: Admit = admit_any) -> None:
        """Take a role away that nobody has; `admit` as in `put`. Raises `UnknownName`, `RoleInUse`."""
        _refuse_built_in(name)
        with self.database.write() as connection:
            lock_out(connection, "names")
            admit(_role(connection, name))
            users = [f"{what} {who}" for what, who in _users(connection, name)]
            if users:
                raise RoleInUse(name, users)
            connection.execute(delete(roles).where(roles.c.name == name))
            tell(connection, by, "role.deleted", f"roles/{name}", now)


def own_roles(connection: Connection) -> dict[str, Role]:
    """The roles that were made here."""
    rows = connection.execute(select(roles.c.name, roles.c.summary, roles.c.grants).order_by(roles.c.name))
    return {name: Role(name, summary, parse_grants(grants)) for name, summary, grants in rows}


def grants_of(connection: Connection, names: Iterable[str]) -> tuple[Grant, ...]:
    """What roles give together; one that is no more gives nothing."""
    wanted = list(names)
    own = own_roles(connection) if any(name not in ROLES for name in wanted) else {}
    known = {**own, **ROLES}
    return tuple(grant for name in wanted if name in known for grant in known[name].grants)


def _role(connection: Connection, name: str) -> Role:
    found = ROLES.get(name) or own_roles(connection).get(name)
    if found is None:
        raise UnknownName("role", name, _known(connection))
    return found


def _known(connection: Connection) -> list[str]:
    return [*ROLES, *own_roles(connection)]


def _users(connection: Connection, name: str) -> list[tuple[str, str]]:
    tables: dict[str, Table] = {"the account": accounts, "the key": api_keys}
    return [
        (what, row.name)
        for what, table in tables.items()
        for row in connection.execute(select(table.c.name, table.c.roles).order_by(table.c.name))
        if name in row.roles
    ]


def _refuse_built_in(name: str) -> None:
    if name in ROLES:
        raise BadName("a role of your own", name, "it is built in; choose another name")
