"""`./intarsia match`: who is probably one person."""

from __future__ import annotations

from collections import Counter

import click
from rich.console import Console

from profiles import CannotLearn, NoModel, NoScorer
from service.opening import open_house
from service.report import plain_table

out = Console()

EVERYBODY = click.option("--everybody", is_flag=True, help="Compare all with all, not only who is new or has changed.")


class Matching(click.Group):
    """Commands that say what is missing instead of showing where."""

    def invoke(self, ctx: click.Context) -> object:
        """Run one; what cannot be done is told in a line."""
        try:
            return super().invoke(ctx)
        except (CannotLearn, NoModel, NoScorer) as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=Matching)
def match() -> None:
    """Who is probably one person: learn, look, merge. Takes in those who agreed to be compared."""


@match.command()
def train() -> None:
    """Learn how one person differs from themselves, and strangers from each other, without being told who is who."""
    with open_house() as house:
        people = house.matches.train(house.clock())
    click.echo(f"Learned from {people} people.")


@match.command()
def score() -> None:
    """Tell what comparing everybody would come to; nothing is changed."""
    with open_house() as house:
        decided = house.matches.score()
    counts = Counter((one.fate.value, one.note.value) for one in decided)
    out.print(plain_table(("", "because", "pairs"), [(fate, note, str(n)) for (fate, note), n in counts.most_common()]))


@match.command()
@EVERYBODY
def run(everybody: bool) -> None:
    """Compare who is new or has changed with everybody: merge what is likely enough, show the rest to somebody."""
    with open_house() as house:
        ran = house.matches.run(house.clock(), everybody=everybody)
    click.echo(f"{ran.fresh} of {ran.people} people compared: {ran.merged} pairs merged, {ran.waiting} more wait.")
