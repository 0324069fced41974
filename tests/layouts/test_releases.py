"""Publishing flips one pointer; going back serves what was served before; nothing that happened is forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError

from layouts import Difference, NothingToRollBack, Release, Releases, Step, UnknownRelease, diff
from storage import Database

ONE = {("modules", "a"): "1" * 64, ("layouts", "home"): "2" * 64}
TWO = {("modules", "a"): "3" * 64, ("modules", "b"): "4" * 64}


@pytest.fixture
def releases(database: Database) -> Releases:
    return Releases(database)


def publish(releases: Releases, name: str, manifest: dict[tuple[str, str], str] | None = None) -> Release:
    return releases.publish(manifest or {("modules", name): "0" * 64}, name=name, author="ann", now=1.0)


def back(releases: Releases, to: str | None = None) -> str:
    return releases.roll_back(to=to, author="ben", now=2.0).name


def served(releases: Releases) -> str | None:
    found = releases.published()
    return found.name if found else None


def test_nothing_is_served_before_the_first_release(releases: Releases) -> None:
    assert releases.published() is None
    assert releases.history() == []


def test_publishing_serves_exactly_the_manifest(releases: Releases) -> None:
    made = publish(releases, "first", ONE)
    assert releases.published() == made
    assert releases.manifest(made.id) == ONE
    publish(releases, "second", TWO)
    assert served(releases) == "second"
    assert releases.manifest(made.id) == ONE, "an older release is still what it was"


def test_an_empty_release_can_be_made(releases: Releases) -> None:
    made = releases.publish({}, name="empty", author="ann", now=1.0)
    assert releases.manifest(made.id) == {}


def test_equal_sets_have_equal_digests_and_releases_ids_of_their_own(releases: Releases) -> None:
    one, again = publish(releases, "one", ONE), publish(releases, "again", dict(reversed(ONE.items())))
    assert one.digest == again.digest != publish(releases, "two", TWO).digest
    assert one.id != again.id


def test_rolling_back_walks_back_through_what_was_served(releases: Releases) -> None:
    for name in ("one", "two", "three"):
        publish(releases, name)
    assert [back(releases), back(releases)] == ["two", "one"]
    with pytest.raises(NothingToRollBack):
        back(releases)
    assert served(releases) == "one"


def test_what_was_rolled_back_over_does_not_come_again(releases: Releases) -> None:
    for name in ("one", "two", "bad"):
        publish(releases, name)
    back(releases)
    publish(releases, "mended")
    assert back(releases) == "two"


def test_going_to_a_named_release_works_forward_and_back(releases: Releases) -> None:
    one, two, three = (publish(releases, name) for name in ("one", "two", "three"))
    assert back(releases, one.id) == "one"
    assert back(releases, three.id) == "three"
    assert back(releases) == "one", "before the present one, `one` was served"
    assert two in releases.history()


def test_an_unknown_release_changes_nothing(releases: Releases) -> None:
    made = publish(releases, "one")
    with pytest.raises(UnknownRelease, match="did you mean"):
        back(releases, made.id[:-1])
    with pytest.raises(UnknownRelease):
        releases.manifest("nonsense")
    assert served(releases) == "one"
    assert len(releases.publications()) == 1


def test_with_one_release_there_is_nothing_to_go_back_to(releases: Releases) -> None:
    with pytest.raises(NothingToRollBack):
        back(releases)
    publish(releases, "one")
    with pytest.raises(NothingToRollBack):
        back(releases)


def test_every_move_is_recorded(releases: Releases) -> None:
    one, two = publish(releases, "one"), publish(releases, "two")
    back(releases)
    moves = [(p.action, p.release, p.by, p.at) for p in releases.publications()]
    assert moves == [
        (Step.ROLLBACK, one.id, "ben", 2.0),
        (Step.PUBLISH, two.id, "ann", 1.0),
        (Step.PUBLISH, one.id, "ann", 1.0),
    ]


def test_a_release_is_served_whole_or_not_at_all(database: Database, releases: Releases) -> None:
    """A failure in the middle of publishing leaves the release before, and no trace of the new one."""
    publish(releases, "one")
    broken = {("modules", "a"): "1" * 64, ("modules", None): "2" * 64}
    with pytest.raises(IntegrityError):
        releases.publish(broken, name="broken", author="ann", now=2.0)  # type: ignore[arg-type]
    assert served(releases) == "one"
    assert [r.name for r in releases.history()] == ["one"]


def test_a_difference_names_what_was_added_removed_and_changed() -> None:
    assert diff(ONE, TWO) == Difference((("modules", "b"),), (("layouts", "home"),), (("modules", "a"),))
    assert not diff(ONE, dict(ONE))
    assert diff({}, ONE).added == (("layouts", "home"), ("modules", "a"))


def test_releases_made_at_once_are_all_made_and_one_is_served(releases: Releases) -> None:
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda number: publish(releases, f"r{number}"), range(12)))
    assert len({release.id for release in made}) == 12
    assert releases.publications()[0].release == (releases.published() or made[0]).id
