"""The queue of scored matches over HTTP: who waits, by what, and what somebody says."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from profiles.matching.rows import split_since
from service.cli import cli
from tests.service.conftest import Shop
from tests.service.matched import FIRST, SECOND, meet
from tests.service.people import Caller, holder

HERE = "/v1/manage/people"


@pytest.fixture
def admin(shop: Shop) -> Caller:
    """Who may see people."""
    return holder(shop.app, shop.secrets["all"])


def id_of(admin: Caller, user: str) -> str:
    """The profile of a user."""
    return str(admin("POST", f"{HERE}/find", {"user_id": user}).get_json()["profile_id"])


def test_a_pair_is_told_with_its_reasons_and_without_what_they_are(shop: Shop, admin: Caller) -> None:
    number = meet(shop)
    listed = admin("GET", f"{HERE}/matches").get_json()
    assert listed["next"] is None and [one["id"] for one in listed["items"]] == [number]
    told = admin("GET", f"{HERE}/matches/{number}").get_json()
    assert told == listed["items"][0]
    assert set(told["people"]) == {id_of(admin, FIRST), id_of(admin, SECOND)}
    assert (told["state"], told["note"], told["probability"]) == ("waiting", "likely", 0.9)
    assert told["because"] == [{"what": "family", "how": "the same", "bits": 11.5}]
    assert "Berg" not in str(listed) and FIRST not in str(listed)


def test_a_yes_merges(shop: Shop, admin: Caller) -> None:
    number = meet(shop)
    told = admin("POST", f"{HERE}/matches/{number}/accept", {"reason": "she called"}).get_json()
    assert (told["state"], told["decided_by"], told["reason"]) == ("accepted", "all", "she called")
    assert told["people"] == [id_of(admin, FIRST)] == [id_of(admin, SECOND)]
    again = admin("POST", f"{HERE}/matches/{number}/refuse", {"reason": "two"})
    assert (again.status_code, again.get_json()["title"]) == (409, "Already settled")


def test_what_a_yes_merged_can_be_split_again_and_that_is_a_no(shop: Shop, admin: Caller) -> None:
    number = meet(shop)
    admin("POST", f"{HERE}/matches/{number}/accept", {"reason": "she called"})
    one = id_of(admin, FIRST)
    (link,) = admin("GET", f"{HERE}/{one}/links").get_json()["items"]
    assert (link["kind"], link["author"], link["reason"]) == (
        "hand",
        "all",
        f"scored match {number}, probability 0.9000",
    )
    split = admin("POST", f"{HERE}/{one}/split", {"links": [link["id"]], "reason": "twins"})
    assert split.status_code == 200, split.get_json()
    assert id_of(admin, FIRST) != id_of(admin, SECOND)
    with shop.house.database.read() as connection:
        assert list(split_since(connection)) == [number], "the next run takes it as a no"


def test_a_no_is_kept(shop: Shop, admin: Caller) -> None:
    number = meet(shop)
    told = admin("POST", f"{HERE}/matches/{number}/refuse", {"reason": "twins"}).get_json()
    assert (told["state"], len(told["people"])) == ("refused", 2)
    assert admin("GET", f"{HERE}/matches").get_json()["items"] == []
    assert [one["id"] for one in admin("GET", f"{HERE}/matches?state=refused").get_json()["items"]] == [number]
    again = admin("POST", f"{HERE}/matches/{number}/refuse", {"reason": "twins"})
    assert (again.status_code, again.get_json()["title"]) == (409, "Already settled")


def test_who_does_not_agree_is_in_no_list(shop: Shop, admin: Caller) -> None:
    number = meet(shop, agree=False)
    assert admin("GET", f"{HERE}/matches").get_json()["items"] == []
    assert admin("GET", f"{HERE}/matches/{number}").status_code == 404
    refused = admin("POST", f"{HERE}/matches/{number}/accept", {"reason": "one"})
    assert (refused.status_code, refused.get_json()["title"]) == (403, "Without consent")
    assert id_of(admin, FIRST) != id_of(admin, SECOND)


def test_a_reason_is_asked_for_and_a_pair_that_is_not_there_is_not_found(shop: Shop, admin: Caller) -> None:
    number = meet(shop)
    asked = admin("POST", f"{HERE}/matches/{number}/accept", {})
    assert asked.status_code == 422 and asked.get_json()["errors"][0]["field"] == "/reason"
    missing = admin("POST", f"{HERE}/matches/999/refuse", {"reason": "who"})
    assert (missing.status_code, missing.get_json()["title"]) == (404, "Unknown match")
    assert admin("GET", f"{HERE}/matches?state=lost").status_code == 422


def test_the_command_says_what_is_missing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTARSIA_DATA_DIR", str(shop.house.settings.data_dir))
    run = CliRunner().invoke(cli, ["match", "run"])
    assert (run.exit_code, run.output) == (1, "Error: there is no model yet; learn one with `intarsia match train`\n")
    train = CliRunner().invoke(cli, ["match", "train"])
    assert train.exit_code == 1 and "0 people are too few to learn from: it takes 200" in train.output
