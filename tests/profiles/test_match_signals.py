"""What people are compared by, and what becomes of pairs: pure, and without any library."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from profiles import Profile
from profiles.matching.deciding import MOST_TOGETHER, Fate, Note, Thresholds, decide
from profiles.matching.scorer import Likeness, Scored
from profiles.matching.signals import Signals, signals_of


def signals(**traits: Any) -> Signals:
    """Somebody with these traits."""
    return signals_of(Profile(id="p", aliases=("user:1", "device:f00"), traits=traits))


def test_traits_of_every_sdk_are_the_same_signals() -> None:
    segment = signals(
        firstName="Zoë",
        lastName=" de  LUCIA ",
        email="Zoe@Example.org",
        phone="+43 660 123 45 67",
        birthday="1980-02-29T00:00:00Z",
        address={"street": "Lindenstraße 7b", "city": "Linz", "postalCode": "40 20", "state": "OÖ"},
    )
    own = signals(
        first_name="zoe",
        last_name="de Lucia",
        email="zoe@example.ORG",
        phone="0660/1234567",
        birth_date="19800229",
        address={"line1": "Lindenstraße", "number": "7b", "town": "linz", "zip": 4020, "region": "OO"},
    )
    assert segment == own
    assert (own.given, own.family, own.born, own.mailbox) == ("zoe", "de lucia", "19800229", "zoe")
    assert (own.street, own.number, own.postcode, own.devices) == ("lindenstrasse", "7b", "4020", ("device:f00",))


def test_a_whole_name_is_read_as_first_and_last() -> None:
    assert (signals(name="Anna Maria Berg").given, signals(name="Anna Maria Berg").family) == ("anna", "berg")
    assert (signals(name="Cher").given, signals(name="Cher").family) == (None, "cher")


@pytest.mark.parametrize(
    "traits",
    [
        {"first_name": 3.5, "last_name": ["x"], "birthday": {"year": 1980}, "address": "Linz", "phone": True},
        {"email": "\u0301", "address": {"latitude": 200, "longitude": True}, "name": " "},
        {"birthday": "29.2.1980", "phone": "12"},
    ],
)
def test_what_cannot_be_read_is_not_known(traits: dict[str, Any]) -> None:
    known = signals(**traits)
    assert known == Signals("p", devices=("device:f00",))
    assert not known.says_enough()


def test_who_has_a_name_alone_is_compared_with_nobody() -> None:
    bare = Profile(id="p", aliases=("user:1",), traits={"name": "Anna Berg"})
    assert not signals_of(bare).says_enough()
    assert signals(name="Anna Berg").says_enough(), "a device is something"


def test_the_digest_follows_what_is_compared_and_nothing_else() -> None:
    assert signals(name="Anna Berg", shoe=41).digest() == signals(name="Anna Berg", shoe=42).digest()
    assert signals(name="Anna Berg").digest() != signals(name="Anna Burg").digest()


def pair(left: str, right: str, probability: float, given: str = "the same") -> Scored:
    """Two people, scored."""
    return Scored(left, right, probability, 10.0, (Likeness("given", given, 5.0),))


def nobody(_: Iterable[str], __: Iterable[str]) -> bool:
    """Nobody was refused."""
    return False


def fates(
    *pairs: Scored,
    refused: set[frozenset[str]] | None = None,
    careful: bool = True,
    given: dict[str, str] | None = None,
) -> dict[str, tuple[Fate, Note]]:
    """Left and right -> what becomes of them."""
    names = {name for one in pairs for name in (one.left, one.right)}
    people = {name: Signals(name, given=(given or {}).get(name, "anna")) for name in names}

    def are_refused(some: Iterable[str], others: Iterable[str]) -> bool:
        return any(frozenset({one, other}) in (refused or set()) for one in some for other in set(others))

    decided = decide(pairs, people, Thresholds(0.99, 0.8, careful), are_refused)
    return {one.pair.left + one.pair.right: (one.fate, one.note) for one in decided}


def test_thresholds_decide() -> None:
    told = fates(pair("a", "b", 0.99), pair("c", "d", 0.9), pair("e", "f", 0.79))
    assert told == {"ab": (Fate.MERGE, Note.NONE), "cd": (Fate.REVIEW, Note.LIKELY)}


def test_people_of_one_household_are_shown_and_never_merged() -> None:
    two = {"a": "anna", "b": "otto", "c": "anna", "d": "otto"}
    household = pair("a", "b", 0.9999, "different")
    assert fates(household, given=two) == {"ab": (Fate.REVIEW, Note.FIRST_NAMES)}
    assert fates(household, given=two, careful=False) == {"ab": (Fate.MERGE, Note.NONE)}
    assert fates(pair("a", "b", 0.9999, "not known"), given=two)["ab"][0] is Fate.REVIEW


def test_a_slip_in_a_first_name_is_no_other_name() -> None:
    slip = {"a": "anna", "b": "annna", "c": "anna", "d": "anna"}
    assert fates(pair("a", "b", 0.9999, "alike (0.92)"), pair("c", "d", 0.99), given=slip)["ab"][0] is Fate.MERGE
    twins = {"a": "jon", "b": "jona", "c": "jon", "d": "jona"}
    told = fates(pair("a", "b", 0.9999, "alike (0.92)"), pair("c", "d", 0.9999, "alike (0.92)"), given=twins)
    assert {fate for fate, _ in told.values()} == {Fate.REVIEW}, "others have both names"


def test_refused_pairs_stay_two_however_they_hang_together() -> None:
    chain = [pair("a", "b", 0.999), pair("b", "c", 0.998)]
    assert fates(*chain, refused={frozenset("ab")}) == {"bc": (Fate.MERGE, Note.NONE)}
    told = fates(*chain, refused={frozenset("ac")})
    assert told == {"ab": (Fate.MERGE, Note.NONE), "bc": (Fate.REVIEW, Note.REFUSED)}


def test_a_crowd_does_not_become_one_unseen() -> None:
    chain = [pair(f"p{n:02}", f"p{n + 1:02}", 0.999) for n in range(MOST_TOGETHER + 5)]
    told = fates(*chain)
    assert [note for _, note in told.values()].count(Note.MANY) == 1
