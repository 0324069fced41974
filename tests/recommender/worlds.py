"""Toy shops whose right answers are obvious."""

from __future__ import annotations

from collections.abc import Sequence

from recommender import Item, Model, Settings, Shelf, train
from recommender.interactions import DAY, Interactions

NOW = 1_750_000_000.0
ORDERED, ADDED, VIEWED = 5.0, 3.0, 1.0

SMALL = Settings(factors=8, min_people=2)
"""A toy shop has few tastes and few people."""

Row = tuple[str, str, float, float]


def black(number: int) -> str:
    """An item that people of the even taste like."""
    return f"black-{number:02}"


def white(number: int) -> str:
    """An item that people of the odd taste like."""
    return f"white-{number:02}"


def shop(items: int = 10) -> tuple[Item, ...]:
    """Black items are coffee, white ones are tea; each has a price and a department."""
    blacks = [Item(black(n), f"Coffee {n}", "coffee", 4.0 + n, department="Drinks", brand="Moka") for n in range(items)]
    whites = [Item(white(n), f"Tea {n}", "tea", 2.0 + n, department="Drinks", brand="Assam") for n in range(items)]
    return (*blacks, *whites)


def checkerboard(people: int = 20, items: int = 10) -> list[Row]:
    """Even people order black items, odd ones white items; each leaves out one: the hidden tile."""
    return [
        (f"person-{person:02}", tile(n), ORDERED, NOW - (1 + (person + n) % 20) * DAY)
        for person in range(people)
        for tile in [black if person % 2 == 0 else white]
        for n in range(items)
        if n != hidden_tile(person, items)
    ]


def hidden_tile(person: int, items: int = 10) -> int:
    """Number of the one item of their taste that a person of the checkerboard did not order."""
    return person // 2 % items


def history_of(person: int, rows: Sequence[Row]) -> list[tuple[str, float]]:
    """What a request would bring of this person: newest first."""
    mine = sorted((row for row in rows if row[0] == f"person-{person:02}"), key=lambda row: -row[3])
    return [(item, weight) for _, item, weight, _ in mine]


def gathered(rows: Sequence[Row] | None = None) -> Interactions:
    """Rows (the checkerboard's) as what recommenders are fitted on."""
    return Interactions.gather(checkerboard() if rows is None else rows, shop())


def trained(rows: Sequence[Row] | None = None, items: Sequence[Item] | None = None) -> Model:
    """A model of the checkerboard, or of other rows and items."""
    return Model.of(train(checkerboard() if rows is None else rows, items or shop(), SMALL, NOW))


def shelf(items: Sequence[Item] | None = None, model: Model | None = None) -> Shelf:
    """The checkerboard's model over its items, or over others."""
    return Shelf(model or trained(), items or shop())


def ids(answer: object) -> list[str]:
    """The ids of a recommendation, best first."""
    return [suggestion.item.id for suggestion in answer.items]  # type: ignore[attr-defined]
