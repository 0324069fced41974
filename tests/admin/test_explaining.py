"""Why a module is shown to somebody or not, and what would change that."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Editor

LOCALES = {"en": {"heading": "Hello"}}


@pytest.fixture
def shop(world: Editor) -> Editor:
    """A module for buyers of three things or more, one with a schedule and a barred tag, and a segment."""
    attributes = {"attributes": [{"path": "profile.orders", "type": "number", "title": "Orders"}]}
    many = {"title": "Many", "logic": {">=": [{"var": "profile.orders"}, 3]}}
    for path, body in (
        ("/attributes/shop", attributes),
        ("/rules/many", many),
        ("/segments/regulars", many),
        ("/policies/none", {"title": "Nobody", "tags": ["barred"], "logic": False}),
        ("/modules/thanks", {"type": "hero", "targeting": "many", "locales": LOCALES}),
        ("/modules/free", {"type": "hero", "targeting": "many", "unknown": "yes", "locales": LOCALES}),
        ("/modules/all", {"type": "hero", "locales": LOCALES}),
        (
            "/modules/late",
            {"type": "hero", "tags": ["barred"], "schedule": {"from": "2030-01-01T00:00"}, "locales": LOCALES},
        ),
    ):
        answer = world("PUT", path, body)
        assert answer.status_code in {200, 201}, answer.text
    assert world("POST", "/releases", {"name": "first", "publish": True}).status_code == 201
    return world


def explained(editor: Editor, who: str = "ann", **about: Any) -> Any:
    answer = editor("POST", "/explain", {"person": {"user_id": who}, **about})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_a_module_that_is_shut_out_is_told_with_the_least_that_would_let_it_in(shop: Editor) -> None:
    told = explained(shop, module="thanks")
    assert told["passes"] is False
    (account,) = told["accounts"]
    assert (account["gate"], account["name"], account["outcome"]) == ("targeting", "many", "no")
    assert account["text"] == "No: Orders is 2 (wanted: at least 3)"
    assert account["description"] == "Orders is at least 3"
    assert account["remedy"] == "It turns with Orders from 2 to 3 or more"
    assert account["flips"][0]["changes"] == [{"fact": "fact profile.orders", "text": "Orders from 2 to 3 or more"}]
    assert account["predicates"] == [
        {
            "pointer": "",
            "outcome": "no",
            "decided": True,
            "text": "Orders is 2 (wanted: at least 3)",
            "subject": "Orders",
            "wanted": "at least 3",
            "actual": 2,
            "absent": [],
        }
    ]


def test_what_is_not_known_is_named_with_the_consent_that_it_needs(shop: Editor) -> None:
    (account,) = explained(shop, "nobody", module="thanks")["accounts"]
    assert account["outcome"] == "unknown"
    assert account["predicates"][0]["absent"] == [
        {"path": "profile.orders", "title": "Orders", "purpose": "personalization"}
    ]


def test_where_unknown_passes_the_change_is_the_one_that_shuts_out(shop: Editor) -> None:
    told = explained(shop, "nobody", module="free")
    assert told["passes"] is True
    assert told["accounts"][0]["flips"][0]["outcome"] == "no"


def test_schedules_and_policies_are_told_too(shop: Editor) -> None:
    told = explained(shop, module="late")
    assert [(one["gate"], one["passes"], one["text"]) for one in told["accounts"]] == [
        ("schedule", False, "its time has not come yet"),
        ("policy", False, "the policy bars its tags from everybody"),
    ]
    assert explained(shop, module="all") == {"passes": True, "accounts": [], "findings": [], "context": []}


def test_segments_and_logic_that_is_being_written_are_explained_alike(shop: Editor) -> None:
    assert explained(shop, segment="regulars")["accounts"][0]["remedy"] == "It turns with Orders from 2 to 3 or more"
    told = explained(shop, logic={"and": [{">": [{"var": "profile.orders"}, 1]}, {"==": [{"var": "context.x"}, 1]}]})
    assert told["accounts"][0]["text"].startswith("Unknown: context.x is not known")
    assert [finding["pointer"] for finding in told["findings"]] == ["/and/1/==/0/var"]


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"module": "thank"}, 404, "did you mean 'thanks'?"),
        ({"segment": "regular"}, 404, "did you mean 'regulars'?"),
        ({}, 422, "name one of"),
        ({"module": "thanks", "logic": True}, 422, "name one of"),
        ({"logic": {"events": 1}}, 422, "events wants an object"),
    ],
)
def test_what_cannot_be_explained_is_refused(shop: Editor, body: Any, status: int, word: str) -> None:
    answer = shop("POST", "/explain", {"person": {"user_id": "ann"}, **body})
    assert answer.status_code == status
    assert word in answer.text
