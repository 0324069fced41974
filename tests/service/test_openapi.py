"""The OpenAPI document and its page, without anything from outside."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from accounts import RoleBook, parse_grants
from tests.service.conftest import Shop
from tests.service.people import holder, join, signed_in
from tests.service.shop import CARD, shop_contents


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
    refusal = document["components"]["responses"]["UNPROCESSABLE_ENTITY"]["content"]
    assert list(refusal) == ["application/problem+json"]


def test_a_page_of_another_moment_needs_the_scope_for_it(shop: Shop) -> None:
    path = "/v1/pages/home?anonymous_id=a&at=2026-03-01T09:00:00Z"
    assert shop.get(path).status_code == 200
    assert shop.get(path, key="browser").get_json()["errors"][0]["field"] == "at"


def test_the_document_tells_how_content_is_read(shop: Shop) -> None:
    """Parts and depth with their ranges, what comes along, and what is not sent again."""
    document = shop.client.get("/openapi.json").get_json()
    schemas = document["components"]["schemas"]
    for path in ("/v1/manage/{kind}", "/v1/manage/modules/{key}", "/v1/manage/search"):
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


def test_a_module_is_one_of_the_types_that_there_are_now(shop: Shop) -> None:
    public = shop.client.get("/openapi.json").get_json()["components"]["schemas"]
    assert "Module_card" not in public and "discriminator" not in public["Module"]
    first = shop.get("/v1/manage/openapi.json")
    module = first.get_json()["components"]["schemas"]["Module"]
    assert module["discriminator"]["mapping"] == {
        "card": "#/components/schemas/Module_card",
        "fragile": "#/components/schemas/Module_fragile",
    }
    admin = holder(shop.app, shop.secrets["all"])
    assert admin("GET", "/v1/manage/openapi.json", If_None_Match=first.headers["ETag"]).status_code == 304
    assert admin("PUT", "/v1/manage/types/quote", CARD).status_code == 201
    second = admin("GET", "/v1/manage/openapi.json", If_None_Match=first.headers["ETag"])
    assert second.status_code == 200 and second.headers["ETag"] != first.headers["ETag"]
    assert "Module_quote" in second.get_json()["components"]["schemas"]


def test_the_shape_of_a_module_in_the_document_is_that_of_its_type(shop: Shop) -> None:
    document = shop.get("/v1/manage/openapi.json").get_json()
    shape = shop.get("/v1/manage/types/card/schema").get_json()
    assert document["components"]["schemas"]["Module_card"] | {"$schema": shape["$schema"]} == shape
    body = document["paths"]["/v1/manage/modules/{key}"]["put"]["requestBody"]["content"]
    assert body == {"application/json": {"schema": {"$ref": "#/components/schemas/Module"}}}


def test_whoever_sees_only_one_type_is_told_of_no_other(shop: Shop) -> None:
    grants = [{"actions": ["content.read"], "types": ["card"], "denied_fields": ["card/link"]}]
    RoleBook(shop.house.database).put("cards", "", parse_grants(grants), by="test", now=1.0)
    ann = signed_in(shop.app, join(shop.app, "ann", "cards"), shop.clock())
    schemas = ann("GET", "/v1/manage/openapi.json").get_json()["components"]["schemas"]
    assert [name for name in schemas if name.startswith("Module_")] == ["Module_card"]
    assert "link" not in json.dumps(schemas["Module_card"])


def test_every_sample_of_content_fits_its_shape_in_the_document(shop: Shop) -> None:
    document = shop.get("/v1/manage/openapi.json").get_json()
    for (kind, key), content in shop_contents().items():
        shape = document["paths"][f"/v1/manage/{kind}/{{key}}"]["get"]["responses"]["200"]["content"][
            "application/json"
        ]
        Draft202012Validator({**shape["schema"], "components": document["components"]}).validate(json.loads(content))
        assert key


def test_a_word_with_a_meaning_of_its_own_names_nothing(shop: Shop) -> None:
    """No release is called rollback, and no kind of content delete."""
    admin = holder(shop.app, shop.secrets["all"])
    for method, path, allowed in (
        ("GET", "/v1/manage/releases/rollback", "OPTIONS, POST"),
        ("GET", "/v1/manage/delete", "OPTIONS, POST"),
        ("PUT", "/v1/manage/session/link", "OPTIONS, POST"),
    ):
        answer = admin(method, path)
        assert (answer.status_code, answer.headers.get("Allow")) == (405, allowed), path
    assert admin("GET", "/v1/manage/assets").status_code == 200


def test_arguments_beside_headers_of_a_condition_are_taken(shop: Shop) -> None:
    admin = holder(shop.app, shop.secrets["all"])
    rule = {"title": "All", "logic": True}
    assert admin("PUT", "/v1/manage/rules/all?made_by=import", rule, If_None_Match="*").status_code == 201
    assert admin("DELETE", "/v1/manage/rules/all?override=it+was+wrong").status_code == 204


def test_a_preview_link_may_be_told_in_the_address_of_every_route_that_shows(shop: Shop) -> None:
    made = shop.post("/v1/manage/previews", {"release": "drafts"}).get_json()
    body = {"layout": "home", "person": {"anonymous_id": "ada"}}
    for path in ("/v1/assemble", "/v1/render/email", "/v1/chat/slack"):
        assert shop.client.post(f"{path}?preview={made['token']}", json=body).status_code == 200, path
