"""Context in a house: facts that are found say where they come from, and no address is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from profiles import Past
from service.publishing import publisher_of
from service.setting_texts import SettingError
from tests.service.conftest import Shop
from tests.service.people import holder

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0"
SPIDER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
HERE = "https://shop.example/"
RIGA = "203.0.113.77"
BRANDS = '"Not/A)Brand";v="8", "Chromium";v="126", "Microsoft Edge";v="126"'


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """A file of places that knows one network."""
    writer = MMDBWriter(4, "GeoLite2-City", languages=["en"], description="a test")
    record = {
        "country": {"iso_code": "LV"},
        "city": {"names": {"en": "Riga"}},
        "location": {"latitude": 56.95, "longitude": 24.1, "time_zone": "Europe/Riga"},
    }
    writer.insert_network(IPSet(["203.0.113.0/24"]), record)
    path = tmp_path / "places.mmdb"
    writer.to_db_file(str(path))
    return path


@pytest.fixture
def weather() -> Iterator[tuple[str, list[Any]]]:
    """A service that knows the weather, and what it was asked."""
    asked: list[Any] = []

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(orjson.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = orjson.dumps({"temperature": 31.5, "sky": 7})
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", asked
    server.shutdown()
    thread.join()
    server.server_close()


NAMES = ("city", "os", "source", "sky")
REGISTERED = [
    *(
        {"path": f"context.{name}", "type": "string", "purpose": "necessary"}
        for name in ("city", "os", "source", "sky")
    ),
    {"path": "context.temperature", "type": "number", "purpose": "necessary"},
    {"path": "context.position", "type": "object", "purpose": "necessary"},
    *({"path": f"profile.last.{name}", "type": "string", "purpose": "ads"} for name in ("city", "os", "campaign")),
]


def registered(shop: Shop) -> Any:
    admin = holder(shop.app, shop.secrets["all"])
    assert admin("PUT", "/v1/manage/attributes/visits", {"attributes": REGISTERED}).status_code == 201
    publisher_of(shop.house).publish("visits", "test")
    shop.house.published.refresh()
    return admin


@pytest.mark.network
@pytest.mark.enable_socket
def test_facts_of_a_visit_are_found_and_say_where_they_come_from(
    open_shop: Callable[..., Shop], places: Path, weather: tuple[str, list[Any]], tmp_path: Path
) -> None:
    url, asked = weather
    file = tmp_path / "enrichers.json"
    gives = {"temperature": "number", "sky": "string"}
    one = {"name": "weather", "url": url, "needs": ["city"], "gives": gives, "timeout_ms": 2_000, "cache_seconds": 600}
    file.write_bytes(orjson.dumps([one]))
    shop = open_shop(places=places, enrichers=file, webhook_private=True)
    admin = registered(shop)
    context = {"user_agent": PHONE, "ip": RIGA, "url": "https://shop.example/?utm_source=ads"}
    asking = {"logic": {">": [{"var": "context.temperature"}, 30]}, "person": {"user_id": "ann"}, "context": context}
    for cached in (False, True):
        told = admin("POST", "/v1/manage/explain", asking).get_json()
        assert told["passes"], told
        found = {fact["name"]: (fact["value"], fact["source"], fact["cached"]) for fact in told["context"]}
        assert found["city"] == ("Riga", "place", False)
        assert found["position"] == ({"lat": 56.95, "lon": 24.1}, "place", False)
        assert found["os"] == ("iOS", "agent", False)
        assert found["source"] == ("ads", "arrival", False)
        assert found["temperature"] == (31.5, "weather", cached)
        assert found["hour"][1] == "told" and found["hour"][0] == 18, "Riga's clock"
        assert "sky" not in found, "what is of another type than was promised is no fact"
        assert not {"ip", "url", "user_agent"} & found.keys()
    assert asked == [{"city": "Riga"}]
    given = admin("POST", "/v1/manage/explain", {**asking, "context": {**context, "city": "Bonn"}}).get_json()
    assert ("Bonn", "told") in [(fact["value"], fact["source"]) for fact in given["context"]]
    assert shop.home("ann", context=context)["slots"]
    assert 'intarsia_enrichers_total{enricher="weather",outcome="kept"}' in shop.client.get("/metrics").text


def test_a_browser_is_believed_behind_as_many_proxies_as_there_are_and_its_address_is_not_kept(
    open_shop: Callable[..., Shop], places: Path
) -> None:
    shop = open_shop(places=places, proxies=1)
    registered(shop)
    stamp = {"consent": {"categoryPreferences": {"ads": True}}, "campaign": {"name": "may"}}

    def sent(message: str, who: str, **headers: str) -> dict[str, Any]:
        body = {"messageId": message, "anonymousId": who, "event": "Seen", "context": stamp}
        keyed = {"Authorization": f"Bearer {shop.secrets['all']}", "User-Agent": PHONE, **headers}
        assert shop.client.post("/v1/track", json=body, headers=keyed).status_code == 200
        profile = shop.house.profiles.get(f"anon:{who}")
        assert profile is not None
        last: dict[str, Any] = profile.counters["last"]
        return last

    browser = {"Origin": "https://shop.example", "X-Forwarded-For": f"198.51.100.9, {RIGA}"}
    assert sent("1", "ann", **browser) == {"city": "Riga", "os": "iOS", "campaign": "may"}
    assert sent("2", "bob", **{**browser, "X-Forwarded-For": f"{RIGA}, 198.51.100.9"}) == {
        "os": "iOS",
        "campaign": "may",
    }
    assert sent("3", "cid", **{"X-Forwarded-For": RIGA}) == {"campaign": "may"}, "a server is nobody's browser"
    past, people = Past(shop.house.database), shop.house.profiles
    for who in ("ann", "bob", "cid"):
        profile = people.by_id(people.find(f"anon:{who}"))
        (one,) = past.timeline(profile.id, before=None, limit=10)
        kept = one.event.body() + profile.dump()
        assert RIGA.encode() not in kept and b"198.51" not in kept and b"Mozilla" not in kept


def test_what_a_call_says_of_itself_stays_with_the_person_newest_first_and_by_consent(shop: Shop) -> None:
    admin = registered(shop)

    def told(message: str, at: str, city: str, **more: Any) -> None:
        context = {"ip": RIGA, "userAgent": DESK, "location": {"city": city}, **more}
        body = {"messageId": message, "userId": "ann", "event": "Seen", "context": context, "timestamp": at}
        assert shop.post("/v1/track", body).status_code == 200

    told("1", "2025-06-01T10:00:00Z", "Bonn")
    told("2", "2025-05-01T10:00:00Z", "Rome")
    ann = admin("POST", "/v1/manage/people/find", {"user_id": "ann"}).get_json()["profile_id"]

    def city() -> tuple[Any, str]:
        facts = admin("GET", f"/v1/manage/people/{ann}").get_json()["facts"]
        (one,) = [fact for fact in facts if fact["path"] == "profile.last.city"]
        return one["value"], one["state"]

    assert city() == (None, "withheld")
    told("3", "2025-06-02T10:00:00Z", "Graz", consent={"categoryPreferences": {"ads": True}})
    assert city() == ("Graz", "known")
    events = admin("GET", f"/v1/manage/people/{ann}/events").get_json()["items"]
    assert [one["context"] for one in events] == [{"city": name, "os": "Windows"} for name in ("Graz", "Bonn", "Rome")]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"{", "JSON"),
        (b"{}", "list"),
        (b'[{"name": "x"}]', "wants name, url and gives"),
        (b'[{"name": "x", "url": "ftp://x", "gives": {"a": "number"}}]', "url"),
        (b'[{"name": "x", "url": "https://x.example", "gives": {"a": "nonsense"}}]', "gives"),
        (b'[{"name": "x", "url": "https://x.example", "gives": {}, "timeout_ms": 90000}]', "timeout_ms"),
    ],
)
def test_a_file_that_is_wrong_stops_the_start(
    open_shop: Callable[..., Shop], tmp_path: Path, body: bytes, word: str
) -> None:
    file = tmp_path / "enrichers.json"
    file.write_bytes(body)
    with pytest.raises(SettingError, match=word):
        open_shop(enrichers=file)
    with pytest.raises(SettingError, match="no file of places"):
        open_shop(places=file)
