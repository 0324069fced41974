"""Who is who: what joins two names, and what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from profiles import Event, Profile, Profiles, tables
from profiles.identity import MOST_NAMES, Outcome
from profiles.identity.tables import links
from tests.profiles.calls import NOW, added, viewed
from tests.profiles.world import World


def told(world: World, *events: Event) -> None:
    for event in events:
        world.intake.accept([event], NOW)


def marked(*marks: str, **who: Any) -> Event:
    return replace(viewed("1", **who), marks=marks)


def known(world: World, alias: str) -> Profile:
    profile = world.profiles.get(alias)
    assert profile is not None, alias
    return profile


def outcome(world: World, left: str, right: str) -> Outcome:
    with world.database.read() as connection:
        marks = [world.database.vault.mark(name) for name in (left, right)]
        query = select(links.c.outcome).where(links.c.name == marks[0], links.c.other == marks[1])
        return Outcome(str(connection.scalar(query)))


@pytest.mark.parametrize("mark", ["email:1", "phone:1", "device:1", "external:1"])
def test_who_is_known_by_a_sure_name_is_found_by_it(world: World, mark: str) -> None:
    told(world, marked(mark), added("2", user=None, anonymous="x"), marked(mark, user=None, anonymous="x"))
    assert known(world, "anon:x") == known(world, "user:ann")
    assert known(world, "user:ann").cart == {"2": 1}
    assert world.profiles.count() == 1


def test_two_accounts_with_one_verified_address_are_one_person(world: World) -> None:
    told(world, marked("email:1"), marked("email:1", user="ann@work"))
    assert known(world, "user:ann") == known(world, "user:ann@work")
    assert outcome(world, "user:ann@work", "email:1") is Outcome.JOINED


@pytest.mark.parametrize("mark", ["phone:1", "device:1", "external:1"])
def test_a_household_stays_two_people_and_what_they_share_joins_nobody_any_more(world: World, mark: str) -> None:
    told(world, marked(mark), marked(mark, user="bob"), marked(mark, user=None, anonymous="x"))
    assert len({known(world, name).id for name in ("user:ann", "user:bob", "anon:x")}) == 3
    assert outcome(world, "user:bob", mark) is Outcome.SHARED
    assert outcome(world, "anon:x", mark) is Outcome.SHARED


def test_an_address_that_more_than_three_accounts_have_joins_nobody_any_more(world: World) -> None:
    told(world, *(marked("email:1", user=f"u{number}") for number in range(5)))
    people = [known(world, f"user:u{number}").id for number in range(5)]
    assert len(set(people)) == 3
    assert len(set(people[:3])) == 1


def test_two_sign_ins_on_one_browser_are_two_people(world: World) -> None:
    told(world, added("1", anonymous="x"), added("2", anonymous="x", user="bob"), added("3", anonymous="x"))
    assert (known(world, "user:ann").cart, known(world, "user:bob").cart) == ({"1": 1, "3": 1}, {"2": 1})


def test_a_name_that_everybody_shares_makes_no_one_of_them(world: World) -> None:
    told(world, *(marked("device:1", user=f"u{number}", anonymous=f"a{number}") for number in range(10)))
    assert world.profiles.count() == 10


def test_nobody_has_more_than_a_thousand_names(world: World) -> None:
    events = [viewed("1", anonymous=f"a{number}") for number in range(MOST_NAMES + 5)]
    world.intake.accept(events, NOW)
    assert len(known(world, "user:ann").aliases) == MOST_NAMES
    told(world, viewed("1", user=None, anonymous=f"a{MOST_NAMES + 3}"))
    assert world.profiles.count() == 2


def test_known_people_are_taken_in_without_a_word_about_links(world: World) -> None:
    """What is said again costs nothing: no link is looked up, none is written."""
    told(world, marked("email:1", anonymous="x"))
    with world.database.read() as connection:
        before = list(connection.execute(select(links)))
    told(world, marked("email:1", anonymous="x"), marked("email:1"))
    with world.database.read() as connection:
        assert list(connection.execute(select(links))) == before
        assert set(connection.scalars(select(tables.events.c.profile_id))) == {known(world, "user:ann").id}


def test_sure_names_have_no_hot_copy(world: World) -> None:
    told(world, marked("email:1"))
    assert Profiles(world.database, world.hot).get("email:1") == known(world, "user:ann")
