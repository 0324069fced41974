"""What is kept of people is known, table by table: so it can be handed out and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType

from service.people import NAMELESS, stores_of
from storage import Base, Database

Law = Callable[[str, list[str]], None]


def test_every_table_has_a_store_or_a_reason_why_it_needs_none(faces: Mapping[str, ModuleType], law: Law) -> None:
    """A table that nobody thought of would keep what a person asked to be forgotten."""
    assert faces
    kept = {name for one in stores_of(Database("sqlite://")).values() for name in one.tables}
    there = set(Base.metadata.tables)
    law(
        "say what it holds of people: a Store in STORES of profiles/privacy/holdings.py (or in `stores_of` of "
        "service/people.py), or why nothing of people is in it, in NOT_PERSONAL or NAMELESS of the same files",
        list(there - kept - set(NAMELESS)),
    )
    law("there is no such table", list((kept | set(NAMELESS)) - there))
    law("it is in a store; take it out of NAMELESS", list(kept & set(NAMELESS)))


def test_a_store_answers_to_its_name_and_says_what_it_holds(law: Law) -> None:
    """It is in the form that people get, and in the proof of an erasure."""
    stores = stores_of(Database("sqlite://"))
    law("its key is its name", [key for key, one in stores.items() if key != one.name])
    law("say what it holds", [key for key, one in stores.items() if not one.summary or not one.fields])
