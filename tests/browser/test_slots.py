"""Slots are filled safely and without a flicker; what the page itself says stays where that fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SLOTS, World, hostile
from tests.browser.test_tracking import YES, name_of

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.enable_socket]

Eventually = Callable[[Callable[[], object], float], None]


def test_all_slots_of_a_layout_are_filled_by_one_question(page: Page, world: World) -> None:
    listen = (
        "document.addEventListener('intarsia:filled', (e) => { document.title += ` ${e.detail.slot}:${e.target.id}` })"
    )
    page.goto(world.site.page(head=f'<script src="{world.site.file(listen)}"></script>'))
    expect(page.locator("#hero")).to_contain_text("welcome", ignore_case=True)
    expect(page.locator("#hero")).to_have_attribute("data-intarsia-state", "filled")
    expect(page.locator("#nothing")).to_have_text("Nothing here")
    expect(page.locator("#nothing")).to_have_attribute("data-intarsia-state", "kept")
    expect(page.locator("#message")).to_have_text("No message")
    assert len(world.weather.asked("/v1/assemble")) == 1
    assert page.title() == "A shop hero:hero"


def test_slots_of_several_layouts_stand_on_one_page(page: Page, world: World) -> None:
    mail = '<section data-intarsia-layout="mail"><div id="other" data-intarsia-slot="hero"></div></section>'
    page.goto(world.site.page(SLOTS + mail))
    expect(page.locator("#other")).to_contain_text("welcome", ignore_case=True)
    expect(page.locator("#hero")).to_contain_text("welcome", ignore_case=True)
    assert len(world.weather.asked("/v1/assemble")) == 2


@pytest.mark.parametrize("answer", ["503 Service Unavailable", "200 OK"])
def test_the_pages_own_words_stay_when_the_service_fails(page: Page, world: World, answer: str) -> None:
    world.weather.order("/v1/assemble", answer, b"<html>no JSON")
    page.goto(world.site.page())
    expect(page.locator("#hero")).to_have_attribute("data-intarsia-state", "kept")
    expect(page.locator("#hero")).to_have_text("Our own words")
    page.evaluate("intarsia.refresh()")
    expect(page.locator("#hero")).to_contain_text("welcome", ignore_case=True)


def test_a_service_that_hangs_is_waited_for_no_longer_than_the_page_wants(page: Page, world: World) -> None:
    world.weather.hung.add("/v1/assemble")
    page.goto(world.site.page(timeout=200))
    expect(page.locator("#hero")).to_have_attribute("data-intarsia-state", "kept")
    expect(page.locator("#hero")).to_have_text("Our own words")


def test_what_is_personal_goes_with_the_consent_even_if_nobody_answers_then(page: Page, world: World) -> None:
    page.goto(world.site.page(page="off"))
    page.evaluate(YES)
    page.evaluate("intarsia.track('Product Added', {product_id: '7', quantity: 1})")
    page.evaluate("intarsia.refresh()")
    expect(page.locator("#message")).to_contain_text("Your cart waits")
    world.weather.order("/v1/assemble", "503 Service Unavailable")
    page.evaluate("intarsia.consent({personalization: false})")
    expect(page.locator("#message")).to_have_text("No message")
    expect(page.locator("#hero")).to_have_text("Our own words")


def test_what_has_not_changed_is_not_touched(page: Page, world: World) -> None:
    page.goto(world.site.page())
    link = page.locator("#hero a").first
    link.focus()
    page.evaluate("intarsia.refresh()")
    assert len(world.weather.asked("/v1/assemble")) == 2
    expect(link).to_be_focused()


HOSTILE = """<p id="fine" class="kept" data-x="1">Fine <a id="ok" href="/a">link</a></p>
<script>window.broken = 1</script><img src="x" onerror="window.broken = 2"><svg onload="window.broken = 3"></svg>
<a id="bad" href="java&#10;script:window.broken=4">x</a><a id="bad2" href=" JAVASCRIPT:window.broken=5">y</a>
<iframe srcdoc="<script>parent.broken=6</script>"></iframe><form action="javascript:broken=7"><button>b</button></form>
<svg><a><animate attributeName="href" values="javascript:window.broken=8"/><text>t</text></a></svg>
<p style="color:red" id="styled">s</p><meta http-equiv="refresh" content="0;url=about:blank">
<base href="//evil.example/">
<template><img src=x onerror="window.broken=9"></template><a id="data" href="data:text/html,<script>1</script>">d</a>"""


LIVE = """[...document.querySelectorAll('#hero *')].filter((one) =>
    one.matches('script,iframe,base,meta,animate,template')
    || [...one.attributes].some(({name}) => /^on|^style$|^srcdoc$/.test(name))).map((one) => one.outerHTML)"""


@pytest.mark.parametrize("policy", ["img-src 'self'", None], ids=["strict", "no policy at all"])
def test_nothing_in_an_answer_runs(page: Page, world: World, policy: str | None, complaints: list[str]) -> None:
    world.weather.order("/v1/assemble", "200 OK", hostile(HOSTILE), Content_Type="application/json")
    page.goto(world.site.page(policy=policy))
    expect(page.locator("#fine.kept")).to_be_visible()
    for name in ("bad", "bad2", "data"):
        page.locator(f"#{name}").click()
    assert page.locator("#ok").get_attribute("href") == "/a"
    assert page.evaluate("window.broken") is None
    assert page.evaluate(LIVE) == []
    complaints.clear()  # Chromium tells of handlers that it met while reading, where a policy forbids them


def test_no_flicker_where_a_page_asks_for_it(page: Page, world: World, eventually: Eventually) -> None:
    world.weather.hung.add("/v1/assemble")
    page.goto(world.site.page(hide=10_000, where=""))
    expect(page.locator("#hero")).to_be_hidden()
    world.weather.calm()
    expect(page.locator("#hero")).to_be_visible()
    expect(page.locator("#hero")).to_contain_text("welcome", ignore_case=True)
    expect(page.locator("#nothing")).to_be_visible()


def test_hidden_slots_come_back_when_it_takes_too_long(page: Page, world: World) -> None:
    world.weather.hung.add("/v1/assemble")
    page.goto(world.site.page(hide=150, timeout=15_000, where=""))
    expect(page.locator("#hero")).to_be_visible()
    expect(page.locator("#hero")).to_have_text("Our own words")


def test_an_exposure_is_told_when_the_slot_was_really_seen_and_once(
    page: Page, world: World, eventually: Eventually
) -> None:
    before = sum(world.house.exposures.counts("words").values())
    below = '<canvas width="1" height="1500"></canvas>' + SLOTS
    address = world.site.page(below, page="off")
    page.goto(address)
    page.evaluate(YES)
    who = name_of(page)
    expect(page.locator("#hero")).to_have_attribute("data-intarsia-state", "filled")
    page.wait_for_timeout(1_200)
    page.evaluate("intarsia.flush()")
    assert "Slot Viewed" not in world.told(who, seen=True), "nobody has scrolled there"
    for times in (1, 2):
        page.evaluate("scrollTo(0, 1500)")
        eventually(lambda times=times: world.told(who, seen=True).count("Slot Viewed") == times, 5)  # type: ignore[misc]
        page.goto(address)
    assert world.told(who, seen=True).count("Experiment Viewed") == 1
    assert sum(world.house.exposures.counts("words").values()) == before + 1


def test_a_click_on_a_module_is_told_with_its_decision(page: Page, world: World, eventually: Eventually) -> None:
    page.goto(world.site.page(page="off"))
    page.evaluate(YES)
    who = name_of(page)
    page.locator("#hero a").click()
    eventually(lambda: "Module Clicked" in world.told(who), 5)
    profile = world.known(who)
    assert profile is not None
    clicked = profile.events["Module Clicked"][0][1]
    assert (clicked["slot"], clicked["module"]) == ("hero", "hero") and clicked["decision_id"]
