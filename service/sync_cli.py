"""`./intarsia diff`, `push` and `pull`: a folder of content and another side of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from connectors import Choice, Comparison, ConnectorError, Done, Interrupted, Outcome, compare
from connectors import pull as pull_folder
from connectors import push as push_folder
from service.content_cli import Trouble
from service.differences import as_json, show_clashes, show_difference
from service.sides import DRAFTS, PUBLISHED, open_side

out = Console()

KEY = "An API key for an address; without it the variable that the environment names, or REMOTE_KEY."


def _telling(command: Callable[..., None]) -> Callable[..., None]:
    """An error of a connector is one sentence, and neither yes nor no."""

    @wraps(command)
    def telling(*args: Any, **more: Any) -> None:
        try:
            command(*args, **more)
        except ConnectorError as error:
            raise Trouble(str(error)) from None

    return telling


def _deciding(command: Callable[..., None]) -> Callable[..., None]:
    """What `push` and `pull` both are told."""
    for option in (
        click.option("--yes", is_flag=True, help="Do not ask."),
        click.option("--delete", is_flag=True, help="Take away what is gone on the side that is read."),
        click.option("--ours", "choice", flag_value="ours", help="Where both changed a place: the folder counts."),
        click.option("--theirs", "choice", flag_value="theirs", help="Where both changed a place: the other counts."),
        click.option("--key", default=None, help=KEY),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--against", default=DRAFTS, show_default=True, metavar="SIDE")
@click.option("--key", default=None, help=KEY)
@click.option("--json", "in_json", is_flag=True, help="Every difference as JSON on standard output.")
@_telling
def diff(folder: Path, against: str, key: str | None, in_json: bool) -> None:
    """What a push of FOLDER would make of SIDE: drafts, published, an environment of the folder, or an address.

    Ends with 0 where nothing differs, 1 where something does, 2 where it cannot be known.
    """
    with open_side(folder, against, key) as side:
        found = compare(folder, side)
    differing = [(outcome, outcome.theirs, outcome.ours) for outcome in found.outcomes]
    if in_json:
        told = {"against": against, "differences": [as_json(*one) for one in differing]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for one in differing:
            show_difference(out, *one)
        out.print(_counted(differing) or "No difference.")
    if differing:
        sys.exit(1)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--to", default=DRAFTS, show_default=True, metavar="SIDE")
@click.option("--author", default="cli", show_default=True)
@click.option("--override", default="", metavar="REASON", help="Take away also what is used or served; recorded.")
@_deciding
@_telling
def push(
    folder: Path, to: str, author: str, override: str, key: str | None, yes: bool, delete: bool, choice: str | None
) -> None:
    """Bring what FOLDER changed to SIDE: drafts, an environment of the folder, or an address. Nothing is published.

    Changes of both sides are merged; where they clash, nothing is written.
    """
    if to == PUBLISHED:
        raise Trouble("what is served is not pushed to: push to drafts, and publish them")
    with open_side(folder, to, key, author, override) as side:
        found = compare(folder, side, Choice(choice or "none"))
        _refuse_clashes(found, to)
        going = [o for o in found.outgoing if delete or o.result is not None]
        if not _agreed(found.outgoing, [(o, o.theirs, o.result) for o in going], yes, f"push to {to}"):
            return
        try:
            done = push_folder(found, side, delete=delete)
        except Interrupted as stop:
            rest = "What was done is kept; the same push again does the rest." if stop.done else "Nothing was written."
            raise Trouble(f"the push stopped: {stop}\n{rest}") from None
    _tell(done, to, "pushed", "gone from the folder")
    if waiting := len(found.incoming) - sum(o.theirs_differs for o in found.incoming):
        out.print(f"{waiting} changed in {to} meanwhile: `./intarsia pull` brings them here.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--from", "source", default=DRAFTS, show_default=True, metavar="SIDE")
@_deciding
@_telling
def pull(folder: Path, source: str, key: str | None, yes: bool, delete: bool, choice: str | None) -> None:
    """Bring what SIDE changed into FOLDER: drafts, published, an environment of the folder, or an address.

    Changes of both sides are merged; where they clash, nothing is written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open_side(folder, source, key) as side:
        found = compare(folder, side, Choice(choice or "none"))
    _refuse_clashes(found, source)
    coming = [o for o in found.incoming if delete or o.result is not None]
    if _agreed(found.incoming, [(o, o.ours, o.result) for o in coming], yes, f"pull from {source}"):
        _tell(pull_folder(found, delete=delete), source, "pulled", f"gone from {source}")


def _refuse_clashes(found: Comparison, other: str) -> None:
    if found.clashes:
        show_clashes(out, found.clashes, "the folder", other)
        raise click.ClickException("nothing was written; choose with --ours or --theirs, or mend the files")


def _agreed(
    all_of_them: Sequence[Outcome], changes: Sequence[tuple[Outcome, bytes | None, bytes | None]], yes: bool, what: str
) -> bool:
    """Show what is about to happen, and ask. False where nothing is to be done."""
    for one in changes:
        show_difference(out, *one)
    if not all_of_them:
        out.print(f"Nothing to {what}.")
        return True  # the base is still worth noting
    if yes or not changes:
        return True
    if not sys.stdin.isatty():
        raise click.ClickException(f"nobody is here to be asked whether to {what}: say --yes")
    if not click.confirm(f"{_counted(changes)} {what.capitalize()}?"):
        out.print("Nothing was written.")
        return False
    return True


def _counted(changes: Sequence[tuple[Outcome, bytes | None, bytes | None]]) -> str:
    added = sum(before is None for _, before, _ in changes)
    removed = sum(after is None for _, _, after in changes)
    words = [(added, "added"), (len(changes) - added - removed, "changed"), (removed, "removed")]
    told = ", ".join(f"{count} {word}" for count, word in words if count)
    return f"{told}." if told else ""


def _tell(done: Done, other: str, word: str, why: str) -> None:
    if done.written or done.removed:
        out.print(f"{len(done.written)} {word}, {len(done.removed)} removed.")
    for kind, key in done.kept:
        out.print(f"  left alone: {kind}/{key} ({why}; --delete takes it away)")
