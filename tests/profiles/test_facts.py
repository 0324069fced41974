"""Facts: what consent allows to be read, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from profiles import STRANGER, Profile, allowed_history, facts_of, fold_all
from rules import Vocabulary
from tests.profiles.calls import NOW, added, call, ordered, viewed
from tests.profiles.world import VOCABULARY


def ann(**consent: bool) -> Profile:
    """Somebody of whom everything is known, with these consents."""
    told = {"first_name": "Ann", "age_band": "35-44", "size": 3, "secret": "x", "address": {"city": "Bonn", "zip": "5"}}
    events = [call("identify", traits=told), viewed("1"), ordered("2", at=NOW + 1), added("3", NOW + 2)]
    events += [ordered("4", at=NOW - 1, category="medicine"), call("page", name="Home"), call(event="Odd One")]
    return replace(fold_all(Profile(id="ann"), events), consent=consent)


def test_with_consent_a_fact_is_there() -> None:
    facts = facts_of(ann(personalization=True, analytics=True), VOCABULARY, {"device": "mobile", "place": "Bonn"}, NOW)
    assert facts.values == {
        "profile": {
            "first_name": "Ann",
            "size": 3,
            "orders": 2,
            "bought": {"coffee": 1},
            "cart_count": 1,
            "address": {"city": "Bonn"},
        },
        "consent": {"personalization": True, "analytics": True},
        "context": {"device": "mobile", "place": "Bonn"},
    }
    assert set(facts.events) == {"Product Viewed", "Product Added", "Order Completed", "Page Viewed"}
    assert facts.now == NOW


def test_without_consent_only_the_necessary_is_there() -> None:
    facts = facts_of(ann(), VOCABULARY, {"device": "mobile", "place": "Bonn"}, NOW)
    assert facts.values == {"profile": {"size": 3}, "consent": {}, "context": {"device": "mobile"}}
    assert facts.events == {}


def test_a_refusal_is_not_a_consent_and_can_be_read() -> None:
    facts = facts_of(ann(personalization=False), VOCABULARY, {}, NOW)
    assert facts.values["profile"] == {"size": 3}
    assert facts.values["consent"] == {"personalization": False}


def test_each_purpose_opens_its_own() -> None:
    assert facts_of(ann(marketing=True), VOCABULARY, {}, NOW).values["profile"] == {"size": 3, "age_band": "35-44"}
    assert set(facts_of(ann(analytics=True), VOCABULARY, {}, NOW).events) == {"Page Viewed"}


def test_a_path_of_its_own_purpose_is_not_opened_by_the_wildcard_above_it() -> None:
    both = facts_of(ann(personalization=True, health=True), VOCABULARY, {}, NOW).values["profile"]
    assert isinstance(both, dict)
    assert both["bought"] == {"coffee": 1, "medicine": 1}
    only = facts_of(ann(health=True), VOCABULARY, {}, NOW).values["profile"]
    assert only == {"size": 3, "bought": {"medicine": 1}}


def test_a_trait_cannot_pass_for_a_counted_fact() -> None:
    liar = fold_all(Profile(id="eve"), [call("identify", traits={"orders": 99, "cart_count": 7})])
    told = facts_of(liar, VOCABULARY, {}, NOW).values["profile"]
    assert told == {"orders": 0, "bought": {}, "cart_count": 0}


def test_of_a_stranger_nothing_is_known() -> None:
    assert facts_of(STRANGER, VOCABULARY, {"device": "tv"}, NOW).values == {
        "profile": {},
        "consent": {},
        "context": {"device": "tv"},
    }


def test_history_needs_the_consent_that_its_events_need() -> None:
    assert allowed_history(ann(personalization=True), VOCABULARY) == [("3", 3.0), ("2", 5.0), ("1", 1.0), ("4", 5.0)]
    assert allowed_history(ann(analytics=True), VOCABULARY) == []
    views = replace(VOCABULARY, events={**VOCABULARY.events, "Order Completed": "marketing"})
    assert allowed_history(ann(personalization=True), views) == [("3", 3.0), ("1", 1.0)]


def test_another_vocabulary_is_another_reading() -> None:
    assert facts_of(ann(personalization=True), Vocabulary(), {"device": "tv"}, NOW).values == {
        "profile": {},
        "consent": {"personalization": True},
        "context": {},
    }
