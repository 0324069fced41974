"""`./intarsia blobs`: prove that pictures and models are there, move them, collect what nothing refers to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from sqlalchemy import Connection

from modules import harmed_pictures as harmed
from modules import pictures_in_use, pictures_into_blobs, pictures_into_database
from service.house import House
from service.opening import open_house
from storage import BlobError, Blobs, BlobsAway, BlobStore

out = Console()

HOUR = 3_600.0


@click.group()
def blobs() -> None:
    """Where pictures and models are kept: prove it, move it, clear it up."""


@blobs.command()
def check() -> None:
    """Prove that every picture of every revision, and every model, is there and as it was saved."""
    with open_house() as house:
        with house.database.read() as connection:
            wrong = list(harmed_pictures(connection, house.blobs))
            count = len(pictures_in_use(connection))
        models = house.models.history()
        wrong += [line for model in models for line in _harmed_model(house.blobs, model.digest, model.version)]
    for line in wrong:
        click.echo(line, err=True)
    if wrong:
        raise click.ClickException(f"{len(wrong)} of {count + len(models)} cannot be read; restore them from a backup")
    click.echo(f"{count} picture(s) and {len(models)} model(s), each as it was saved.")


@blobs.command()
@click.option("--back", is_flag=True, help="Into the database again, for an older version of the program.")
def move(back: bool) -> None:
    """Bring pictures that are still in the database to where blobs are kept."""
    with open_house() as house:
        moved = (pictures_into_database if back else pictures_into_blobs)(house.database, house.blobs)
        click.echo(f"{sum(1 for _ in moved)} picture(s) moved.")


@blobs.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def copy(folder: Path) -> None:
    """Bring all blobs of a folder, such as DATA/blobs, to where blobs are kept by now. Nothing is taken away."""
    source = Blobs(folder)
    with open_house() as house:
        count = 0
        for digest, _ in source.ages():
            if not house.blobs.has(digest):
                house.blobs.put(source.get(digest))
                count += 1
    click.echo(f"{count} blob(s) copied.")


@blobs.command()
@click.option("--hours", default=24.0, show_default=True, type=click.FloatRange(min=13), help="Younger ones are left.")
@click.option("--dry-run", is_flag=True, help="Only tell.")
def collect(hours: float, dry_run: bool) -> None:
    """Take away what nothing refers to: pictures whose saving failed after they were sent."""
    with open_house() as house:
        before = time.time() - hours * HOUR
        old = [digest for digest, age in house.blobs.ages() if age < before]
        needed = _needed(house)  # read after the list: what came to be needed since is in it
        spare = [digest for digest in old if digest not in needed]
        gone = spare if dry_run else [digest for digest in spare if house.blobs.remove(digest, before)]
    click.echo(f"{len(gone)} blob(s) {'would be ' if dry_run else ''}taken away, {len(needed)} needed.")


def harmed_pictures(connection: Connection, store: BlobStore) -> Iterator[str]:
    """What is wrong with pictures among the blobs, a line each."""
    return (f"the picture {digest} {message}" for digest, message in harmed(connection, store))


def _harmed_model(store: BlobStore, digest: str, version: str) -> Iterator[str]:
    try:
        store.get(digest)
    except BlobsAway:
        raise
    except BlobError as error:
        yield f"the model {version} {error.message}"


def _needed(house: House) -> frozenset[str]:
    with house.database.read() as connection:
        return pictures_in_use(connection) | {model.digest for model in house.models.history()}
