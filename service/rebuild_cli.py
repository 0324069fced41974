"""`./intarsia rebuild`: people told anew by the log of their events."""

from __future__ import annotations

import click
from rich.console import Console

from profiles import Different
from service.house import House
from service.opening import open_house
from service.report import Report, plain_table, progress_bars

out = Console()

MOST_SHOWN = 1_000
"""People that are listed; the others are counted."""


@click.command()
@click.option(
    "--check", is_flag=True, help="Only compare: list who is kept otherwise than the log says; 1 if anybody is."
)
@click.option("--person", metavar="PROFILE_ID", help="One person, whose names stay as they are.")
@click.option("--afresh", is_flag=True, help="Begin at the beginning, though one was broken off.")
def rebuild(check: bool, person: str | None, afresh: bool) -> None:
    """Tell names, profiles and memberships anew by the log; goes on where it was broken off."""
    if afresh and (check or person):
        raise click.UsageError("--afresh goes with neither --check nor --person")
    with open_house() as house:
        house.published.refresh()
        if check:
            _check(house, person)
        elif person:
            found = house.rebuild.run_one(person, house.clock())
            click.echo(f"Put right: {', '.join(found.what)}." if found else "All is as the log says.")
        else:
            _run(house, afresh=afresh)


def _run(house: House, *, afresh: bool) -> None:
    place = None if afresh else house.rebuild.broken_off()
    if place is not None:
        click.echo(f"Going on with a rebuild that was broken off: {place.done} of {place.people} people are done.")
    with progress_bars(out) as progress:
        ended = house.rebuild.run(house.clock(), progress, afresh=afresh)
    click.echo(f"{ended.done} people told anew, {ended.changed} of them were otherwise.")


def _check(house: House, person: str | None) -> None:
    if person:
        one = house.rebuild.check_one(person, house.clock())
        found = [one] if one else []
    else:
        with progress_bars(out) as progress:
            found = _together(house, progress)
    if not found:
        click.echo("All is as the log says.")
        return
    rows = [(one.profile_id, " ".join(one.what)) for one in found[:MOST_SHOWN]]
    out.print(plain_table(("profile", "differs in"), rows))
    people = len({one.profile_id for one in found})
    raise click.ClickException(
        f"{people} people are kept otherwise than the log says; `intarsia rebuild` puts them right"
    )


def _together(house: House, progress: Report) -> list[Different]:
    """Each person once, with all that differs."""
    found: dict[str, Different] = {}
    for one in house.rebuild.check(house.clock(), progress):
        before = found.get(one.profile_id)
        found[one.profile_id] = Different(one.profile_id, (*(before.what if before else ()), *one.what))
    return list(found.values())
