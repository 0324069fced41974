"""`./intarsia backup` and `./intarsia restore`: everything in one file, proved by digests, and back from it."""

from __future__ import annotations

import time
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click
from rich.console import Console

from service.app import blob_store
from service.lock import only_one
from service.opening import open_house
from service.people import open_database
from service.report import progress_bars
from service.settings import read_settings
from storage import Act, BackupError, Manifest, check_backup, make_backup, record, restore_backup

out = Console()

FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
AUTHOR = click.option("--author", default="cli", show_default=True)


@click.command()
@FILE
@click.option("--check", is_flag=True, help="Prove a backup instead of making one.")
@click.option("--no-blobs", is_flag=True, help="Leave pictures and models out: they are kept safe elsewhere.")
@AUTHOR
def backup(file: Path, check: bool, no_blobs: bool, author: str) -> None:
    """Keep the database, pictures, models and secrets in FILE; everybody may go on writing meanwhile."""
    try:
        if check:
            manifest, digest = check_backup(file)
        else:
            with open_house() as house, progress_bars(out) as progress:
                manifest, digest = make_backup(
                    house.database,
                    None if no_blobs else house.blobs,
                    house.settings.data_dir / "secrets",
                    file,
                    version=_version(),
                    now=house.clock(),
                    tell=progress,
                )
                with house.database.write() as connection:
                    record(connection, Act(author, "database.backup", "database", house.clock(), after=digest))
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    _tell(manifest, digest)


@click.command()
@FILE
@click.option("--replace", is_flag=True, help="Put it in the place of what is there; all of that is gone then.")
@AUTHOR
def restore(file: Path, replace: bool, author: str) -> None:
    """Put a backup back, into the database of the settings, of whatever kind. Stop the service first."""
    settings = read_settings()
    try:
        with only_one(settings.data_dir), progress_bars(out) as progress:
            _, digest = check_backup(file)
            manifest = restore_backup(
                file,
                partial(open_database, settings),
                blob_store(settings),
                settings.data_dir / "secrets",
                replace=replace,
                act=Act(author, "database.restore", "database", time.time(), before=digest),
                tell=progress,
            )
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    _tell(manifest, digest)


def _tell(manifest: Manifest, digest: str) -> None:
    blobs = f"{manifest.blobs['count']} blobs" if manifest.blobs else "no blobs"
    made = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(manifest.made_at))
    click.echo(
        f"{manifest.rows} rows of {len(manifest.tables)} tables, {blobs}, {len(manifest.secrets)} secrets; "
        f"made {made} UTC from {manifest.database}, revision {manifest.revision}"
    )
    click.echo(f"Digest of all: {digest}")


def _version() -> str:
    try:
        return version("intarsia")
    except PackageNotFoundError:
        return "a clone"
