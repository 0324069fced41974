"""The OpenAPI document and its page, without anything from outside."""

from __future__ import annotations

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
