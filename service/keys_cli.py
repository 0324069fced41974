"""`./intarsia keys`: issue, list, rotate, revoke."""

from __future__ import annotations

import time

import click
from rich.console import Console

from accounts import Issued, Scope
from service.opening import open_house

DAY = 86_400.0
BY = "(cli)"

out = Console()


@click.group()
def keys() -> None:
    """API keys."""


@keys.command("issue")
@click.argument("name")
@click.argument("scopes", nargs=-1, required=True, type=click.Choice([s.value for s in Scope]))
@click.option("--role", "roles", multiple=True, help="What it may manage; with the scope manage alone: editor.")
@click.option("--days", type=click.FloatRange(min=0, min_open=True), help="How long it lives; for ever without it.")
def issue(name: str, scopes: tuple[str, ...], roles: tuple[str, ...], days: float | None) -> None:
    """A new key; its secret is shown this once."""
    with open_house() as house:
        ends_at = house.clock() + days * DAY if days else None
        wanted = [Scope(s) for s in scopes]
        _show(house.keys.issue(name, wanted, house.clock(), roles=roles, ends_at=ends_at))


@keys.command("list")
def list_keys() -> None:
    """The keys that there are, with scopes, roles and use; never their secrets."""
    with open_house() as house:
        for key in house.keys.ring.all():
            out.print(f"{key.name}  [dim]{_described(key)}[/dim]", highlight=False, soft_wrap=True)


@keys.command("rotate")
@click.argument("name")
@click.option("--hours", type=click.FloatRange(min=0), help="When the old secret ends; on `end-old` without it.")
def rotate(name: str, hours: float | None) -> None:
    """A second secret beside the first; shown this once."""
    with open_house() as house:
        ends_at = house.clock() + hours * 3600 if hours is not None else None
        _show(house.keys.ring.rotate(name, old_ends_at=ends_at, by=BY, now=house.clock()))


@keys.command("end-old")
@click.argument("name")
def end_old(name: str) -> None:
    """End every secret of a key but the newest."""
    with open_house() as house:
        out.print(f"{house.keys.ring.end_old(name, by=BY, now=house.clock())} secret(s) ended.")


@keys.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """End a key with every secret."""
    with open_house() as house:
        out.print(f"{house.keys.revoke(name)} key(s) revoked; workers follow within five seconds.")


def _show(secret: str) -> None:
    # Not by the console, which breaks long lines.
    click.echo(secret)


def _described(key: Issued) -> str:
    used = [secret.used_at for secret in key.secrets if secret.used_at is not None]
    return ", ".join(
        [
            " ".join(key.scopes),
            *([f"as {' '.join(key.roles)}"] if key.roles else []),
            f"since {_day(key.created_at)}",
            *([f"until {_day(key.ends_at)}"] if key.ends_at is not None else []),
            f"last used {_day(max(used))}" if used else "never used",
            *(["two secrets"] if len(key.secrets) > 1 else []),
        ]
    )


def _day(moment: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(moment))
