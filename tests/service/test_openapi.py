"""The OpenAPI document and its page, without anything from outside."""

from __future__ import annotations

import pytest

from tests.service.conftest import Shop


def test_the_document_is_openapi_3_1_and_names_every_api(shop: Shop) -> None:
    document = shop.client.get("/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    wanted = {"/v1/assemble", "/v1/pages/{layout}", "/v1/render/email", "/v1/chat/slack", "/v1/track", "/v1/batch"}
    assert wanted <= set(document["paths"])
    assert any(path.startswith("/v1/manage") for path in document["paths"])


def test_every_reference_of_the_document_leads_somewhere(shop: Shop) -> None:
    document = shop.client.get("/openapi.json").get_json()

    def references(value: object) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*[references(inner) for inner in value.values()])
        return set().union(*[references(inner) for inner in value]) if isinstance(value, list) else set()

    for reference in references(document):
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def test_the_page_to_try_it_loads_nothing_from_elsewhere(shop: Shop) -> None:
    page = shop.client.get("/docs/").text
    assert "http://" not in page and "https://" not in page
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js"):
        with shop.client.get(f"/docs/{name}") as answer:
            assert answer.status_code == 200


def test_an_unknown_path_and_a_wrong_method_are_problems(shop: Shop) -> None:
    for answer, status in ((shop.client.get("/v1/nothing"), 404), (shop.client.get("/v1/assemble"), 405)):
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "field", "remedy"),
    [
        ("/v1/manage/modules?limt=2", "limt", "did you mean 'limit'?"),
        ("/v1/manage/keys?x=1", "x", "leave it out; nothing is taken here"),
        ("/v1/pages/home?anonymous_id=a&lokale=de", "lokale", "did you mean 'locale'?"),
    ],
)
def test_an_argument_that_no_route_documents_is_refused_by_name(shop: Shop, path: str, field: str, remedy: str) -> None:
    answer = shop.get(path)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert [(error["field"], error["remedy"]) for error in answer.get_json()["errors"]] == [(field, remedy)]
    assert shop.client.get(path).status_code == 401, "who may not come in is not told what is known inside"


def test_an_unknown_field_of_a_body_is_refused_by_name_wherever_it_stands(shop: Shop) -> None:
    body = {"nam": "x", "changes": [{"kind": "modules", "key": "wine", "acton": "publish"}]}
    answer = shop.post("/v1/manage/releases", body)
    told = {error["field"]: error["remedy"] for error in answer.get_json()["errors"]}
    assert answer.status_code == 422
    assert told["/nam"] == "did you mean 'name'?"
    assert told["/changes/0/acton"] == "did you mean 'action'?"


def test_the_document_says_of_each_route_who_may_come_in(shop: Shop) -> None:
    document = shop.client.get("/openapi.json").get_json()
    assert document["paths"]["/v1/manage/session"]["post"]["security"] == []
    assert document["paths"]["/v1/manage/keys"]["get"]["security"] == [{"key": []}, {"session": []}]
    refusal = document["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert list(refusal) == ["application/problem+json"]


def test_a_page_of_another_moment_needs_the_scope_for_it(shop: Shop) -> None:
    path = "/v1/pages/home?anonymous_id=a&at=2026-03-01T09:00:00Z"
    assert shop.get(path).status_code == 200
    assert shop.get(path, key="browser").get_json()["errors"][0]["field"] == "at"


def test_the_document_tells_how_content_is_read(shop: Shop) -> None:
    """Parts and depth with their ranges, what comes along, and what is not sent again."""
    document = shop.client.get("/openapi.json").get_json()
    schemas = document["components"]["schemas"]
    for path in ("/v1/manage/{kind}", "/v1/manage/{kind}/{key}", "/v1/manage/search"):
        told = document["paths"][path]["get"]
        arguments = {one["name"]: one for one in told["parameters"]}
        assert (arguments["fields"]["explode"], arguments["fields"]["schema"]["maxItems"]) == (False, 100)
        limits = {name: arguments["include"]["schema"][name] for name in ("type", "minimum", "maximum")}
        assert limits == {"type": "integer", "minimum": 0, "maximum": 10}
        assert arguments["If-None-Match"]["in"] == "header" and "304" in told["responses"]
    for name in ("List", "Found", "ReadPiece"):
        included = schemas[name]["properties"]["included"]
        assert included["additionalProperties"] == {"$ref": "#/components/schemas/Included"}
    for path, method in (("webhooks/{webhook}", "patch"), ("roles/{name}", "put"), ("releases/{release}", "patch")):
        told = document["paths"][f"/v1/manage/{path}"][method]["parameters"]
        assert "If-Match" in {one.get("name") for one in told}
