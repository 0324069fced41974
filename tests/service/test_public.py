"""Delivery for nobody in particular: one address, one answer, whoever asks, for as long as a cache may keep it."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from werkzeug.test import TestResponse

from tests.service.conftest import Shop
from tests.service.edge import BOLD, HOME, hero, keys, publish, told
from tests.service.shop import card

SAID = ("ETag", "Cache-Control", "Surrogate-Key", "Cache-Tag", "X-Content-Version")
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile/15E148"


def seconds(answer: TestResponse, name: str) -> int:
    """What the Cache-Control of an answer says of this."""
    said = dict(part.partition("=")[::2] for part in answer.headers["Cache-Control"].split(", "))
    return int(said[name])


def test_an_answer_is_kept_by_its_digest_and_304_says_that_it_is_still_true(shop: Shop) -> None:
    answer = shop.get(HOME)
    assert answer.status_code == 200
    page = answer.get_json()
    assert {slot["slot"]: [m["key"] for m in slot["modules"]] for slot in page["slots"]} == {
        "message": [],
        "hero": ["hero"],
    }
    assert page.keys() == {"layout", "channel", "locale", "static", "slots"}
    stale = "public, max-age=0, s-maxage=60, stale-while-revalidate=30, stale-if-error=3600"
    assert answer.headers["Cache-Control"] == stale
    assert answer.headers["Surrogate-Key"] == "all layout:home module:hero type:card"
    assert answer.headers["Cache-Tag"] == "all,layout:home,module:hero,type:card"
    assert answer.headers["X-Content-Version"] == shop.house.published.current().release
    assert "Vary" not in answer.headers
    etag = answer.headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        headers = {"Authorization": f"Bearer {shop.secrets['browser']}", "If-None-Match": known}
        again = shop.client.get(HOME, headers=headers)
        assert (again.status_code, again.data) == (304, b"")
        assert [again.headers[name] for name in SAID] == [answer.headers[name] for name in SAID]
    shop.clock.forward(3)
    publish(shop, modules={"hero": hero("Another")})
    headers = {"Authorization": f"Bearer {shop.secrets['all']}", "If-None-Match": etag}
    fresh = shop.client.get(HOME, headers=headers)
    assert fresh.status_code == 200
    assert fresh.headers["ETag"] != etag


def test_a_publication_that_changes_nothing_here_leaves_the_etag(shop: Shop) -> None:
    before = shop.get(HOME)
    publish(shop, modules={"elsewhere": card("Elsewhere", tags=["nowhere"])})
    after = shop.get(HOME)
    assert after.headers["ETag"] == before.headers["ETag"]
    assert after.headers["X-Content-Version"] != before.headers["X-Content-Version"]
    assert not keys(before) & set(told(shop, "release.published")[-1]["purge"])


@pytest.mark.parametrize("channel", ["headless", "web", "mobile", "chat"])
def test_the_answer_is_the_same_whoever_asks(shop: Shop, channel: str) -> None:
    """Any key, cookie, browser and address; whatever is known of whom, whoever takes part in what."""
    dice = random.Random(channel)
    for who in ("ada", "bob", "eve"):
        shop.consent(who, yes=who == "ada" or dice.random() < 0.5)
        traits = {"first_name": "Xerxes", **({"age_band": "35-44"} if who == "bob" else {})}
        body = {"messageId": f"i-{who}", "anonymousId": who, "userId": f"u-{who}", "traits": traits}
        assert shop.post("/v1/identify", body).status_code == 200
        shop.track("Product Added", who, product_id="1")
        shop.track("Order Completed", who, total=dice.randrange(90))
    path = f"{HOME}?channel={channel}"
    first = shop.get(path)
    assert first.status_code == 200
    assert "Xerxes" not in first.text
    for _ in range(30):
        who = dice.choice(["ada", "bob", "eve", "u-ada", str(dice.random())])
        headers = {
            "Authorization": f"Bearer {shop.secrets[dice.choice(['all', 'browser'])]}",
            "Cookie": f"anonymous_id={who}; user_id={who}; ajs_anonymous_id={who}; ajs_user_id={who}; intarsia={who}",
            "User-Agent": dice.choice([PHONE, "Mozilla/5.0 (iPad)", "curl/8", ""]),
            "Accept-Language": dice.choice(["de", "en", "*"]),
            "Accept": dice.choice(["text/html", "application/json", "*/*"]),
            "Referer": f"https://example.com/{who}",
            "X-Forwarded-For": f"10.0.0.{dice.randrange(255)}",
            "Sec-GPC": dice.choice(["0", "1"]),
        }
        answer = shop.client.get(path, headers=headers)
        assert answer.data == first.data
        assert [answer.headers[name] for name in SAID] == [first.headers[name] for name in SAID]
    assert "Xerxes" in shop.post("/v1/assemble", {"layout": "home", "person": {"user_id": "u-ada"}}).text


def test_nobody_takes_part_in_an_experiment_and_falls_into_a_share_only_where_it_is_all_that_is_left(
    shop: Shop,
) -> None:
    halves = [
        {"key": "one", "share": 0.5, "locales": {"en": {"heading": "One"}}},
        {"key": "two", "share": 0.5, "locales": {"en": {"heading": "Two"}}},
    ]
    tenth = [{"key": "few", "share": 0.1, "locales": {"en": {"heading": "Few"}}}]
    for variants, shown in (([], None), (halves, "two"), (tenth, None), ([{**tenth[0], "share": 0.999}], None)):
        publish(shop, modules={"hero": hero("Welcome", variants=[BOLD, *variants])})
        found = shop.get(HOME).get_json()["slots"][1]["modules"][0]
        assert (found["variant"], found["assigned"]) == (shown, [])


@pytest.mark.parametrize("name", ["user_id", "anonymous_id", "person", "why", "context"])
def test_what_is_of_a_person_is_refused_by_name(shop: Shop, name: str) -> None:
    answer = shop.get(f"{HOME}?{name}=ada")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [name]
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_order_of_arguments_makes_no_difference_and_other_arguments_do(shop: Shop) -> None:
    dice = random.Random(1)
    arguments = {"channel": "headless", "locale": "en", "device": "mobile", "country": "AT", "zone": "Europe/Vienna"}
    arguments |= {"place": "Linz", "temperature": "21.5"}
    seen = set()
    for _ in range(12):
        mixed = dice.sample(list(arguments.items()), len(arguments))
        seen.add(shop.get(f"{HOME}?{urlencode(mixed)}").headers["ETag"])
    assert len(seen) == 1
    assert shop.get(f"{HOME}?device=mobile").get_json()["slots"][1]["modules"][0]["key"] == "phone"
    assert shop.get(f"{HOME}?device=desktop").headers["ETag"] == shop.get(HOME).headers["ETag"] not in seen


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("channel=email", "channel"),
        ("channel=slack", "channel"),
        ("channel=telepathy", "channel"),
        ("locale=!!", "locale"),
        ("locale=", "locale"),
        ("locale=en&locale=de", "locale"),
        ("device=watch", "device"),
        ("temperature=warm", "temperature"),
        ("temperature=nan", "temperature"),
        ("zone=Mars/Olympus", "zone"),
        (f"country={'x' * 256}", "country"),
        ("at=yesterday", "at"),
        ("at=1850-01-01", "at"),
    ],
)
def test_what_is_wrong_is_named(shop: Shop, query: str, field: str) -> None:
    answer = shop.get(f"{HOME}?{query}")
    assert answer.status_code == 422, answer.text
    (error,) = answer.get_json()["errors"]
    assert error["field"] == field
    assert error["message"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_cache_keeps_that_there_is_no_such_layout(shop: Shop) -> None:
    answer = shop.get("/v1/layouts/hme")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    assert "home" in answer.get_json()["detail"]


def test_an_answer_is_never_kept_beyond_what_the_clock_changes(shop: Shop) -> None:
    """At every moment until it is stale, and while it is asked for anew, it is what one would get."""
    dice = random.Random(3)
    start = shop.clock()
    modules = {}
    for number in range(6):
        opens = start + dice.randrange(400)
        schedule = {"from": _local(opens), "until": _local(opens + dice.randrange(5, 200))}
        modules[f"t{number}"] = card(f"T{number}", tags=["hero"], tier=number + 1, schedule=schedule)
    morning = {"<": [{"var": "context.hour"}, 15]}
    publish(shop, modules={**modules, "early": card("Early", tags=["message"], targeting=morning)})
    seen = set()
    while shop.clock() < start + 620:
        answer = shop.get(HOME)
        kept = seconds(answer, "s-maxage") + seconds(answer, "stale-while-revalidate")
        assert kept <= 90
        seen.add(kept)
        asked = shop.clock()
        for moment in sorted(dice.random() * kept for _ in range(3)):
            shop.clock.now = asked + moment
            assert shop.get(HOME).data == answer.data
        shop.clock.now = asked + kept + dice.random()
    assert len(seen) > 5


def _local(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def test_another_moment_and_a_preview_are_kept_by_nobody(shop: Shop) -> None:
    answer = shop.get(f"{HOME}?at=2026-03-01T09:00:00Z")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert not {"ETag", "Surrogate-Key", "Cache-Tag"} & set(answer.headers.keys())
    assert shop.get(f"{HOME}?at=2026-03-01T09:00:00Z", key="browser").status_code == 422
    made = shop.post("/v1/manage/previews", {"release": "drafts"}).get_json()
    answer = shop.client.get(f"{HOME}?preview={made['token']}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "ETag" not in answer.headers
    assert shop.client.get(f"/v1/version?preview={made['token']}").status_code in {401, 422}
    bound = shop.post("/v1/manage/previews", {"release": "drafts", "person": {"user_id": "ada"}}).get_json()
    answer = shop.client.get(f"{HOME}?preview={bound['token']}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (403, "no-store")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/assemble", {"layout": "home", "person": {"anonymous_id": "ada"}}),
        ("GET", "/v1/pages/home?anonymous_id=ada", None),
        ("POST", "/v1/render/email", {"layout": "mail", "person": {"anonymous_id": "ada"}}),
        ("POST", "/v1/chat/slack", {"layout": "home", "person": {"anonymous_id": "ada"}}),
    ],
)
def test_what_is_one_persons_is_kept_by_nobody_and_tells_its_release(
    shop: Shop, method: str, path: str, body: Any
) -> None:
    """By Flask, and by the lane before it, which takes over once a key was seen."""
    for _ in range(2):
        headers = {"Authorization": f"Bearer {shop.secrets['all']}"}
        answer = shop.client.open(path, method=method, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Content-Version"] == shop.house.published.current().release


def test_what_fell_short_is_kept_for_seconds_and_goes_with_what_broke(shop: Shop) -> None:
    words = {"en": {"heading": "Save", "amount": 0}}
    fragile = {"type": "fragile", "tags": ["hero"], "tier": 9, "locales": words}
    shop.house.contents.put_all({("modules", "fragile"): orjson.dumps(fragile)}, author="test", now=shop.clock())
    shop.publish_unjudged()
    answer = shop.get(f"{HOME}?channel=web")
    assert answer.status_code == 200
    assert seconds(answer, "s-maxage") == 5
    assert "module:fragile" in keys(answer)
    assert seconds(shop.get(HOME), "s-maxage") == 60


def test_every_header_and_member_of_an_answer_is_documented(shop: Shop) -> None:
    document = shop.client.get("/openapi.json").get_json()
    operation = document["paths"]["/v1/layouts/{key}"]["get"]
    usual = {"Content-Type", "Content-Length", "Date", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"}
    answer = shop.get(HOME)
    assert set(answer.headers.keys()) - usual == set(operation["responses"]["200"]["headers"])
    headers = {"Authorization": f"Bearer {shop.secrets['all']}", "If-None-Match": answer.headers["ETag"]}
    assert set(shop.client.get(HOME, headers=headers).headers.keys()) - usual == set(
        operation["responses"]["304"]["headers"]
    )
    assert {one["name"] for one in operation["parameters"] if one["in"] == "query"} >= {"channel", "locale", "at"}
    known = operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]
    channels = next(one for one in operation["parameters"] if one["name"] == "channel")["schema"]["enum"]
    assert set(channels) == {"headless", "web", "mobile", "chat"}
    for channel in channels:
        assert shop.get(f"{HOME}?channel={channel}").get_json().keys() <= known.keys() | {"schema", "offline"}
    version = document["paths"]["/v1/version"]["get"]["responses"]
    assert set(shop.get("/v1/version").headers.keys()) - usual == set(version["200"]["headers"])
