"""A house for the length of one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from service.app import create_house
from service.house import House
from service.settings import read_settings


@contextmanager
def open_house() -> Iterator[House]:
    """The house that the environment describes, closed at the end."""
    house = create_house(read_settings())
    try:
        yield house
    finally:
        house.close()
