"""Pages that listen: told at once what is other, nothing missed by who comes back, nothing personal in an address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from sqlalchemy.exc import OperationalError

from service.live import hub as hubs
from service.live.application import Live
from service.live.hub import Hub
from service.live.states import States, differences
from service.live.tickets import LIFE, Ticket, TicketRefused, seal_of, sealing
from service.publishing import publisher_of
from tests.service.conftest import Shop
from tests.service.shop import card

PERSON = {"anonymous_id": "ada-lovelace"}


class Stage:
    """The application that holds streams, over the database of a shop."""

    def __init__(self, shop: Shop, most: int = 10, origins: tuple[str, ...] = ("*",)) -> None:
        self.shop, seal = shop, seal_of(shop.house.settings)
        self.hub = Hub(States(shop.house.database, seal.digesting), shop.clock, most)
        self.live = Live(self.hub, seal, shop.clock, origins)

    def ticket(self, person: dict[str, str] | None = None) -> str:
        """A ticket for somebody."""
        answer = self.shop.post("/v1/live/tickets", {"person": person or PERSON})
        assert answer.status_code == 200, answer.text
        ticket: str = answer.get_json()["ticket"]
        return ticket

    @asynccontextmanager
    async def page(self, ticket: str, **headers: str) -> AsyncIterator[Page]:
        """A page that listens."""
        page = Page()
        told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "GET", "path": "/v1/live", "headers": told}
        task = asyncio.ensure_future(
            self.live({**scope, "query_string": f"ticket={ticket}".encode()}, page.receive, page.send)
        )
        try:
            yield page
        finally:
            page.gone.set()
            await asyncio.wait_for(task, 10)

    async def end(self) -> None:
        """End the look-outs."""
        if self.live.looking is not None:
            self.live.looking.cancel()
            await asyncio.gather(self.live.looking, return_exceptions=True)


class Page:
    """What a browser sees."""

    def __init__(self) -> None:
        self.gone, self.status, self.headers = asyncio.Event(), 0, dict[str, str]()
        self.parts: asyncio.Queue[bytes] = asyncio.Queue()

    async def receive(self) -> dict[str, Any]:
        """Until the page is closed."""
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        """Take a part of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        elif message["body"]:
            self.parts.put_nowait(message["body"])

    async def event(self) -> dict[str, str]:
        """The next event, without what only keeps the line open."""
        while True:
            part = (await asyncio.wait_for(self.parts.get(), 30)).decode()
            told = dict(line.split(": ", 1) for line in part.strip().splitlines() if not line.startswith(":"))
            if "event" in told:
                return told


@pytest.fixture
def stage(open_shop: Callable[..., Shop]) -> Stage:
    """Streams over the small shop."""
    return Stage(open_shop())


def test_a_ticket_says_nothing_of_the_person_and_is_sealed(stage: Stage) -> None:
    answer = stage.shop.post("/v1/live/tickets", {"person": PERSON}).get_json()
    assert answer["expires_in"] == LIFE
    assert parse_qs(urlsplit(answer["url"]).query) == {"ticket": [answer["ticket"]]}
    assert len({len(stage.ticket({"user_id": "u" * many})) for many in (1, 60, 120)}) == 1
    seal = stage.live.seal
    assert seal.open(answer["ticket"], stage.shop.clock()).alias == "anon:ada-lovelace"
    for forged in ("", "x", answer["ticket"][:-2] + "AA", "ä", "A" * 5_000):
        with pytest.raises(TicketRefused):
            seal.open(forged, stage.shop.clock())
    with pytest.raises(TicketRefused, match="over"):
        seal.open(answer["ticket"], stage.shop.clock() + LIFE)


def test_a_ticket_of_a_secret_that_was_renewed_opens_still() -> None:
    older, other = sealing([b"a" * 32]), sealing([b"c" * 32])
    ticket = Ticket("anon:a", "r1~0", 10.0)
    assert sealing([b"b" * 32, b"a" * 32]).open(older.seal(ticket), 1.0) == ticket
    with pytest.raises(TicketRefused):
        other.open(older.seal(ticket), 1.0)


def test_only_who_may_ask_for_layouts_has_a_ticket(stage: Stage) -> None:
    assert stage.shop.post("/v1/live/tickets", {"person": PERSON}, key="none").status_code == 403
    refused = stage.shop.post("/v1/live/tickets", {"person": {}})
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "/person")


async def an_event_tells(stage: Stage) -> None:
    stage.shop.consent("ada-lovelace")
    async with stage.page(stage.ticket(), origin="https://shop.example") as page:
        assert (await page.event())["event"] == "ready"
        assert page.status == 200
        assert page.headers["content-type"].startswith("text/event-stream")
        assert page.headers["access-control-allow-origin"] == "*"
        stage.shop.track("Product Added", "ada-lovelace", product_id="tea")
        told = await page.event()
        assert (told["event"], told["data"]) == ("changed", '{"what":["segments","counters"]}')
        stage.shop.track("Page Viewed", "ada-lovelace")  # nobody's page is another one for that
        stage.shop.track("Product Added", "bob", product_id="tea")
        publish(stage.shop)
        assert (await page.event())["data"] == '{"what":["release"]}'


async def who_comes_back_misses_nothing(stage: Stage) -> None:
    stage.shop.consent("ada-lovelace")
    ticket = stage.ticket()
    async with stage.page(ticket) as page:
        known = (await page.event())["id"]
    stage.shop.track("Product Added", "ada-lovelace", product_id="tea")
    async with stage.page(ticket, last_event_id=known) as page:
        told = await page.event()
        assert told["event"] == "changed"
    async with stage.page(ticket, last_event_id=told["id"]) as page:
        assert (await page.event())["event"] == "ready"
    async with stage.page(ticket) as page:  # what happened between the ticket and the stream
        assert (await page.event())["event"] == "changed"
    async with stage.page(ticket, last_event_id="nonsense") as page:
        assert (await page.event())["event"] == "changed"


async def a_membership_ends_by_the_clock_without_a_worker(stage: Stage) -> None:
    stage.shop.consent("ada-lovelace")
    stage.shop.track("Product Added", "ada-lovelace", product_id="tea")
    async with stage.page(stage.ticket()) as page:
        assert (await page.event())["event"] == "ready"
        stage.shop.clock.forward(590)
        await stage.hub.look()
        assert page.parts.empty()
    async with stage.page(stage.ticket()) as page:
        assert (await page.event())["event"] == "ready"
        stage.shop.clock.forward(15)
        assert (await page.event())["data"] == '{"what":["segments"]}'


async def a_ticket_that_is_over_ends_the_stream(stage: Stage) -> None:
    ticket = stage.ticket()
    async with stage.page(ticket) as page:
        known = (await page.event())["id"]
        stage.shop.clock.forward(LIFE)
        publish(stage.shop)
        assert [(await page.event())["event"] for _ in range(2)] == ["changed", "renew"]
    async with stage.page(ticket) as page:
        told = await asyncio.wait_for(page.parts.get(), 30)
        assert (page.status, b"over" in told) == (401, True)
    async with stage.page(ticket, last_event_id=known) as page:
        await asyncio.sleep(0)
    assert page.status == 204  # a browser that comes back by itself stops at that


async def there_is_an_end_to_how_many_listen(stage: Stage) -> None:
    small = Stage(stage.shop, most=2)
    async with small.page(small.ticket()) as one, small.page(small.ticket({"user_id": "bob"})) as two:
        for page in (one, two):
            await page.event()
        async with small.page(small.ticket({"user_id": "eve"})) as third:
            assert b"Too many" in await asyncio.wait_for(third.parts.get(), 30)
            assert (third.status, third.headers["retry-after"]) == (503, "30")
    async with small.page(small.ticket()) as page:
        assert (await page.event())["event"] == "ready"
    assert not small.hub.each
    await small.end()


async def a_database_that_is_away_ends_no_stream(stage: Stage) -> None:
    states = stage.hub.states

    class Away:
        """A database that cannot be reached."""

        def now(self, *_: Any) -> dict[str, str]:
            """Not now."""
            raise OperationalError("select", {}, Exception("gone"))

        def one(self, *_: Any) -> str:
            """Not now."""
            raise OperationalError("select", {}, Exception("gone"))

    async with stage.page(stage.ticket()) as page:
        await page.event()
        stage.hub.states = Away()
        await stage.hub.look()
        stage.hub.states = states
        publish(stage.shop)
        assert (await page.event())["event"] == "changed"


async def other_origins_are_as_delivery_has_them(stage: Stage) -> None:
    closed = Stage(stage.shop, origins=("https://shop.example",))
    for origin, allowed in (("https://shop.example", "https://shop.example"), ("https://evil.example", None)):
        async with closed.page(closed.ticket(), origin=origin) as page:
            await page.event()
            assert (page.headers.get("access-control-allow-origin"), page.headers["vary"]) == (allowed, "Origin")
    await closed.end()


STORIES = (
    an_event_tells,
    who_comes_back_misses_nothing,
    a_membership_ends_by_the_clock_without_a_worker,
    a_ticket_that_is_over_ends_the_stream,
    there_is_an_end_to_how_many_listen,
    a_database_that_is_away_ends_no_stream,
    other_origins_are_as_delivery_has_them,
)


@pytest.mark.parametrize("story", STORIES, ids=[one.__name__ for one in STORIES])
def test_stories(stage: Stage, story: Callable[[Stage], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "EVERY", 0.01)
    monkeypatch.setattr("service.live.stream.HEARTBEAT", 0.05)

    async def told() -> None:
        await story(stage)
        await stage.end()

    with ThreadPoolExecutor(1) as pool:  # a browser of another test may have a loop in this thread
        pool.submit(lambda: asyncio.run(told())).result()


def test_what_is_other_is_named() -> None:
    assert differences("r1~a-b-c-d", "r1~a-x-c-y") == ["traits", "counters"]
    assert differences("r1~a-b-c-d", "r2~a-b-c-d~due") == ["release", "segments"]
    assert differences("r1~a-b-c-d", "r1~a-b-c-d") == []


def publish(shop: Shop) -> None:
    """Another release is served."""
    house = shop.house
    shop.serial += 1
    body = card(f"Hello {shop.serial}", tags=["hero"])
    house.contents.put("modules", "wine", orjson.dumps(body), author="ann", now=shop.clock())
    publisher_of(house).publish("again", "ann")
