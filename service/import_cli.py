"""`./intarsia import-from`: content of other systems, as files to look through first."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from connectors import (
    CONNECTORS,
    Base,
    Choice,
    ConnectorError,
    Contents,
    Imported,
    Options,
    Report,
    compare,
    pull,
    read_folder,
    run_import,
)
from modules import MadeBy, digest_of, read_json
from service.differences import show_clashes
from service.opening import open_house
from service.publishing import findings_of, publisher_of
from service.report import show_findings

out = Console()

SOURCES = [name for name, connector in CONNECTORS.items() if connector.reads]
MOST_SHOWN = 40
"""Lines of a report that are shown; the file has them all."""


@dataclass(frozen=True, slots=True)
class Found:
    """An import as another side of a folder: what a person edits there is merged with what comes later."""

    name: str
    content: Contents

    def manifest(self) -> Mapping[tuple[str, str], str]:
        """Digest by kind and key."""
        return {name: digest_of(content) for name, content in self.content.items()}

    def contents(self, names: Any) -> Contents:
        """The bytes of these."""
        return {name: self.content[name] for name in names}

    def apply(self, puts: Any, gone: Any, expect: Any) -> None:
        """An export of another system takes nothing."""
        raise ConnectorError(f"{self.name} can be read, not written to")


@click.command("import-from")
@click.argument("source", type=click.Choice(SOURCES))
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--into", type=click.Path(path_type=Path), metavar="FOLDER", help="Write content files there.")
@click.option("--drafts", is_flag=True, help="Save as drafts at once, without files to look through.")
@click.option("--report", "report_file", type=click.Path(path_type=Path), metavar="FILE", help="The report, as JSON.")
@click.option("--locale", default="en", show_default=True, help="Of what names none.")
@click.option("--locales", default="", metavar="A,B", help="Names of folders and files that mean a locale (markdown).")
@click.option("--address", default="/{key}", show_default=True, help="Where the page of an entry will be; also {type}.")
@click.option("--archived", is_flag=True, help="Archived entries come along, barred as drafts are.")
@click.option("--layout", default="", metavar="KEY", help="Make a layout, too, with a slot for each type.")
@click.option("--ours", "choice", flag_value="ours", help="Where both changed a place: the folder counts.")
@click.option("--theirs", "choice", flag_value="theirs", help="Where both changed a place: the import counts.")
@click.option("--delete", is_flag=True, help="Remove files of what is no longer in the source.")
@click.option("--author", default="cli", show_default=True)
def import_from(
    source: str,
    path: Path,
    into: Path | None,
    drafts: bool,
    report_file: Path | None,
    choice: str | None,
    delete: bool,
    author: str,
    **chosen: Any,
) -> None:
    """Bring content of another system: types, entries, pictures and locales as ours, with a report of what is lost.

    Ends with 1 where nothing could be written, or what was written may not be published yet.
    """
    if (into is None) == (not drafts):
        raise click.UsageError("say where to: --into FOLDER (to look through first), or --drafts")
    options = Options(**{**chosen, "locales": tuple(filter(None, chosen["locales"].split(",")))})
    try:
        if into is not None:
            imported = _into(source, path, options, into, Choice(choice or "none"), delete)
        else:
            imported = _to_drafts(source, path, options, author)
    except ConnectorError as error:
        raise click.ClickException(str(error)) from None
    if report_file:
        report_file.write_text(json.dumps(imported.report.as_json(), indent=1, ensure_ascii=False) + "\n")
    show_report(imported.report, report_file)
    if into is not None:
        _judge(into)


def _into(source: str, path: Path, options: Options, folder: Path, choice: Choice, delete: bool) -> Imported:
    folder.mkdir(parents=True, exist_ok=True)
    there, base = read_folder(folder), Base.read(folder)
    known = base.keys.get(source, {})
    taken = {key for kind, key in there if kind == "modules"} - set(known.values())
    imported = _run(source, path, options, there, known=known, taken=taken)
    found = compare(folder, Found(f"import:{source}", imported.contents), choice)
    if found.clashes:
        show_clashes(out, found.clashes, "the folder", "the import")
        raise click.ClickException("nothing was written; choose with --ours or --theirs, or mend the files")
    found.base.keys[source] = dict(imported.keys)
    done = pull(found, delete=delete)
    out.print(f"{len(done.written)} files written to {folder}, {len(done.removed)} removed.")
    for kind, key in done.kept:
        out.print(f"  left alone: {kind}/{key} (no longer in the source; --delete removes it)")
    return imported


def _to_drafts(source: str, path: Path, options: Options, author: str) -> Imported:
    with open_house() as house:
        publisher = publisher_of(house)
        there = publisher.drafts()
        imported = _run(source, path, options, there)
        other = [f"{k}/{n}" for (k, n), body in imported.contents.items() if there.get((k, n), body) != body]
        if other:
            named = ", ".join(other[:5]) + (" …" if len(other) > 5 else "")
            remedy = "import into a folder instead: there both are merged"
            raise click.ClickException(f"{len(other)} drafts of these names are different: {named}; {remedy}")
        if show_findings(out, publisher.findings({**there, **imported.contents})):
            raise click.ClickException("nothing was imported")
        house.contents.put_all(imported.contents, author=author, now=house.clock(), made_by=MadeBy.IMPORT)
    out.print(f"{len(imported.contents)} drafts saved. `./intarsia publish` makes them public.")
    return imported


def _run(source: str, path: Path, options: Options, there: Contents, **more: Any) -> Imported:
    reads = CONNECTORS[source].reads
    assert reads is not None
    return run_import(reads, path, options, declared=_declared(there, source), **more)


def _declared(contents: Contents, source: str) -> set[str]:
    """The locales that other files than those of this source declare."""
    bodies = [read_json(body) for (kind, key), body in contents.items() if kind == "locales" and key != source]
    rows = [row for body in bodies if isinstance(body, dict) for row in _list(body.get("locales"))]
    return {str(row["code"]) for row in rows if isinstance(row, dict) and "code" in row}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _judge(folder: Path) -> None:
    if show_findings(out, findings_of(read_folder(folder))):
        out.print("The files may not be published yet: mend what is red.")
        sys.exit(1)
    out.print(
        f"Look through the files, then: ./intarsia push {folder}, and ./intarsia publish",
        highlight=False,
        soft_wrap=True,
    )


def show_report(report: Report, file: Path | None) -> None:
    """What was taken over, and what could not be as it was: where, why, how often, and for example of what."""
    taken = ", ".join(f"{count} {kind}" for kind, count in report.taken.items())
    out.print(f"From {report.source}: {taken or 'nothing'}.", highlight=False)
    colours = {"lost": "red", "changed": "yellow", "left out": "dim"}
    losses = report.sorted()
    for loss in losses[:MOST_SHOWN]:
        often = f" [dim]({loss.count} times)[/dim]" if loss.count > 1 else ""
        example = f" [dim]{escape(loss.entries[0][:80])}[/dim]" if loss.entries else ""
        out.print(
            f"  [{colours[loss.fate]}]{loss.fate}[/] {escape(loss.where)}: {escape(loss.why)}{often}{example}",
            highlight=False,
            soft_wrap=True,
        )
    if len(losses) > MOST_SHOWN:
        out.print(f"  … and {len(losses) - MOST_SHOWN} more; --report FILE has them all")
    if file:
        out.print(f"The whole report is in {file}.", highlight=False, soft_wrap=True)
