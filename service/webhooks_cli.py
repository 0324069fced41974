"""`./intarsia webhooks`: who is told of changes, and what did not arrive."""

from __future__ import annotations

import time
from secrets import token_bytes, token_hex

import click
from rich.console import Console

from connectors import State, secret_of
from service.opening import open_house
from service.report import plain_table

out = Console()

AUTHOR = click.option("--author", default="cli", show_default=True)


@click.group()
def webhooks() -> None:
    """Who is told of changes: list, add, try out, tell again."""


@webhooks.command("list")
def list_() -> None:
    """Every receiver: of what it is told, and how it stands."""
    with open_house() as house:
        hooks = house.webhooks.hooks.all(house.clock())
    rows = [
        (hook.id, hook.url, " ".join(hook.topics), "active" if hook.active else hook.stopped or "paused")
        for hook in hooks
    ]
    out.print(plain_table(("id", "url", "topics", ""), rows))


@webhooks.command()
@click.argument("url")
@click.argument("topics", nargs=-1, required=True)
@click.option("--description", default="")
@AUTHOR
def add(url: str, topics: tuple[str, ...], description: str, author: str) -> None:
    """Tell a receiver of these topics from now on; its secret is shown this once."""
    secret = secret_of(token_bytes(32))
    with open_house() as house:
        made = house.webhooks.hooks.create(
            f"wh_{token_hex(8)}",
            secret,
            url=url,
            topics=topics,
            description=description,
            author=author,
            now=house.clock(),
        )
    click.echo(f"{made.id} {secret}")


@webhooks.command()
@click.argument("webhook")
@AUTHOR
def ping(webhook: str, author: str) -> None:
    """Try a receiver out."""
    with open_house() as house:
        answer = house.webhooks.ping(webhook, author=author)
    if not answer.ok:
        raise click.ClickException(f"{answer.status or 'no answer'}: {answer.error or answer.body}")
    click.echo(f"{answer.status} after {answer.seconds:.2f} s")


@webhooks.command()
@click.argument("webhook")
def dead(webhook: str) -> None:
    """What was given up, the newest first."""
    with open_house() as house:
        rows = [
            (str(d.seq), d.topic, d.entity, f"{d.tries} tries, {_day(d.done_at or 0.0)}")
            for d in house.webhooks.ledger.deliveries(webhook, state=State.DEAD)
        ]
    out.print(plain_table(("number", "topic", "entity", ""), rows))


@webhooks.command()
@click.argument("webhook")
@click.argument("numbers", nargs=-1, type=int)
@AUTHOR
def redrive(webhook: str, numbers: tuple[int, ...], author: str) -> None:
    """Try dead letters again: those of these numbers, or all."""
    with open_house() as house:
        many = house.webhooks.queue.redrive(webhook, numbers or None, author=author, now=house.clock())
    click.echo(f"{many} dead letters are tried again.")


@webhooks.command()
@click.argument("webhook")
@click.argument("after", type=int)
@AUTHOR
def replay(webhook: str, after: int, author: str) -> None:
    """Send again all that came AFTER a cursor; 0 is the beginning of what is kept."""
    with open_house() as house:
        first = house.webhooks.queue.replay(webhook, after, author=author, now=house.clock())
    click.echo(f"All from {first} on is sent again.")


def _day(instant: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(instant))
