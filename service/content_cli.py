"""`./intarsia import`, `export` and `check-content`: content as a folder of files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from connectors import HIDDEN, Contents, FileError, agree_on, read_folder, write_folder
from modules import KINDS, MadeBy
from service.exporting import Wanted, exported
from service.opening import open_house
from service.problems import finding_error
from service.publishing import findings_of, picture_findings_of, publisher_of
from service.report import show_findings
from service.settings import read_settings
from service.sides import DRAFTS

out = Console()


class Trouble(click.ClickException):
    """Nothing could be compared or checked, which is neither yes nor no."""

    exit_code = 2


def read_content(folder: Path) -> Contents:
    """The content of a folder, or the command ends with what is no content in it."""
    try:
        return read_folder(folder)
    except FileError as error:
        raise Trouble(str(error)) from None


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--author", default="cli", show_default=True)
def import_(folder: Path, author: str) -> None:
    """Read content files into the drafts. Nothing is published, nothing is deleted."""
    contents = read_content(folder)
    with open_house() as house:
        publisher = publisher_of(house)
        findings = picture_findings_of(contents, house.settings.limits)
        if show_findings(out, findings + publisher.findings({**publisher.judged(), **contents})):
            raise click.ClickException("nothing was imported")
        before = house.contents.manifest()
        house.contents.put_all(contents, author=author, now=house.clock(), made_by=MadeBy.IMPORT)
        after = house.contents.manifest()
    if (folder / HIDDEN).is_dir():
        agree_on(folder, DRAFTS, contents)
    changed = sum(before.get(name) != digest for name, digest in after.items())
    out.print(f"{len(contents)} files read, {changed} drafts changed. `./intarsia publish` makes them public.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--published", is_flag=True, help="What is served, instead of the drafts.")
@click.option("--release", default=None, metavar="ID", help="What a release holds, instead of the drafts.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(list(KINDS)), help="Only this kind; may be repeated.")
@click.option("--key", "keys", multiple=True, metavar="KEY", help="Only this key (* stands for any letters).")
@click.option("--readable", is_flag=True, help="Lay JSON out for people; a file that says the same stays as it is.")
def export(
    folder: Path, published: bool, release: str | None, kinds: tuple[str, ...], keys: tuple[str, ...], readable: bool
) -> None:
    """Write content as files, byte for byte what was imported or saved. Nothing is deleted."""
    if published and release:
        raise click.UsageError("--published and --release exclude each other: the one is served, the other is named")
    with open_house() as house:
        contents = exported(house, Wanted(published, release, kinds, keys))
    strangers = write_folder(folder, contents, readable=readable)
    agree_on(folder, DRAFTS, contents)
    out.print(f"{len(contents)} files in {folder}.")
    if not kinds and not keys:
        for name in strangers:
            out.print(f"  left alone: {name} (not in the {'release' if published or release else 'drafts'})")


@click.command("check-content")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Findings as JSON on standard output.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
def check_content(folder: Path, as_json: bool, strict: bool) -> None:
    """Check content files as a whole release, without any database.

    Ends with 0 where they may be published, 1 where they may not, 2 where they cannot be read.
    """
    contents = read_content(folder)
    findings = picture_findings_of(contents, read_settings().limits) + findings_of(contents)
    weighty = [f for f in findings if f.severity == "error" or (strict and f.severity == "warning")]
    if as_json:
        told: dict[str, Any] = {
            "ok": not weighty,
            "files": len(contents),
            "findings": [{**finding_error(finding), "severity": finding.severity} for finding in findings],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        show_findings(out, findings)
        out.print(f"{len(contents)} files: {'they may be published' if not weighty else 'they may not be published'}.")
    if weighty:
        sys.exit(1)
