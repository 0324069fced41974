"""Enrichers: what a visit tells, in which order they are asked, and that none of them can hurt an answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from profiles import Visit, agent_of, arrival
from rules import Json, Origin
from service.enriching import Enricher, Enrichment
from tests.conftest import FixedClock

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0"
SPIDER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
HERE = "https://shop.example/"
RIGA = "203.0.113.77"
BRANDS = '"Not/A)Brand";v="8", "Chromium";v="126", "Microsoft Edge";v="126"'


@pytest.mark.parametrize(
    ("visit", "facts"),
    [
        (Visit(PHONE), {"device": "mobile", "os": "iOS", "os_version": "17.5", "browser": "Mobile Safari"}),
        (Visit(DESK), {"device": "desktop", "os": "Windows", "os_version": "10", "browser": "Firefox", "robot": False}),
        (Visit(SPIDER), {"robot": True}),
        (Visit("nonsense"), {"device": "desktop"}),
        (
            Visit(DESK, {"sec-ch-ua": BRANDS, "sec-ch-ua-mobile": "?1", "sec-ch-ua-platform": '"Android"'}),
            {"device": "mobile", "os": "Android", "browser": "Microsoft Edge", "browser_version": "126"},
        ),
    ],
)
def test_a_browser_is_known_by_what_it_says(visit: Visit, facts: dict[str, Json]) -> None:
    told = agent_of(visit)
    assert {name: told.get(name) for name in facts} == facts


@pytest.mark.parametrize(
    ("url", "referrer", "facts"),
    [
        (HERE, "", {"referrer_kind": "direct"}),
        (HERE, "https://www.shop.example/cart", {"referrer_kind": "direct"}),
        (
            "https://shop.example/",
            "https://www.google.co.uk/",
            {"referrer_kind": "search", "referrer_host": "google.co.uk"},
        ),
        (HERE, "https://t.co/abc", {"referrer_kind": "social", "referrer_host": "t.co"}),
        (
            "https://shop.example/",
            "https://mail.google.com/",
            {"referrer_kind": "mail", "referrer_host": "mail.google.com"},
        ),
        (
            "https://shop.example/",
            "https://blog.example/x",
            {"referrer_kind": "referral", "referrer_host": "blog.example"},
        ),
        (
            "https://shop.example/?utm_source=ads&utm_medium=cpc&utm_campaign=may",
            "https://www.google.com/",
            {
                "referrer_kind": "campaign",
                "source": "ads",
                "medium": "cpc",
                "campaign": "may",
                "referrer_host": "google.com",
            },
        ),
        ("https://shop.example/?utm_medium=email", "", {"referrer_kind": "mail", "medium": "email"}),
        ("https://shop.example/?gclid=1", "", {"referrer_kind": "campaign"}),
        ("https://[", "https://notgoogle.com/", {"referrer_kind": "referral", "referrer_host": "notgoogle.com"}),
    ],
)
def test_how_somebody_came_is_known_by_address_and_referrer(url: str, referrer: str, facts: dict[str, Json]) -> None:
    assert arrival(url, referrer) == facts


# -- running ----------------------------------------------------------------------------------------------------------


def enricher(find: Callable[..., Any], **more: Any) -> Enricher:
    return Enricher("weather", frozenset({"temperature"}), find, ("city",), **{"seconds": 0.2, "keeps": 60.0, **more})


def test_an_answer_is_kept_told_with_its_age_and_asked_again_when_it_is_old(clock: FixedClock) -> None:
    asked: list[Any] = []

    def find(_: Visit, needs: Any) -> dict[str, Json]:
        asked.append(needs)
        return {"temperature": 20 + len(asked), "secret": 1}

    words: list[tuple[str, str]] = []
    running = Enrichment([enricher(find, seconds=5)], clock, lambda *word: words.append(word))
    wanted = frozenset({"temperature", "secret"})
    began = clock()
    assert running.facts(Visit(), wanted, {}) == ({}, {}), "without a city nobody is asked"
    told = running.facts(Visit(), wanted, {"city": "Riga"})
    assert told == ({"temperature": 21}, {"temperature": Origin("weather", began)})
    clock.forward(59)
    told = running.facts(Visit(), wanted, {"city": "Riga"})
    assert told == ({"temperature": 21}, {"temperature": Origin("weather", began, cached=True)})
    assert running.facts(Visit(), wanted, {"city": "Riga", "temperature": 3}) == ({}, {}), "what was told is not asked"
    clock.forward(1)
    assert running.facts(Visit(), wanted, {"city": "Riga"})[0] == {"temperature": 22}
    assert [word for _, word in words] == ["found", "kept", "found"] and asked == [{"city": "Riga"}] * 2
    running.close()


def test_who_is_late_leaves_it_unknown_and_is_left_alone_for_a_while(clock: FixedClock) -> None:
    gate, words = threading.Event(), list[str]()

    def find(_: Visit, __: Any) -> dict[str, Json]:
        gate.wait(20)
        return {"temperature": 1}

    running = Enrichment([enricher(find, seconds=0.01)], clock, lambda _, word: words.append(word))
    wanted = frozenset({"temperature"})
    for number in range(5):
        assert running.facts(Visit(), wanted, {"city": str(number)})[0] == {}
    assert words == ["late", "late", "late", "paused", "paused"]
    clock.forward(30)
    assert running.facts(Visit(), wanted, {"city": "x"})[0] == {}
    assert running.facts(Visit(), wanted, {"city": "y"})[0] == {}
    assert words[5:] == ["late", "paused"], "one request tries, and it is closed again"
    gate.set()
    running.close()


def test_who_fails_leaves_it_unknown_and_the_others_go_on(clock: FixedClock) -> None:
    def broken(_: Visit, __: Any) -> dict[str, Json]:
        raise RuntimeError("ann@example.com")

    steady = Enricher("steady", frozenset({"temperature", "x"}), lambda *_: {"temperature": 5, "x": None})
    bad = Enricher("bad", frozenset({"temperature"}), broken)
    running = Enrichment([bad, enricher(broken, seconds=5), steady], clock)
    assert running.facts(Visit(), frozenset({"temperature", "x"}), {"city": "Riga"}) == (
        {"temperature": 5},
        {"temperature": Origin("steady", clock())},
    )
    running.close()
