"""The arguments of addresses: what is not known, said twice or wrong is refused, by its plain name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from werkzeug.test import TestResponse

from service.previewing import ARGUMENT as PREVIEW
from service.publishing import publisher_of
from service.strict import STRANGERS
from tests.service.conftest import Shop
from tests.service.people import holder, join, signed_in

HOLES: Mapping[str, str] = {"kind": "modules", "seq": "1", "migration": "1"}
"""What stands for holes of an address that take no word whatever."""


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>\n'


def routes(shop: Shop) -> Iterator[tuple[str, str, list[Mapping[str, Any]]]]:
    """Method, address and query arguments of each route that the document describes."""
    document = shop.client.get("/openapi.json").get_json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method == "parameters" or path in STRANGERS:
                continue
            told = [*operation.get("parameters", ()), *operations.get("parameters", ())]
            address = re.sub(r"{(\w+)}", lambda hole: HOLES.get(hole[1], "some"), path)
            yield method.upper(), address, [one for one in told if one["in"] == "query"]


def ask(shop: Shop, method: str, address: str) -> TestResponse:
    """One request of somebody who is let in: an administrator, or a key where no person is asked."""
    if not address.startswith("/v1/manage"):
        return holder(shop.app, shop.secrets["all"])(method, address)
    return signed_in(shop.app, "root", shop.clock())(method, address)


def refused(answer: TestResponse) -> list[str]:
    """The arguments that a refusal names."""
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json"), answer.text
    return [error["field"] for error in answer.get_json()["errors"]]


def test_no_route_takes_an_argument_that_it_does_not_document(shop: Shop) -> None:
    join(shop.app, "root", "admin")
    names = [f"{method} {address}" for method, address, _ in routes(shop)]
    assert len(names) > 100
    for method, address, _ in routes(shop):
        assert refused(ask(shop, method, f"{address}?nosuch=1")) == ["nosuch"], f"{method} {address}"
        assert refused(ask(shop, method, f"{address}?nosuch=1&nosuch=2")) == ["nosuch"], f"{method} {address}"


def test_an_argument_is_taken_twice_only_where_the_document_says_so(shop: Shop) -> None:
    join(shop.app, "root", "admin")
    repeatable = set()
    for method, address, arguments in routes(shop):
        for one in arguments:
            name = one["name"]
            if name == PREVIEW:  # says who asks, which is looked at before all else
                continue
            if one["schema"].get("type") == "array" and one.get("explode"):
                repeatable.add(f"{address}?{name}")
                continue
            answer = ask(shop, method, f"{address}?{name}=1&{name}=1")
            assert refused(answer) == [name], f"{method} {address}"
            assert answer.get_json()["errors"][0]["remedy"] == "give it once"
    assert repeatable == {"/v1/manage/modules?tag", "/v1/manage/modules?uses", "/v1/manage/search?kind"}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/manage/modules?limit=0", "limit"),
        ("/v1/manage/modules?tag=a&tag=%00", "tag"),
        ("/v1/manage/modules?uses=modules/a&uses=rules", "uses"),
        ("/v1/manage/modules?after=nonsense", "after"),
        ("/v1/manage/assets?channel=web", "channel"),
        ("/v1/manage/modules?fields=ttle", "fields"),
        ("/v1/manage/modules?fields=a..b", "fields"),
        ("/v1/manage/modules?include=11", "include"),
        ("/v1/manage/modules/hero?revision=a&release=b", "revision"),
        ("/v1/manage/search", "q"),
        ("/v1/manage/search?q=x&kind=module", "kind"),
        ("/v1/manage/releases?status=done", "status"),
        ("/v1/manage/audit?since=soon", "since"),
        ("/v1/manage/modules/hero/diff?from=one", "from"),
        ("/v1/pages/home", "anonymous_id"),
        ("/v1/pages/home?user_id=%00", "user_id"),
        ("/v1/pages/home?anonymous_id=a&at=soon", "at"),
        ("/v1/pages/home?anonymous_id=a&device=fridge", "device"),
        ("/v1/pages/home?anonymous_id=a&locale=../x", "locale"),
        ("/assets/line.svg?w=1&w=2", "w"),
        ("/assets/line.svg?w=none", "w"),
    ],
)
def test_what_is_wrong_with_an_argument_is_told_by_its_plain_name(shop: Shop, path: str, field: str) -> None:
    shop.house.contents.put("assets", "line.svg", SVG, author="test", now=shop.clock())
    publisher_of(shop.house).publish("pictures", "test")
    assert refused(shop.get(path)) == [field]


def test_a_page_is_not_answered_for_one_of_two_people(shop: Shop) -> None:
    assert shop.get("/v1/pages/home?anonymous_id=a").status_code == 200
    assert refused(shop.get("/v1/pages/home?anonymous_id=a&anonymous_id=b")) == ["anonymous_id"]
