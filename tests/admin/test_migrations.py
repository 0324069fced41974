"""Editors change a type whose modules live on: told before, refused where something would be lost, undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modules import ContentStore, Migrations
from storage import Database

from .conftest import Editor
from .test_seeing import as_role  # noqa: F401 -- a fixture

FIELDS: dict[str, Any] = {
    "heading": {"kind": "text", "role": "heading", "required": True},
    "price": {"kind": "text"},
    "tone": {"kind": "choice", "choices": ["light", "dark"]},
}
OFFER = {"title": "Offer", "fields": FIELDS}
NUMBERED = {"title": "Offer", "fields": {**FIELDS, "price": {"kind": "number"}}}
BODIES = [{"heading": f"No {n}", "price": price} for n, price in enumerate(("1", "2.5", "free"))]


@pytest.fixture
def shop(editor: Editor) -> Editor:
    """An editor with a type and three modules of it."""
    assert editor("PUT", "/types/offer", OFFER).status_code == 201
    for number, values in enumerate(BODIES):
        body = {"type": "offer", "locales": {"en": values}}
        assert editor("PUT", f"/modules/m{number}", body).status_code == 201
    return editor


@pytest.fixture
def worker(database: Database) -> Callable[[], None]:
    """Does what the worker process would."""
    migrations = Migrations(ContentStore(database), database)

    def work() -> None:
        while migrations.work(9.0):
            pass

    return work


def errors(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {one["pointer"]: f"{one['message']} / {one['remedy']}" for one in answer.json["errors"]}


def changed(**fields: Any) -> dict[str, Any]:
    return {"title": "Offer", "fields": {**FIELDS, **fields}}


@pytest.mark.parametrize(
    "fields",
    [
        {"note": {"kind": "text"}},
        {"note": {"kind": "text", "required": True, "default": "…"}},
        {"heading": {**FIELDS["heading"], "max": 4}},
        {"tone": {"kind": "choice", "choices": ["dark", "light", "dim"]}},
        {"tone": {"kind": "choice", "choices": ["light"]}},
        {"price": {"kind": "text", "title": "Price", "help": "With the currency", "required": True}},
    ],
)
def test_what_every_module_can_take_is_simply_saved(shop: Editor, fields: dict[str, Any]) -> None:
    assert shop("PUT", "/types/offer", changed(**fields)).status_code == 200
    assert shop("POST", "/validate").json["ok"]


@pytest.mark.parametrize(
    ("fields", "pointer", "words"),
    [
        ({"price": {"kind": "number"}}, "/fields/price", "3 value(s) of 'price' would be lost"),
        (
            {"heading": {**FIELDS["heading"], "max": 3}},
            "/fields",
            "3 module(s) would no longer pass: m0/locales/en/head",
        ),
        ({"note": {"kind": "text", "required": True}}, "/fields", "3 module(s) would no longer pass"),
        ({"price": {"kind": "richtext"}}, "/fields", "3 module(s) would have to change with it"),
    ],
)
def test_what_they_cannot_is_refused_with_how_many_which_and_the_way_out(
    shop: Editor, fields: dict[str, Any], pointer: str, words: str
) -> None:
    if "price" in fields and fields["price"]["kind"] == "number":
        shop("PUT", "/modules/m0", {"type": "offer", "locales": {"en": {"heading": "No 0", "price": "one"}}})
        shop("PUT", "/modules/m1", {"type": "offer", "locales": {"en": {"heading": "No 1", "price": "two"}}})
    before = shop("GET", "/types/offer").headers["ETag"]
    told = errors(shop("PUT", "/types/offer", changed(**fields)))
    assert words in told[pointer]
    assert "POST /v1/manage/types/offer/migrations" in told[pointer]
    assert shop("GET", "/types/offer").headers["ETag"] == before


def test_a_dry_run_tells_all_and_changes_nothing(shop: Editor) -> None:
    asked = {"type": NUMBERED, "dry_run": True}
    told = shop("POST", "/types/offer/migrations", asked)
    assert (told.status_code, told.json["ok"]) == (200, False)
    (finding,) = told.json["findings"]
    assert (finding["pointer"], "m2" in finding["message"]) == ("/mapping/price", True)
    mapping = {"price": {"convert": "number", "values": {"free": 0}}}
    told = shop("POST", "/types/offer/migrations", {**asked, "mapping": mapping}).json
    assert (told["ok"], told["findings"]) == (True, [])
    assert told["modules"] == {"total": 3, "changed": 3, "unchanged": 0, "invalid": 0}
    (price,) = [one for one in told["fields"] if one["field"] == "price"]
    assert price == {
        "field": "price",
        "how": "converted",
        "changes": {"kind": {"from": "text", "to": "number"}},
        "outcomes": {"converted": 2, "mapped": 1},
    }
    assert told["examples"][2] == {
        "module": "m2",
        "pointer": "/locales/en/price",
        "field": "price",
        "outcome": "mapped",
        "before": "free",
        "after": 0,
    }
    assert shop("GET", "/types/offer").json == OFFER
    assert shop("GET", "/types/offer/migrations").json == {"items": []}


def test_a_migration_runs_is_looked_at_and_undone(shop: Editor, worker: Callable[[], None]) -> None:
    mapping = {"price": {"rename": "cost", "convert": "number", "values": {"free": 0}}, "tone": {"drop": True}}
    fields = {"heading": FIELDS["heading"], "cost": {"kind": "number"}}
    body = {"type": {"title": "Offer", "fields": fields}, "mapping": mapping}
    begun = shop("POST", "/types/offer/migrations", body)
    assert (begun.status_code, begun.json["state"], begun.json["type"], begun.json["author"]) == (
        202, "running", "offer", "ann"
    )  # fmt: skip
    here = f"/types/offer/migrations/{begun.json['id']}"
    assert shop("PUT", "/types/offer", changed(note={"kind": "text"})).status_code == 409
    assert shop("POST", "/types/offer/migrations", body).status_code == 409
    assert shop("POST", f"{here}/revert").status_code == 422, "it is not done yet"
    worker()
    done = shop("GET", here).json
    assert (done["state"], done["done"], done["total"], done["mapping"]) == ("done", 3, 3, mapping)
    assert shop("GET", "/modules/m2").json["locales"]["en"] == {"heading": "No 2", "cost": 0}
    assert shop("GET", "/modules/m2/history").json["items"][0]["made_by"] == "migrate"
    assert shop("POST", "/validate").json["ok"]
    undone = shop("POST", f"{here}/revert", {"edited": "keep"})
    assert (undone.status_code, undone.json["reverts"]) == (202, begun.json["id"])
    worker()
    assert shop("GET", "/modules/m2").json["locales"]["en"] == BODIES[2]
    assert shop("GET", "/types/offer").json == OFFER
    assert [one["state"] for one in shop("GET", "/types/offer/migrations").json["items"]] == ["done", "done"]


def test_what_is_wrong_with_a_migration_is_told_with_its_place(shop: Editor) -> None:
    def refused(**body: Any) -> dict[str, str]:
        return errors(shop("POST", "/types/offer/migrations", {"type": NUMBERED, **body}))

    assert "/type/fields/a/kind" in refused(type={"title": "x", "fields": {"a": {"kind": "txt"}}})
    assert "did you mean 'price'" in refused(mapping={"prise": {"drop": True}})["/mapping/prise"]
    assert "m2" in refused()["/mapping/price"]
    assert shop("POST", "/types/offre/migrations", {"type": NUMBERED}).status_code == 404
    assert shop("GET", "/types/offer/migrations/7").status_code == 404
    assert shop("POST", "/types/offer/migrations/7/revert").status_code == 404


def test_who_may_not_see_or_write_every_module_may_not_change_a_type(as_role: Callable[[str], Editor]) -> None:  # noqa: F811
    """Each value is in the examples, and each module is changed."""
    told = as_role("admin")("POST", "/types/offer/migrations", {"type": changed(), "dry_run": True})
    assert "zwei" in told.text
    dry = {"type": changed(), "dry_run": True}
    for role in ("no-cost", "german", "heading", "notes"):
        editor = as_role(role)
        assert editor("POST", "/types/offer/migrations", dry).status_code == 403
        assert editor("POST", "/types/offer/migrations/1/revert").status_code == 403
        reads_all = role in {"german", "heading"}
        assert editor("GET", "/types/offer/migrations").status_code == (200 if reads_all else 403)
        assert editor("GET", "/types/offer/migrations/1").status_code == (404 if reads_all else 403)
    hidden = as_role("no-cost")("PUT", "/types/offer", {"title": "Offer", "fields": {"margin": {"kind": "number"}}})
    assert "coffee" not in hidden.text and "Kaffee" not in hidden.text
