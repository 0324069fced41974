"""`./intarsia accounts`: the first account, and help for those who are locked out."""

from __future__ import annotations

import sys
import time

import click
from rich.console import Console

import admin
from accounts import Account, Accounts
from service.opening import open_house
from service.signing import sign_in_of

BY = "(cli)"

out = Console()


@click.group()
def accounts() -> None:
    """Accounts of people who manage content."""


@accounts.command("add")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, help="What they may; may be given several times.")
@click.option("--link", is_flag=True, help="Print a one-time link instead of asking for a password.")
def add(name: str, roles: tuple[str, ...], link: bool) -> None:
    """A new account; asks for its password, or prints a one-time link with which one is chosen."""
    with open_house() as house:
        asked = not link and sys.stdin.isatty()
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if asked else ""
        kept = sign_in_of(house).passwords.hash(name, password) if asked else ""
        book = Accounts(house.database)
        account = book.add(name, roles, by=BY, now=house.clock(), password=kept)
        if not asked:
            token = book.new_link(account.name, by=BY, now=house.clock())
            click.echo(admin.link_of(house.settings.admin_url, token))
        out.print(f"{account.name} may sign in.")


@accounts.command("list")
def list_accounts() -> None:
    """Every account with its roles."""
    with open_house() as house:
        for account in Accounts(house.database).all():
            out.print(f"{account.name}  [dim]{_described(account)}[/dim]", highlight=False, soft_wrap=True)


@accounts.command("link")
@click.argument("name")
def link(name: str) -> None:
    """A one-time link with which another password is chosen; it lives two days."""
    with open_house() as house:
        token = Accounts(house.database).new_link(name, by=BY, now=house.clock())
        click.echo(admin.link_of(house.settings.admin_url, token))


@accounts.command("roles")
@click.argument("name")
@click.argument("roles", nargs=-1, required=True)
def set_roles(name: str, roles: tuple[str, ...]) -> None:
    """Give an account other roles; its sessions end."""
    with open_house() as house:
        account = Accounts(house.database).set_roles(name, roles, by=BY, now=house.clock())
        out.print(f"{account.name}: {', '.join(account.roles)}")


@accounts.command("deactivate")
@click.argument("name")
def deactivate(name: str) -> None:
    """Let an account in no more; its sessions end at once."""
    _set_active(name, False)


@accounts.command("activate")
@click.argument("name")
def activate(name: str) -> None:
    """Let an account in again."""
    _set_active(name, True)


@accounts.command("drop-totp")
@click.argument("name")
def drop_totp(name: str) -> None:
    """Take the second factor off somebody who lost it; their sessions end."""
    with open_house() as house:
        Accounts(house.database).drop_second_factor(name, by=BY, now=house.clock())
        out.print(f"{name} signs in with the password alone.")


def _set_active(name: str, active: bool) -> None:
    with open_house() as house:
        Accounts(house.database).set_active(name, active, by=BY, now=house.clock())
        out.print(f"{name} may {'sign in' if active else 'sign in no more'}.")


def _described(account: Account) -> str:
    seen = account.signed_in_at
    return ", ".join(
        [
            " ".join(account.roles) or "no role",
            *([] if account.active else ["not active"]),
            *(["by OpenID Connect"] if account.subject else [] if account.password else ["no password yet"]),
            *(["second factor"] if account.second_factor else []),
            f"last in {time.strftime('%Y-%m-%d', time.gmtime(seen))}" if seen else "never in",
        ]
    )
