"""`./intarsia audit`: prove the log, keep its head, take it out."""

from __future__ import annotations

from itertools import chain, islice
from typing import BinaryIO, TextIO

import click
from rich.console import Console

from service.audit import as_line, audit_seals, missing_of
from service.blob_cli import harmed_pictures
from service.opening import open_house
from service.report import progress_bars
from storage import Checked, Head, Search, log_head, read_whole_log, verify

out = Console()

MOST_SHOWN = 20
"""Contradictions that are told at once."""


@click.group()
def audit() -> None:
    """The audit log: prove it, keep its head elsewhere, take it out."""


@audit.command("verify")
@click.option("--against", multiple=True, metavar="HEAD", help="A head that was kept elsewhere; may be repeated.")
@click.option("--heads", type=click.File("r"), help="A file of such heads, one a line.")
@click.option("--log-only", is_flag=True, help="Do not compare it with the revisions, bodies and publications.")
def verify_(against: tuple[str, ...], heads: TextIO | None, log_only: bool) -> None:
    """Prove that no row was changed, lost or added, or name the first that was; and that content is as it tells."""
    kept = [_head(line) for line in (*against, *(heads or ())) if line.strip()]
    with open_house() as house, house.database.read() as connection:
        total = log_head(connection).seq
        with progress_bars(out) as progress:
            found = verify(connection, audit_seals(house.settings), kept, lambda n: progress("Proving", n, total))
            progress("Proving", found.rows, total)
        wrong = _wrong(found)
        if not wrong and not log_only:
            lacks = chain(missing_of(connection, found.since), harmed_pictures(connection, house.blobs))
            wrong = list(islice(lacks, MOST_SHOWN))
    for line in wrong[:-1]:
        click.echo(line, err=True)
    if wrong:
        raise click.ClickException(wrong[-1])
    agreed = f" {len(kept)} kept head(s) agree." if kept else ""
    click.echo(f"{found.rows} rows, each as it was written.{agreed} The head is {found.head}")


def _wrong(found: Checked) -> list[str]:
    guards = [f"the table may be changed: its trigger {name} is missing" for name in found.unguarded]
    return [*guards, *([str(found.flaw)] if found.flaw else [])]


@audit.command()
def seal() -> None:
    """Print where the log ends. Kept elsewhere, it proves every row up to it, even against who has our key."""
    with open_house() as house, house.database.read() as connection:
        click.echo(str(log_head(connection)))


@audit.command()
@click.argument("file", type=click.File("wb"), default="-")
@click.option("--who", default="", help="An account or key.")
@click.option("--action", default="", help="Such as content.save, or content.* for all of them.")
@click.option("--what", default="", help="Such as modules/hero, or modules/* for all of them.")
def export(file: BinaryIO, who: str, action: str, what: str) -> None:
    """Write the log as JSON Lines, oldest first: to a file, or without one to be read on."""
    with open_house() as house:
        for entry in read_whole_log(house.database, Search(who=who, action=action, what=what)):
            file.write(as_line(entry))


def _head(line: str) -> Head:
    try:
        return Head.parse(line)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
