"""Runs over real databases: who is found, who is merged, who is asked about, and that a no is kept."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from profiles import (
    STORES,
    AlreadySettled,
    CannotLearn,
    Match,
    Matches,
    MatchState,
    NoModel,
    Profile,
    Thresholds,
    UnknownMatch,
    WithoutConsent,
)
from profiles.matching.rows import waiting
from profiles.matching.scorer import Model, learn
from profiles.matching.signals import signals_of
from profiles.matching.tables import compared, pairs
from profiles.privacy import Person
from storage import Base, Database, vault_of
from tests.profiles.clubs import NOW, Club
from tests.profiles.strangers import crowd, slipped, stranger

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("splink") is None, reason="scored matches need the extra `identity`"
)

TWICE = 40
WAITING, MERGED, REFUSED = MatchState.WAITING, MatchState.MERGED, MatchState.REFUSED


@pytest.fixture(scope="module")
def model() -> Model:
    """A model of three hundred people, some of whom signed up twice."""
    people = [
        signals_of(Profile(id=user, aliases=(f"user:{user}",), traits=traits))
        for user, traits in crowd(300, TWICE, nicknames=0.3)
    ]
    return learn(people)


@pytest.fixture
def club_of_each(database: Database, model: Model) -> Club:
    """A club that knows how people are alike, on each kind of database."""
    return Club(database, model)


@pytest.fixture
def small_database(sqlite_url: str) -> Iterator[Database]:
    """A database of the kind that is quickly made."""
    database = Database(sqlite_url)
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def club(small_database: Database, model: Model) -> Club:
    """A club that knows how people are alike, and merges a little earlier."""
    return Club(small_database, model, automatic=0.8)


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory, model: Model) -> Path:
    """A database in which `ann` and `otto`, who are alike in all but their first names, wait for somebody."""
    path = tmp_path_factory.mktemp("household") / "people.db"
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    club, (first, _) = Club(database, model, automatic=0.8), one_twice()
    club.tell(*crowd(20, 0, seed=3), ("ann", first), ("otto", other(first)))
    assert club.run() == (22, 0, 1)
    database.close()
    return path


@pytest.fixture
def waits(household: Path, tmp_path: Path) -> Iterator[tuple[Club, Match]]:
    """The same, in a copy of its own: the club, and the pair."""
    shutil.copy(household, tmp_path / "people.db")
    database = Database(f"sqlite:///{tmp_path / 'people.db'}")
    club = Club(database, None, automatic=0.8)
    club.serial = 100
    (found,), _ = club.matches.find(WAITING)
    yield club, found
    database.close()


def other(traits: dict[str, Any]) -> dict[str, Any]:
    """Somebody of the same household."""
    return {**traits, "first_name": "Vera" if traits["first_name"] == "Otto" else "Otto", "email": "other@example.org"}


def one_twice(seed: int = 1) -> tuple[dict[str, Any], dict[str, Any]]:
    """Somebody, and the same person with a slip."""
    dice = Random(seed)
    traits = stranger(dice)
    return traits, slipped(traits, dice)


def test_who_signed_up_twice_is_found_and_merged_and_nobody_else(club_of_each: Club) -> None:
    club = club_of_each
    club.tell(*crowd(60, 20, seed=9))
    assert club.run() == (80, 20, 0)
    assert {club.id_of(f"again-{n}") == club.id_of(f"user-{n}") for n in range(20)} == {True}
    assert len({club.id_of(f"user-{n}") for n in range(60)}) == 60
    told, more = club.matches.find(MERGED)
    assert len(told) == 20 and more is None and {one.decided_by for one in told} == {"matching"}
    assert all(one.probability >= 0.99 and len(one.people) == 1 for one in told)
    assert {like.what for like in told[0].because} >= {"given", "family", "born", "street"}


def test_only_who_is_new_or_has_changed_is_compared(club: Club) -> None:
    first, again = one_twice()
    others = list(crowd(30, 0, seed=3))
    club.tell(*others, ("ann", first))
    assert club.run() == (31, 0, 0)
    assert club.run() == (0, 0, 0)
    club.tell(("ann-2", again))
    assert club.run() == (1, 1, 0)
    club.tell((others[0][0], {"shoe": 41}))
    assert club.run()[1:] == (0, 0)


def test_who_did_not_agree_is_never_looked_at(club: Club) -> None:
    first, again = one_twice()
    club.tell(*crowd(20, 0, seed=3))
    club.tell(("ann", first))
    club.tell(("ann-2", again), agree=None)
    club.tell(("ann-3", again), agree=False)
    assert club.run() == (21, 0, 0)
    club.tell(("ann-2", {}))
    assert club.run() == (1, 1, 0)
    assert club.id_of("ann") == club.id_of("ann-2") != club.id_of("ann-3")


def test_a_household_is_shown_to_somebody_and_their_no_is_kept(waits: tuple[Club, Match]) -> None:
    club, found = waits
    first, _ = one_twice()
    assert found.note == "first names differ" and set(found.people) == {club.id_of("ann"), club.id_of("otto")}
    refused = club.matches.refuse(found.id, author="pat", reason="twins", now=NOW)
    assert (refused.state, refused.decided_by, refused.reason) == (REFUSED, "pat", "twins")
    club.tell(("otto", {"first_name": first["first_name"], "email": first["email"]}))
    assert club.run(everybody=True) == (22, 0, 0), "however alike they become"
    assert club.joined == [] and club.matches.find(WAITING) == ([], None)
    with pytest.raises(AlreadySettled):
        club.matches.refuse(found.id, author="pat", reason="again", now=NOW)


def test_a_yes_merges_and_is_in_the_audit_log(waits: tuple[Club, Match]) -> None:
    club, found = waits
    accepted = club.matches.accept(found.id, author="pat", reason="she called", now=NOW)
    assert accepted.state is MatchState.ACCEPTED and accepted.people == (club.id_of("ann"),)
    assert club.id_of("ann") == club.id_of("otto")
    with pytest.raises(AlreadySettled):
        club.matches.accept(found.id, author="pat", reason="again", now=NOW)
    with club.world.database.read() as connection:
        acts = connection.execute(select(Base.metadata.tables["audit_log"])).mappings().all()
    assert [(act["action"], act["what"]) for act in acts] == [("match.accept", f"matches/{found.id}")]


def test_what_was_decided_and_not_done_is_done_by_the_next_run(waits: tuple[Club, Match]) -> None:
    club, found = waits
    join, club.matches._join = club.matches._join, _broken
    with pytest.raises(OSError, match="gone"):
        club.matches.accept(found.id, author="pat", reason="she called", now=NOW)
    club.matches._join = join
    assert club.id_of("ann") != club.id_of("otto")
    club.run()
    assert club.id_of("ann") == club.id_of("otto")


def _broken(profile_id: str, other: str, *, author: str, reason: str, now: float) -> None:
    raise OSError("the database is gone")


def test_consent_that_is_taken_back_takes_the_pair_along(waits: tuple[Club, Match]) -> None:
    club, found = waits
    club.tell(("otto", {}), agree=False)
    assert club.matches.find(WAITING) == ([], None)
    with pytest.raises(WithoutConsent):
        club.matches.accept(found.id, author="pat", reason="one", now=NOW)
    with pytest.raises(UnknownMatch):
        club.matches.get(found.id)
    club.run(everybody=True)
    with club.world.database.read() as connection:
        assert waiting(connection) == 0, "nor is it kept"


def test_who_is_one_by_now_waits_no_more(waits: tuple[Club, Match]) -> None:
    club, found = waits
    club._take([club._call("alias", userId="ann", previousId="otto")])
    assert club.matches.find(WAITING) == ([], None)
    with pytest.raises(AlreadySettled):
        club.matches.refuse(found.id, author="pat", reason="two", now=NOW)


def test_pages_go_on_where_the_last_one_ended(club: Club) -> None:
    people = list(crowd(12, 0, seed=4))
    twins = [
        (f"twin-{user}", {**traits, "first_name": "Xaver", "email": f"{user}@example.com"}) for user, traits in people
    ]
    club.tell(*people, *twins)
    assert club.run() == (24, 0, 12)
    seen, before = [], None
    while True:
        some, before = club.matches.find(WAITING, before=before, limit=5)
        seen += [one.id for one in some]
        if before is None:
            break
    assert seen == sorted(seen, reverse=True) and len(seen) == 12


def test_nobody_is_named_in_the_tables_and_the_forgotten_are_gone(waits: tuple[Club, Match]) -> None:
    club, _ = waits
    first, _ = one_twice()
    with club.world.database.read() as connection:
        told = repr([*connection.execute(select(pairs)), *connection.execute(select(compared))])
        mark = vault_of(connection).mark("user:otto")
    words = ("otto", "Otto", "example.org", first["last_name"], first["birthday"])
    assert not [word for word in words if word in told]
    person = Person(club.id_of("otto"), ("user:otto",), (mark,))
    with club.world.database.write() as connection:
        handed_out = [*STORES["matches"].rows(connection, person)]
        assert [(one["state"], one["note"]) for one in handed_out] == [("waiting", "first names differ")]
        assert [STORES[name].erase(connection, person) for name in ("matches", "compared")] == [1, 1]
        assert [STORES[name].count(connection, person) for name in ("matches", "compared")] == [0, 0]
        assert connection.scalar(select(func.count()).select_from(compared)) == 21


def test_a_score_alone_changes_nothing(club: Club) -> None:
    club.tell(*crowd(30, 10, seed=9))
    assert len(club.matches.score()) == 10
    assert club.joined == [] and club.matches.find(MERGED) == ([], None)


def test_nothing_is_scored_before_something_was_learned(small_database: Database) -> None:
    club = Club(small_database, None)
    with pytest.raises(NoModel):
        club.run()
    with pytest.raises(CannotLearn, match="0 people"):
        club.matches.train(NOW)


def test_a_model_is_learned_of_those_who_agreed(small_database: Database) -> None:
    club = Club(small_database, None)
    club.tell(*crowd(220, 30))
    club.tell(("nobody", stranger(Random(0))), agree=False)
    assert club.matches.train(NOW) == 250
    assert club.run() == (250, 30, 0)


def test_who_agrees_to_nothing_is_compared_with_nobody(small_database: Database, model: Model) -> None:
    club = Club(small_database, model)
    club.tell(*crowd(10, 5))
    matches = Matches(small_database, club._join, Thresholds(), lambda _: False)
    assert matches.run(NOW).people == 0
